// A convolution's schedule in words.
#include "compiler/conv/ConvSchedule.h"
#include "compiler/conv/ConvScheduler.h"

namespace lockstep {
namespace {

std::string textOf(const BlockSplit &split) {
  std::string text;
  for (const BlockRun &run : split)
    text += (text.empty() ? "" : " + ") + (run.count > 1 ? std::to_string(run.count) + " x " : "") +
            std::to_string(run.size);
  return text;
}

std::string residencyText(Residency residency) {
  return residency == Residency::Chunk   ? "loaded for each block"
         : residency == Residency::Panel ? "held for the inner loop"
                                         : "held for the whole run";
}

std::string line(const std::string &name, const std::string &value) { return name + ": " + value + "\n"; }

std::string explainPatch(const PatchSchedule &s) {
  std::string text = line("mapping", "channels on rows");
  if (s.merged > 1)
    text += line("merged groups", std::to_string(s.merged) + ", block-diagonal");
  text += line("outer loop", s.columns_outer ? "output channels" : "pixels");
  text += line("blocks of output rows", textOf(s.row_split));
  text += line("blocks of pixels of a row", textOf(s.pixel_split));
  text += line("blocks of output channels", textOf(s.column_split));
  text += line("chunks of input channels", textOf(s.reduction_split));
  text += line("chunks of kernel rows", textOf(s.kernel_split));
  text += line("patch", residencyText(s.patch_residency) + ", " + std::to_string(s.patch_slots) + " slots");
  text +=
      line("weights", residencyText(s.weight_residency) + ", " + std::to_string(s.weight_slots) + " slots");
  text += line("accumulator slots", std::to_string(s.accumulator_slots));
  text += line("output slots",
               std::to_string(s.output_slots) + ", blocks in " + std::to_string(s.output_pieces) + " pieces");
  return text;
}

std::string explainWindows(const WindowSchedule &s) {
  return line("mapping", "windows on rows") + line("tiles of pixels in a step", std::to_string(s.tiles)) +
         line("blocks of output channels", textOf(s.column_split)) +
         line("windows", std::to_string(s.window_slots) + " slots") +
         line("accumulator slots", std::to_string(s.accumulator_slots)) +
         line("output slots", std::to_string(s.output_slots));
}

std::string explainToeplitz(const ToeplitzSchedule &s) {
  return line("mapping", "positions on rows, banded weights") +
         line("channels that are loaded together", std::to_string(s.channels)) +
         line("a step", std::to_string(s.blocks) + " blocks of pixels, " + std::to_string(s.rows) + " rows") +
         line("weights", std::to_string(s.weight_slots) + " slots") +
         line("positions", std::to_string(s.position_slots) + " slots") +
         line("accumulator slots", std::to_string(s.accumulator_slots)) +
         line("output slots", std::to_string(s.output_slots));
}

std::string decisions(const ConvSchedule &schedule) {
  return schedule.mapping == ConvMapping::Channels  ? explainPatch(schedule.patch)
         : schedule.mapping == ConvMapping::Windows ? explainWindows(schedule.window)
                                                    : explainToeplitz(schedule.toeplitz);
}

} // namespace

std::string explain(const ConvSchedule &schedule) {
  if (schedule.mapping == ConvMapping::MatrixProduct)
    return line("mapping", "matrix product") + explain(schedule.product);
  return decisions(schedule) + line("predicted cycles", std::to_string(schedule.predicted_cycles)) +
         line("bound", std::to_string(schedule.bound_cycles) + " cycles");
}

} // namespace lockstep
