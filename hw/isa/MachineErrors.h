// The error codes of the control port, shared by all executions.
#pragma once

#include <cstdint>

namespace lockstep {

enum class MachineError : uint8_t {
  none = 0,
#define MACHINE_ERROR(code, name, meaning) name = code,
#include "hw/isa/MachineErrors.def"
#undef MACHINE_ERROR
};

/// Half a sentence on what happened; "no error" for none, "unknown error" for any other value.
inline const char *machineErrorText(MachineError error) {
  switch (error) {
  case MachineError::none:
    return "no error";
#define MACHINE_ERROR(code, name, meaning)                                                                   \
  case MachineError::name:                                                                                   \
    return meaning;
#include "hw/isa/MachineErrors.def"
#undef MACHINE_ERROR
  }
  return "unknown error";
}

} // namespace lockstep
