#include "hw/isa/FieldNames.h"

#include <map>

namespace lockstep {

const std::vector<std::string> &valueNames(const std::string &fieldName) {
  static const std::vector<std::string> none;
  static const std::map<std::string, std::vector<std::string>> names = {
      {"unit", {"load", "matrix", "vector", "store"}},
      {"local_memory", {"scratchpad", "accumulator"}},
      {"dataflow", {"weight_stationary"}},
      {"streamed_type", {"int8", "uint8"}},
      {"stationary_type", {"int8", "uint8"}},
      {"output_type", {"int8", "uint8", "int32"}},
      {"channel_axis", {"columns", "rows"}},
  };
  const auto found = names.find(fieldName);
  return found == names.end() ? none : found->second;
}

} // namespace lockstep
