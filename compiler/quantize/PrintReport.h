// A quantization's report for people and for programs.
#pragma once

#include "compiler/quantize/QuantizationReport.h"

#include <string>

namespace lockstep {

/// Tables: options, whole model, layers by cost (if they were measured), tensors.
std::string printReport(const QuantizationReport &report);

/// An object with the report's fields under their names; calibrator by name. Decibels are at most 999 in
/// magnitude.
std::string reportJson(const QuantizationReport &report);

} // namespace lockstep
