#include "sim/rtl_engine/ModelKey.h"

#include "hw/isa/SvPackagePrinter.h"
#include "sim/rtl_engine/ModelBuild.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

std::string readFile(const fs::path &file) {
  std::ifstream stream(file, std::ios::binary);
  std::stringstream text;
  text << stream.rdbuf();
  return text.str();
}

/// FNV-1a: names a cache entry; nobody attacks it.
class Hash {
public:
  void add(const std::string &bytes) {
    for (unsigned char byte : bytes + '\0')
      value = (value ^ byte) * 0x100000001b3ull;
  }
  std::string text() const {
    char digits[17];
    snprintf(digits, sizeof digits, "%016llx", static_cast<unsigned long long>(value));
    return digits;
  }

private:
  unsigned long long value = 0xcbf29ce484222325ull;
};

bool isAssertion(const fs::path &file) { return *fs::relative(file, rtlFolder()).begin() == "assertions"; }

std::vector<fs::path> filesBelow(const fs::path &folder, const std::vector<std::string> &extensions) {
  std::vector<fs::path> files;
  for (const fs::directory_entry &entry : fs::recursive_directory_iterator(folder))
    if (std::find(extensions.begin(), extensions.end(), entry.path().extension().string()) !=
        extensions.end())
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

std::vector<fs::path> rtlFiles(const RtlVariant &variant) {
  std::vector<fs::path> files = filesBelow(rtlFolder(), {".sv", ".svh"});
  if (!variant.assertions)
    files.erase(std::remove_if(files.begin(), files.end(), isAssertion), files.end());
  return files;
}

/// Parameters that the RTL is made of; the others belong to the memory outside.
bool isStructural(const std::string &flag) {
  return flag.rfind("-GDram", 0) != 0 && flag.rfind("-GClock", 0) != 0 &&
         flag.rfind("-GMemoryLatency", 0) != 0;
}

std::vector<std::string> verilatorFlags(const Parameters &parameters, const RtlVariant &variant) {
  std::vector<std::string> flags = {"--cc",         "-O3",
                                    "--x-assign",   "fast",
                                    "--x-initial",  "fast",
                                    "--no-timing",  "--output-split",
                                    "20000",        "-Wno-fatal",
                                    "--top-module", "lockstep_bench",
                                    "--prefix",     "Vlockstep_bench"};
  flags.push_back(variant.assertions ? "--assert" : "--noassert");
  if (variant.assertions)
    flags.push_back("+define+LOCKSTEP_ASSERT");
  if (variant.faults)
    flags.push_back("+define+LOCKSTEP_FAULTS");
  if (variant.trace)
    flags.push_back("--trace-fst");
  for (const std::string &flag : svParameterFlags(parameters))
    if (isStructural(flag))
      flags.push_back(flag);
  return flags;
}

/// -fno-gnu-unique keeps the static data of two loaded models apart.
std::vector<std::string> compilerFlags(const RtlVariant &variant) {
  std::vector<std::string> flags = {"-std=c++17",       "-fPIC",          "-fvisibility=hidden",
                                    "-fno-gnu-unique",  "-DVL_USER_STOP", "-DVL_USER_FATAL",
                                    "-DVL_USER_FINISH", "-DVERILATOR=1",  "-w"};
  if (!std::getenv("LOCKSTEP_PORTABLE"))
    flags.push_back("-march=native");
  if (variant.trace)
    flags.push_back("-DLOCKSTEP_TRACE");
  if (variant.faults)
    flags.push_back("-DLOCKSTEP_FAULTS");
  return flags;
}

} // namespace

fs::path rtlFolder() {
  const char *folder = std::getenv("LOCKSTEP_RTL_DIR");
  return folder ? folder : LOCKSTEP_RTL_DIR;
}

Result<ModelSources> modelSources(const Parameters &parameters, const RtlVariant &variant) {
  if (!fs::is_directory(rtlFolder()))
    return Error{ErrorKind::System,
                 "The RTL's folder " + rtlFolder().string() +
                     " does not exist; set LOCKSTEP_RTL_DIR to the folder rtl of the sources."};
  ModelSources sources;
  sources.rtl = rtlFiles(variant);
  sources.model = filesBelow(LOCKSTEP_RTL_MODEL_DIR, {".h", ".cpp"});
  sources.package = printSvPackage();
  sources.verilator_flags = verilatorFlags(parameters, variant);
  sources.fast_flags = sources.slow_flags = compilerFlags(variant);
  sources.fast_flags.push_back(variant.quick_build ? "-O1" : "-O3");
  sources.slow_flags.push_back("-O0");
  return sources;
}

Result<std::string> modelKey(const Parameters &parameters, const ModelSources &sources) {
  auto versions = toolVersions();
  if (!versions)
    return versions.error();
  Hash hash;
  hash.add(*versions);
  for (const auto *files : {&sources.rtl, &sources.model})
    for (const fs::path &file : *files) {
      hash.add(file.filename().string());
      hash.add(readFile(file));
    }
  hash.add(sources.package);
  for (const auto *flags : {&sources.verilator_flags, &sources.fast_flags, &sources.slow_flags})
    for (const std::string &flag : *flags)
      hash.add(flag);
  return std::to_string(parameters.array_rows) + "x" + std::to_string(parameters.array_columns) + "-" +
         hash.text();
}

} // namespace lockstep
