#include "hw/machine/ParameterInfo.h"

namespace lockstep {

const std::vector<ParameterInfo> &parameterList() {
  static const std::vector<ParameterInfo> list = {
#define PARAMETER(group, name, initial, minimum, maximum, unit, description)                                 \
  {#group, #name, initial, minimum, maximum, unit, description, &Parameters::group##_##name},
#include "hw/machine/Parameters.def"
#undef PARAMETER
  };
  return list;
}

const ParameterInfo *findParameter(const std::string &fullName) {
  for (const ParameterInfo &info : parameterList())
    if (info.fullName() == fullName)
      return &info;
  return nullptr;
}

const char *memoryModelName(MemoryModelKind kind) { return kind == MemoryModelKind::Dram ? "dram" : "fixed"; }

} // namespace lockstep
