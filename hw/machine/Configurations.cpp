// Where named configurations are found: $LOCKSTEP_CONFIG_DIR, else the folder of the sources.
#include "hw/machine/Parameters.h"
#include "hw/support/Files.h"
#include "hw/support/Text.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace lockstep {
namespace {

namespace fs = std::filesystem;

fs::path configurationFolder() {
  const char *chosen = std::getenv("LOCKSTEP_CONFIG_DIR");
  return chosen && *chosen ? chosen : LOCKSTEP_CONFIG_DIR;
}

/// "base" means hw/configs/base.yaml; anything with a slash or an ending is a file.
fs::path pathOf(const std::string &nameOrFile) {
  const bool isName = nameOrFile.find('/') == std::string::npos && nameOrFile.find('.') == std::string::npos;
  const fs::path named = configurationFolder() / (nameOrFile + ".yaml");
  std::error_code ignored;
  return isName && fs::exists(named, ignored) ? named : fs::path(nameOrFile);
}

std::vector<std::string> configurationNames() {
  std::vector<std::string> names;
  std::error_code ignored;
  for (const fs::directory_entry &entry : fs::directory_iterator(configurationFolder(), ignored))
    if (entry.path().extension() == ".yaml")
      names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

Error notFound(const std::string &nameOrFile) {
  const std::vector<std::string> names = configurationNames();
  return {ErrorKind::Parameter,
          "There is no configuration or readable file '" + quotable(nameOrFile) +
              "'; the configurations are " + joinNames(names) +
              (nearestName(nameOrFile, names).empty() ? "." : suggestion(nameOrFile, names))};
}

int64_t numPes(const std::string &name) {
  const Result<Parameters> parameters = loadParameters(name);
  return parameters ? parameters->array_rows * parameters->array_columns : INT64_MAX;
}

} // namespace

Result<Parameters> loadParameters(const std::string &nameOrFile,
                                  const std::vector<std::pair<std::string, std::string>> &overrides) {
  const fs::path path = pathOf(nameOrFile);
  const Result<std::vector<uint8_t>> bytes = readFileBytes(path.string());
  if (!bytes)
    return notFound(nameOrFile);
  return parseParameters(std::string(bytes->begin(), bytes->end()), path.string(), overrides);
}

std::vector<std::string> listConfigurations() {
  std::vector<std::pair<int64_t, std::string>> sized;
  for (const std::string &name : configurationNames())
    sized.emplace_back(numPes(name), name);
  std::sort(sized.begin(), sized.end());
  std::vector<std::string> names;
  for (auto &[size, name] : sized)
    names.push_back(std::move(name));
  return names;
}

} // namespace lockstep
