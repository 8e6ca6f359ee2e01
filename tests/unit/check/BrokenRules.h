// BREAKS and KEEPS: one field of a legal instruction changed, and what the checker says.
#pragma once

#include "hw/check/Legality.h"
#include "tests/unit/check/LegalInstructions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {

using testing::HasSubstr;

inline std::string problem(const Instruction &instruction, const Parameters &parameters = testMachine(4, 4)) {
  const Status status = checkInstruction(instruction, 12, parameters, testRegions());
  if (status)
    return "";
  EXPECT_EQ(status.error().kind, ErrorKind::Legality);
  return status.error().message;
}

template <typename Struct, typename Change> std::string after(Struct fields, Change &&change) {
  change(fields);
  return problem(fields);
}

// BREAKS(legalLoad(), row_bytes = 0, "load_c1"); KEEPS likewise.
#define BREAKS(base, change, rule)                                                                           \
  EXPECT_THAT(after(base, [](auto &f) { f.change; }), HasSubstr(rule ": instruction 12")) << #change
#define KEEPS(base, change) EXPECT_EQ(after(base, [](auto &f) { f.change; }), "") << #change

} // namespace lockstep
