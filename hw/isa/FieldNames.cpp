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
      {"output_type", {"int8", "uint8", "int32", "int16", "pair"}},
      {"a_type", {"int8", "uint8", "int32", "int16", "pair", "wide"}},
      {"b_type", {"int8", "uint8", "int32", "int16", "pair", "wide", "", "immediate"}},
      {"a_memory", {"scratchpad", "accumulator"}},
      {"b_memory", {"scratchpad", "accumulator"}},
      {"output_memory", {"scratchpad", "accumulator"}},
      {"operation", {"add", "subtract", "multiply", "minimum", "maximum"}},
      {"reduction", {"sum", "maximum"}},
      {"function", {"none", "table16", "table8"}},
      {"table_type", {"int16", "int8"}},
      {"channel_axis", {"columns", "rows"}},
  };
  const auto found = names.find(fieldName);
  return found == names.end() ? none : found->second;
}

} // namespace lockstep
