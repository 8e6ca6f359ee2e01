// The layers of the project: who may include whom, and which folders there are at the top.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

const fs::path root = LOCKSTEP_SOURCE_DIR;

/// The layers that a file of the layer may include, itself among them.
const std::map<std::string, Names> allowedLayers = {
    {"hw", {"hw"}},
    {"compiler", {"hw", "compiler"}},
    {"sim", {"hw", "sim"}},
    {"workloads", {"hw", "compiler", "sim", "workloads"}},
    {"tests", {"hw", "compiler", "sim", "workloads", "tests"}},
};

/// Libraries that only some layers may know, by how their headers begin.
struct LibraryRule {
  std::string prefix;
  Names layers;
};
const std::vector<LibraryRule> libraryRules = {
    {"systemc", {"sim", "tests"}},   {"tlm", {"sim", "tests"}},
    {"verilated", {"sim", "tests"}}, {"mlir/", {"compiler", "tests"}},
    {"llvm/", {"compiler", "tests"}}, {"onnx/", {"compiler", "tests"}},
    {"CLI/", {"workloads"}},         {"sqlite3", {"workloads", "tests"}},
};

struct Include {
  fs::path file; // relative to the root
  std::string target;
  bool quoted;
};

bool isSource(const fs::path &file) {
  static const Names extensions = {".h", ".cpp", ".def", ".inc"};
  return extensions.count(file.extension().string()) > 0;
}

std::vector<Include> includesOf(const fs::path &file) {
  static const std::regex pattern(R"re(^\s*#\s*include\s*(["<])([^">]+)[">])re");
  std::vector<Include> includes;
  std::ifstream stream(file);
  std::smatch match;
  for (std::string line; std::getline(stream, line);)
    if (std::regex_search(line, match, pattern))
      includes.push_back({fs::relative(file, root), match[2], match[1] == "\""});
  return includes;
}

std::vector<Include> includesOfLayer(const std::string &layer) {
  std::vector<Include> all;
  for (const auto &entry : fs::recursive_directory_iterator(root / layer))
    if (entry.is_regular_file() && isSource(entry.path()))
      for (Include &include : includesOf(entry.path()))
        all.push_back(std::move(include));
  return all;
}

/// First component of a path that names a layer; empty for system headers and files beside the includer.
std::string layerOf(const std::string &target) {
  std::string first = target.substr(0, target.find('/'));
  return allowedLayers.count(first) && first.size() < target.size() ? first : "";
}

std::vector<std::string> wrongDirections(const std::string &layer, const Names &allowed) {
  std::vector<std::string> wrong;
  for (const Include &include : includesOfLayer(layer)) {
    std::string target = layerOf(include.target);
    bool upwards = include.target.find("..") != std::string::npos;
    if (upwards || (include.quoted && !target.empty() && !allowed.count(target)))
      wrong.push_back(include.file.string() + " includes " + include.target);
  }
  return wrong;
}

TEST(Layers, IncludeOnlyDownwards) {
  for (const auto &[layer, allowed] : allowedLayers)
    EXPECT_THAT(wrongDirections(layer, allowed), testing::IsEmpty()) << "layer " << layer;
}

TEST(Layers, KeepLibrariesWhereTheyBelong) {
  std::vector<std::string> wrong;
  for (const auto &[layer, allowed] : allowedLayers)
    for (const Include &include : includesOfLayer(layer))
      for (const LibraryRule &rule : libraryRules)
        if (include.target.rfind(rule.prefix, 0) == 0 && !rule.layers.count(layer))
          wrong.push_back(include.file.string() + " includes " + include.target);
  EXPECT_THAT(wrong, testing::IsEmpty());
}

TEST(Layers, ReadYamlInOneFileOfTheHardwareLayer) {
  Names readers;
  for (const Include &include : includesOfLayer("hw"))
    if (include.target.rfind("yaml-cpp/", 0) == 0)
      readers.insert(include.file.string());
  EXPECT_LE(readers.size(), 1u) << testing::PrintToString(readers);
}

TEST(Layers, AreTheOnlyTopLevelFolders) {
  const Names expected = {"compiler", "hw", "rtl", "scripts", "sim", "tests", "workloads"};
  Names found;
  for (const auto &entry : fs::directory_iterator(root)) {
    std::string name = entry.path().filename().string();
    if (entry.is_directory() && name[0] != '.' && name.rfind("build", 0) != 0)
      found.insert(name);
  }
  EXPECT_EQ(found, expected);
}

/// `check` gets the path (relative to the root) and the text of every source, script and document.
template <typename Check> void forEachText(const Check &check) {
  static const Names extensions = {".h", ".cpp", ".def", ".sv", ".md", ".txt", ".yaml", ".ys", ".cmake", ""};
  for (const std::string folder : {"compiler", "hw", "rtl", "scripts", "sim", "tests", "workloads", ".ci"})
    for (const auto &entry : fs::recursive_directory_iterator(root / folder)) {
      if (!entry.is_regular_file() || !extensions.count(entry.path().extension().string()))
        continue;
      std::ifstream stream(entry.path());
      check(fs::relative(entry.path(), root).string(),
            std::string(std::istreambuf_iterator<char>(stream), {}));
    }
}

TEST(Repository, NamesNoPathOfTheMachineItWasWrittenOn) {
  static const std::regex path(R"((^|[^A-Za-z0-9_.])/(home|root|work|mnt)/[A-Za-z])");
  std::vector<std::string> wrong;
  forEachText([&](const std::string &file, const std::string &text) {
    if (file != "tests/unit/layers/LayersTest.cpp" && std::regex_search(text, path))
      wrong.push_back(file);
  });
  EXPECT_THAT(wrong, testing::IsEmpty());
}

TEST(Repository, KeepsSourcesUnder400Lines) {
  std::vector<std::string> longOnes;
  forEachText([&](const std::string &file, const std::string &text) {
    std::string extension = fs::path(file).extension().string();
    if (extension != ".md" && extension != ".yaml" && std::count(text.begin(), text.end(), '\n') > 400)
      longOnes.push_back(file);
  });
  EXPECT_THAT(longOnes, testing::IsEmpty());
}

} // namespace
