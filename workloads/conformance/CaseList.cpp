#include "workloads/conformance/Conformance.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <regex>

namespace lockstep {

namespace fs = std::filesystem;

namespace {

/// A case's folder has a model; pytorch's sets have their cases one level below the set, too.
bool isCase(const fs::path &folder) {
  std::error_code ignored;
  return fs::exists(folder / "model.onnx", ignored);
}

std::vector<std::string> foldersIn(const fs::path &folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
    if (entry->is_directory())
      names.push_back(entry->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

} // namespace

Result<std::vector<ConformanceCase>> findCases(const std::string &data, const std::vector<std::string> &sets,
                                               const std::string &filter) {
  std::regex wanted;
  try {
    wanted = std::regex(filter);
  } catch (const std::regex_error &error) {
    return Error{ErrorKind::Usage,
                 fmt::format("--filter `{}` is no regular expression: {}", filter, error.what())};
  }
  if (!fs::is_directory(data))
    return Error{ErrorKind::Usage,
                 fmt::format("--data {} is no folder; Debian's package libonnx-testdata has {}", data,
                             kConformanceData)};
  std::vector<ConformanceCase> cases;
  for (const std::string &set : sets.empty() ? foldersIn(data) : sets) {
    if (!fs::is_directory(fs::path(data) / set))
      return Error{ErrorKind::Usage, fmt::format("--set {}: {} has no such folder", set, data)};
    for (const std::string &name : foldersIn(fs::path(data) / set))
      if (isCase(fs::path(data) / set / name) && std::regex_search(name, wanted))
        cases.push_back({set, name, (fs::path(data) / set / name).string()});
  }
  if (cases.empty())
    return Error{ErrorKind::Usage,
                 fmt::format("no case below {} has a name that matches `{}`", data, filter)};
  return cases;
}

} // namespace lockstep
