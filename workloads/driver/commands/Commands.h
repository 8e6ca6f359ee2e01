// The subcommands: each adds itself to the command line and leaves its exit code in `exitCode` when it is
// chosen.
#pragma once

namespace CLI {
class App;
}

namespace lockstep {

void addAreaCommand(CLI::App &app, int &exitCode);
void addAsmCommand(CLI::App &app, int &exitCode);
void addBenchCommand(CLI::App &app, int &exitCode);
void addCheckCommand(CLI::App &app, int &exitCode);
void addCompileCommand(CLI::App &app, int &exitCode);
void addConformanceCommand(CLI::App &app, int &exitCode);
void addExplainCommand(CLI::App &app, int &exitCode);
void addFidelityCommand(CLI::App &app, int &exitCode);
void addFuzzCommand(CLI::App &app, int &exitCode);
void addGemmCommand(CLI::App &app, int &exitCode);
void addHwCommand(CLI::App &app, int &exitCode);
void addObjdumpCommand(CLI::App &app, int &exitCode);
void addQuantizeCommand(CLI::App &app, int &exitCode);
void addRecurrentCommand(CLI::App &app, int &exitCode);
void addRunCommand(CLI::App &app, int &exitCode);
void addSpeedCommand(CLI::App &app, int &exitCode);
void addSweepCommand(CLI::App &app, int &exitCode);
void addVerifyCommand(CLI::App &app, int &exitCode);

} // namespace lockstep
