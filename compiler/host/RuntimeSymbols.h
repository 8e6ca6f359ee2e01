// Functions that host code calls and the C library does not have.
#pragma once

#include <map>
#include <string>

namespace lockstep {

/// By symbol: conversions to and from 16-bit floats where the processor has none, the oneDNN entry points.
const std::map<std::string, void *> &runtimeSymbols();

} // namespace lockstep
