// The sources of the RTL are clean for Verilator's lint, and Yosys elaborates the design.
#include "hw/isa/SvPackagePrinter.h"
#include "hw/machine/Parameters.h"
#include "tests/unit/driver/TemporaryFolder.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <sstream>

using namespace lockstep;
namespace fs = std::filesystem;

namespace {

struct RtlSources : testing::Test {
  RtlSources() { std::ofstream(package()) << printSvPackage(); }

  std::string package() const { return folder.path("lockstep_pkg.sv"); }

  /// What the command says; a line of its own tells of a failure without words.
  std::string messagesOf(const std::string &command) const {
    const std::string log = folder.path("log");
    const int status = std::system((command + " >" + log + " 2>&1").c_str());
    std::stringstream text;
    text << std::ifstream(log).rdbuf() << (status == 0 ? "" : "the command failed\n");
    return text.str();
  }

  TemporaryFolder folder;
};

std::vector<std::string> sources() {
  std::vector<std::string> files;
  for (const auto &entry : fs::recursive_directory_iterator(RTL_FOLDER))
    if (entry.path().extension() == ".sv")
      files.push_back(entry.path().string());
  std::sort(files.begin(), files.end());
  return files;
}

bool isOfTheBench(const std::string &file) {
  return file.find("/bench/") != std::string::npos || file.find("/assertions/") != std::string::npos;
}

std::string flagsOf(const std::string &machine) {
  std::string flags;
  for (const std::string &flag : svParameterFlags(*loadParameters(machine)))
    flags += " " + flag;
  return flags;
}

struct RtlLint : RtlSources, testing::WithParamInterface<const char *> {};

TEST_P(RtlLint, FindsNothingWithAndWithoutAssertionsAndFaults) {
  std::string command = "verilator --lint-only -Wall --top-module lockstep_bench" + flagsOf(GetParam()) +
                        " " + RTL_FOLDER + "/lint.vlt " + package();
  for (const std::string &file : sources())
    command += " " + file;
  EXPECT_EQ(messagesOf(command), "");
  EXPECT_EQ(messagesOf(command + " --assert +define+LOCKSTEP_ASSERT"), "");
  EXPECT_EQ(messagesOf(command + " +define+LOCKSTEP_FAULTS"), "");
}

INSTANTIATE_TEST_SUITE_P(Machines, RtlLint, testing::Values("tiny", "base", "recurrent"),
                         [](const auto &info) { return info.param; });

TEST_F(RtlSources, ElaborateInYosys) {
  std::ofstream script(folder.path("script"));
  script << "read_verilog -sv " << package() << "\n";
  for (const std::string &file : sources())
    if (!isOfTheBench(file))
      script << "read_verilog -sv -defer " << file << "\n";
  std::istringstream flags(flagsOf("tiny"));
  script << "chparam";
  for (std::string flag; flags >> flag;) // -GName=value
    script << " -set " << flag.substr(2, flag.find('=') - 2) << " " << flag.substr(flag.find('=') + 1);
  script << " lockstep_top\nhierarchy -check -top lockstep_top\nproc\ncheck -assert\n";
  script.close();
  EXPECT_EQ(messagesOf("yosys -q -s " + folder.path("script")), "");
}

} // namespace
