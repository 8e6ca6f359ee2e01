#include "compiler/conv/PatchChecks.h"

#include "compiler/conv/PatchShape.h"

#include <string>

namespace lockstep {
namespace {

Error scheduleError(const std::string &what) {
  return {ErrorKind::Usage, "convolution schedule: " + what + "."};
}

Status checkSplit(const char *dimension, const BlockSplit &split, int64_t total, int64_t unit) {
  int64_t sum = 0;
  bool whole = true;
  for (const BlockRun &run : split) {
    whole = whole && run.size > 0 && run.count > 0;
    // All but the last block are multiples of the unit.
    whole = whole && (run.count == 1 || run.size % unit == 0) && sum % unit == 0;
    sum += run.size * run.count;
  }
  if (whole && sum == total)
    return {};
  return scheduleError(std::string("the blocks of ") + dimension + " add up to " + std::to_string(sum) +
                       " of " + std::to_string(total) + ", or some but the last are not multiples of " +
                       std::to_string(unit));
}

Status checkSplits(const ConvProblem &p, const PatchSchedule &s, const Parameters &parameters) {
  struct Dimension {
    const char *name;
    const BlockSplit &split;
    int64_t total, unit;
  };
  for (const Dimension &d :
       {Dimension{"output rows", s.row_split, p.outHeight(), 1},
        {"pixels", s.pixel_split, p.outWidth(), 1},
        {"output channels", s.column_split, s.merged * p.out_channels, parameters.array_columns},
        {"input channels", s.reduction_split, s.merged * p.in_channels, parameters.array_rows},
        {"kernel rows", s.kernel_split, p.kernel_height, 1}})
    if (Status status = checkSplit(d.name, d.split, d.total, d.unit); !status)
      return status;
  return {};
}

Status checkSlots(const char *name, int64_t slots, int64_t least) {
  if (slots >= least)
    return {};
  return scheduleError(std::string(name) + " has " + std::to_string(slots) + " slots; it needs " +
                       std::to_string(least));
}

/// An operand of the outer loop may be held for a panel, one of the inner loop for the whole run.
Status checkHeld(const char *name, Residency residency, bool followsOuter, int64_t slots, int64_t parts,
                 int64_t inner) {
  if (residency == (followsOuter ? Residency::Whole : Residency::Panel))
    return scheduleError(std::string(name) + " cannot be held: it follows the other loop");
  return checkSlots(name, slots,
                    residency == Residency::Chunk   ? 1
                    : residency == Residency::Panel ? parts
                                                    : parts * inner);
}

Status checkRings(const ConvProblem &p, const PatchSchedule &s) {
  const auto pixels = static_cast<int64_t>(pixelBlocks(p, s).size());
  const int64_t inner = s.columns_outer ? pixels : blockCount(s.column_split);
  const int64_t parts = blockCount(s.reduction_split);
  if (Status status =
          checkHeld("the ring of patches", s.patch_residency, !s.columns_outer, s.patch_slots, parts, inner);
      !status)
    return status;
  if (Status status = checkHeld("the ring of weights", s.weight_residency, s.columns_outer, s.weight_slots,
                                parts * blockCount(s.kernel_split), inner);
      !status)
    return status;
  if (Status status = checkSlots("the accumulator", s.accumulator_slots, 1); !status)
    return status;
  if (Status status = checkSlots("the output", s.output_slots, 1); !status)
    return status;
  if (!p.has_bias && !p.per_channel)
    return {};
  return checkSlots("the parameters", s.parameter_slots, s.parameters_whole && !s.columns_outer ? inner : 1);
}

} // namespace

Status checkPatchSchedule(const ConvProblem &problem, const PatchSchedule &schedule,
                          const Parameters &parameters) {
  if (schedule.merged < 1 || problem.groups % schedule.merged != 0)
    return scheduleError(std::to_string(schedule.merged) + " merged groups do not divide " +
                         std::to_string(problem.groups));
  if (schedule.output_pieces < 1)
    return scheduleError("output_pieces is less than 1");
  if (Status status = checkSplits(problem, schedule, parameters); !status)
    return status;
  return checkRings(problem, schedule);
}

} // namespace lockstep
