// Yosys over rtl/: the script, the run and what it printed.
#include "hw/isa/SvPackagePrinter.h"
#include "workloads/driver/area/Area.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

/// A folder for one run of Yosys, removed at the end.
class WorkFolder {
public:
  WorkFolder() {
    std::string name = (fs::temp_directory_path() / "lockstep-area-XXXXXX").string();
    if (mkdtemp(name.data()))
      folder = name;
  }
  ~WorkFolder() {
    std::error_code ignored;
    fs::remove_all(folder, ignored);
  }
  std::string path(const std::string &name) const { return (folder / name).string(); }

private:
  fs::path folder;
};

bool isDesignFile(const fs::path &file) {
  const std::string text = file.string();
  return file.extension() == ".sv" && file.filename() != "sram.sv" &&
         text.find("/bench/") == std::string::npos && text.find("/assertions/") == std::string::npos;
}

std::vector<std::string> designFiles(const fs::path &rtl) {
  std::vector<std::string> files;
  for (const auto &entry : fs::recursive_directory_iterator(rtl))
    if (isDesignFile(entry.path()))
      files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

/// "-GArrayRows=16" becomes "-set ArrayRows 16".
std::string parameterArguments(const Parameters &parameters) {
  std::string text;
  for (const std::string &flag : svParameterFlags(parameters)) {
    size_t equals = flag.find('=');
    text += fmt::format(" -set {} {}", flag.substr(2, equals - 2), flag.substr(equals + 1));
  }
  return text;
}

std::string scriptFor(const Parameters &parameters, const WorkFolder &folder) {
  const fs::path rtl = fs::path(LOCKSTEP_SOURCE_DIR) / "rtl";
  std::string script = fmt::format("read_verilog -sv {}\n", folder.path("lockstep_pkg.sv"));
  script += fmt::format("read_verilog -sv -lib {}\n", (rtl / "common/sram.sv").string());
  for (const std::string &file : designFiles(rtl))
    script += fmt::format("read_verilog -sv -defer {}\n", file);
  script += fmt::format("chparam{} lockstep_top\n", parameterArguments(parameters));
  script += "hierarchy -check -top lockstep_top\n";
  script += fmt::format("tee -q -o {} dump -m t:sram\n", folder.path("srams"));
  script += "synth -top lockstep_top -noabc\nopt_clean\n";
  script += fmt::format("tee -q -o {} stat -json\n", folder.path("stat"));
  return script;
}

std::string lastLines(const std::string &text, size_t count) {
  size_t at = text.size();
  for (size_t i = 0; i <= count && at != std::string::npos && at != 0; ++i)
    at = text.rfind('\n', at - 1);
  return at == std::string::npos || at == 0 ? text : text.substr(at + 1);
}

} // namespace

Result<std::vector<Row>> computeArea(const Parameters &parameters) {
  WorkFolder folder;
  for (Status status : {writeText(printSvPackage(), folder.path("lockstep_pkg.sv")),
                        writeText(scriptFor(parameters, folder), folder.path("script"))})
    if (!status)
      return status.error();
  if (std::system("command -v yosys >/dev/null 2>&1") != 0)
    return Error{ErrorKind::System, "yosys is not installed; scripts/lockstep area installs it"};
  std::string command = fmt::format("yosys -q -s {} >{} 2>&1", folder.path("script"), folder.path("log"));
  auto log = std::system(command.c_str()) == 0 ? Result<std::string>("") : readText(folder.path("log"));
  if (!log || !log->empty())
    return Error{ErrorKind::System, "yosys failed: " + (log ? lastLines(*log, 3) : log.error().message)};
  auto stat = readText(folder.path("stat")), srams = readText(folder.path("srams"));
  if (!stat || !srams)
    return stat ? srams.error() : stat.error();
  auto design = parseArea(*stat, *srams);
  return design ? Result<std::vector<Row>>(areaRows(*design, "lockstep_top")) : design.error();
}

} // namespace lockstep
