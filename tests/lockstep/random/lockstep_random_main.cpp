// lockstep_random: as many random programs on as many random machines as wanted, failures shrunk and printed.
#include "tests/lockstep/random/RandomRun.h"
#include "tests/support/RandomPrograms.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace lockstep;

namespace {

const char *const kHelp =
    "lockstep_random: SystemC, RTL and golden on random legal programs; prints seeds, shrinks failures.\n"
    "  --machines N        random machines (default 12)\n"
    "  --programs N        programs on each (default 50)\n"
    "  --seed N            first machine's seed (default 1)\n"
    "  --hw NAME|FILE      one machine of this configuration instead of random ones\n"
    "  --set KEY=VALUE     changes a parameter of --hw\n"
    "  --machine-seed N --program-seed N   this program only\n"
    "  --stress 1          also bits under random AXI stalls\n"
    "  --trials N          tries to shrink a failure (default 500; 0: do not shrink)\n"
    "Exit code 0: all equal; 1: a difference; 2: a wrong option.\n";

struct Options {
  uint64_t machines = 12, programs = 50, seed = 1, program_seed = 0;
  bool one_program = false, stress = false;
  unsigned trials = 500;
  std::string hw;
  std::vector<std::pair<std::string, std::string>> overrides;
};

bool readOption(Options &options, const std::string &name, const char *value) {
  const uint64_t number = strtoull(value, nullptr, 0);
  if (name == "--machines")
    options.machines = number;
  else if (name == "--programs")
    options.programs = number;
  else if (name == "--seed")
    options.seed = number;
  else if (name == "--machine-seed")
    options.seed = number, options.machines = 1;
  else if (name == "--program-seed")
    options.program_seed = number, options.one_program = true;
  else if (name == "--stress")
    options.stress = number != 0;
  else if (name == "--trials")
    options.trials = unsigned(number);
  else if (name == "--hw")
    options.hw = value, options.machines = 1;
  else if (name == "--set" && strchr(value, '='))
    options.overrides.emplace_back(std::string(value, strchr(value, '=')), strchr(value, '=') + 1);
  else
    return false;
  return true;
}

bool readOptions(Options &options, int count, char **arguments) {
  for (int i = 1; i < count; i += 2)
    if (i + 1 == count || !readOption(options, arguments[i], arguments[i + 1]))
      return false;
  return true;
}

/// Differences found.
uint64_t runProgram(EnginePair &engines, const Parameters &parameters, uint64_t seed,
                    const Options &options) {
  RandomOutcome outcome = compareRandomProgram(engines, parameters, seed);
  if (outcome.difference.empty() && options.stress)
    outcome.difference = differenceUnderStress(engines, parameters, seed);
  if (outcome.difference.empty()) {
    printf("  program %llu: %llu cycles, %llu events, equal\n", static_cast<unsigned long long>(seed),
           static_cast<unsigned long long>(outcome.cycles), static_cast<unsigned long long>(outcome.events));
    return 0;
  }
  printf("  program %llu: %s\n", static_cast<unsigned long long>(seed), outcome.difference.c_str());
  if (options.trials)
    printf("%s\n", shrunkFailure(engines, parameters, seed, options.trials).c_str());
  fflush(stdout);
  return 1;
}

uint64_t runMachine(const Parameters &parameters, uint64_t machine, const Options &options) {
  printf("machine %llu: %s %lldx%lld\n", static_cast<unsigned long long>(machine), parameters.name.c_str(),
         static_cast<long long>(parameters.array_rows), static_cast<long long>(parameters.array_columns));
  fflush(stdout);
  auto engines = EnginePair::make(parameters);
  if (!engines) {
    printf("  %s\n", engines.error().message.c_str());
    return 1;
  }
  if (options.one_program)
    return runProgram(*engines, parameters, options.program_seed, options);
  uint64_t differences = 0;
  for (uint64_t i = 0; i < options.programs; ++i)
    differences += runProgram(*engines, parameters, machine * 1000 + i, options);
  return differences;
}

} // namespace

int main(int count, char **arguments) {
  Options options;
  if (!readOptions(options, count, arguments)) {
    fputs(kHelp, count == 2 && !strcmp(arguments[1], "--help") ? stdout : stderr);
    return 2;
  }
  uint64_t differences = 0;
  for (uint64_t machine = options.seed; machine < options.seed + options.machines; ++machine) {
    auto parameters = options.hw.empty() ? Result<Parameters>(randomParameters(machine))
                                         : loadParameters(options.hw, options.overrides);
    if (!parameters) {
      fprintf(stderr, "%s\n", parameters.error().message.c_str());
      return 2;
    }
    differences += runMachine(*parameters, machine, options);
  }
  printf("%llu differences\n", static_cast<unsigned long long>(differences));
  return differences ? 1 : 0;
}
