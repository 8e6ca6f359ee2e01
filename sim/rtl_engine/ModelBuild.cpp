#include "sim/rtl_engine/ModelBuild.h"

#include <array>
#include <cstdio>
#include <fstream>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

/// For the shell: in single quotes.
std::string quoted(const std::string &text) {
  std::string result = "'";
  for (char c : text)
    result += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return result + "'";
}

std::string joined(const std::vector<std::string> &words) {
  std::string result;
  for (const std::string &word : words)
    result += " " + quoted(word);
  return result;
}

std::string firstLineOf(const std::string &command) {
  std::array<char, 256> line{};
  FILE *pipe = popen(command.c_str(), "r");
  if (!pipe)
    return "";
  if (!fgets(line.data(), line.size(), pipe))
    line[0] = 0;
  pclose(pipe);
  return line.data();
}

std::string firstErrorLine(const fs::path &log) {
  std::ifstream stream(log);
  for (std::string line; std::getline(stream, line);)
    if (line.find("rror") != std::string::npos)
      return line;
  return "no message";
}

Status runTool(const std::string &what, const std::string &command, const fs::path &folder,
               const fs::path &log) {
  std::string line =
      "cd " + quoted(folder.string()) + " && (" + command + ") >> " + quoted(log.string()) + " 2>&1";
  if (std::system(line.c_str()) == 0)
    return {};
  return Error{ErrorKind::System,
               what + " of the RTL failed: " + firstErrorLine(log) + " (log: " + log.string() + ")."};
}

Status verilate(const ModelSources &sources, const fs::path &folder, const fs::path &log) {
  std::ofstream(folder / "lockstep_pkg.sv") << sources.package;
  std::string command = "verilator" + joined(sources.verilator_flags) + " --Mdir generated lockstep_pkg.sv";
  for (const fs::path &file : sources.rtl)
    if (file.extension() == ".sv")
      command += " " + quoted(file.string());
    else
      command += " " + quoted("+incdir+" + file.parent_path().string());
  return runTool("Verilator's translation", command, folder, log);
}

/// Verilator's own constructors, tracing setup and other code that runs once are in files named *__Slow*.
bool runsOnce(const fs::path &file) { return file.filename().string().find("Slow") != std::string::npos; }

std::vector<fs::path> runtimeSources(bool trace) {
  const fs::path include = verilatorInclude();
  std::vector<fs::path> files = {include / "verilated.cpp", include / "verilated_threads.cpp"};
  if (trace)
    files.push_back(include / "verilated_fst_c.cpp");
  return files;
}

std::vector<fs::path> compiledSources(const ModelSources &sources, const fs::path &folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry &entry : fs::directory_iterator(folder / "generated"))
    if (entry.path().extension() == ".cpp")
      files.push_back(entry.path());
  for (const fs::path &file : sources.model)
    if (file.extension() == ".cpp")
      files.push_back(file);
  return files;
}

bool hasTrace(const ModelSources &sources) {
  for (const std::string &flag : sources.verilator_flags)
    if (flag == "--trace-fst")
      return true;
  return false;
}

std::string ninjaPath(const fs::path &path) {
  std::string result;
  for (char c : path.string())
    result += c == ' ' || c == ':' || c == '$' ? std::string("$") + c : std::string(1, c);
  return result;
}

std::string modelFolder(const ModelSources &sources) {
  return sources.model.empty() ? "." : sources.model.front().parent_path().string();
}

void writeRules(std::ofstream &out, const ModelSources &sources) {
  std::string compile = std::string(firstLineOf("command -v ccache").empty() ? "" : "ccache ") + "c++";
  std::string includes = " -include " + quoted(modelFolder(sources) + "/ModelPrint.h") + " -Igenerated -I" +
                         quoted(modelFolder(sources)) + " -I" + quoted(verilatorInclude().string()) + " -I" +
                         quoted((verilatorInclude() / "vltstd").string());
  out << "rule fast\n  command = " << compile << joined(sources.fast_flags) << includes
      << " -c $in -o $out\n";
  out << "rule slow\n  command = " << compile << joined(sources.slow_flags) << includes
      << " -c $in -o $out\n";
  out << "rule link\n  command = c++ -shared -Wl,-Bsymbolic $in -o $out -lz -lpthread\n";
}

void writeNinja(const ModelSources &sources, const fs::path &folder) {
  std::ofstream out(folder / "build.ninja");
  writeRules(out, sources);
  std::vector<fs::path> files = compiledSources(sources, folder);
  for (const fs::path &file : runtimeSources(hasTrace(sources)))
    files.push_back(file);
  std::string objects;
  for (const fs::path &file : files) {
    std::string object = file.stem().string() + ".o";
    out << "build " << object << ": " << (runsOnce(file) ? "slow " : "fast ") << ninjaPath(file) << "\n";
    objects += " " + object;
  }
  out << "build model.so: link" << objects << "\n";
}

} // namespace

fs::path verilatorInclude() {
  static const std::string root = firstLineOf("verilator --getenv VERILATOR_ROOT 2>/dev/null");
  return fs::path(root.substr(0, root.find('\n'))) / "include";
}

Result<std::string> toolVersions() {
  static const std::string verilator = firstLineOf("verilator --version 2>/dev/null");
  static const std::string compiler = firstLineOf("c++ --version 2>/dev/null");
  // -march=native means another thing on another processor.
  static const std::string processor = firstLineOf("grep -m1 '^flags' /proc/cpuinfo | cksum");
  if (verilator.empty())
    return Error{ErrorKind::System,
                 "The RTL engine needs Verilator 5.006 or later, and there is no command `verilator`."};
  return verilator + compiler + processor;
}

Status buildModel(const ModelSources &sources, const fs::path &folder, const fs::path &log) {
  std::ofstream(log, std::ios::trunc);
  if (Status status = verilate(sources, folder, log); !status)
    return status;
  writeNinja(sources, folder);
  return runTool("The compilation", "nice ninja -j2", folder, log);
}

} // namespace lockstep
