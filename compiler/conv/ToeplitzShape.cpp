#include "compiler/conv/ToeplitzShape.h"

#include "compiler/gemm/Placement.h"

#include <algorithm>

namespace lockstep {

ToeplitzShape::ToeplitzShape(const ConvProblem &p, const Parameters &parameters)
    : patch(p, 1, parameters), channels(p.groups),
      block_channels(patch.vector_bytes / patch.columns * patch.columns), stride(p.stride_w), pad(p.pad_left),
      width(p.in_width) {
  const int64_t reach = (p.kernel_width - 1) * p.dilation_w + 1;
  const int64_t most =
      std::min({patch.rows < reach ? 0 : (patch.rows - reach) / stride + 1, patch.columns, p.outWidth()});
  for (outputs = most; outputs > 0 && !chooseBlocks(p, outputs);)
    --outputs;
  tile_words = roundUp(std::max<int64_t>(lanes, 1), patch.words_per_cycle);
}

/// Descending blocks end inside of the image, ascending ones begin inside; about as many of either if both
/// are needed.
bool ToeplitzShape::chooseBlocks(const ConvProblem &p, int64_t outputsOfBlock) {
  lanes = (outputsOfBlock - 1) * stride + (p.kernel_width - 1) * p.dilation_w + 1;
  blocks = ceilDivide(p.outWidth(), outputsOfBlock);
  int64_t least = 0, most = 0; // blocks that have to descend; that can
  for (int64_t block = 0; block < blocks; ++block) {
    const int64_t low = block * outputsOfBlock * stride - pad;
    least += low < 0;
    most += low + lanes <= width;
  }
  if (least > most)
    return false;
  descending = least == 0 ? 0 : std::clamp(blocks / 2, least, most);
  if (most == blocks && least > 0)
    descending = blocks;
  return true;
}

int64_t ToeplitzShape::lowest(int64_t block) const { return block * outputs * stride - pad; }

int64_t ToeplitzShape::firstPosition(int64_t block, bool descends) const {
  return lowest(block) + (descends ? lanes - 1 : 0);
}

int64_t ToeplitzShape::validLanes(int64_t block, bool descends) const {
  const int64_t inside = descends ? firstPosition(block, true) + 1 : width - lowest(block);
  return std::clamp<int64_t>(inside, 0, lanes);
}

std::vector<ToeplitzRange> ToeplitzShape::ranges(const ToeplitzSchedule &schedule) const {
  std::vector<ToeplitzRange> list;
  for (int64_t first = 0; first < blocks;) {
    const bool descends = first < descending;
    const int64_t end = descends ? descending : blocks;
    const int64_t parts = ceilDivide(end - first, schedule.blocks);
    const int64_t count = ceilDivide(end - first, parts);
    list.push_back({first, count, descends});
    first += count;
  }
  return list;
}

std::vector<ToeplitzStep> ToeplitzShape::steps(const ConvProblem &problem,
                                               const ToeplitzSchedule &schedule) const {
  std::vector<ToeplitzStep> list;
  const int64_t height = problem.outHeight(), parts = ceilDivide(height, schedule.rows);
  for (int64_t image = 0; image < problem.batch; ++image)
    for (const ToeplitzRange &range : ranges(schedule))
      for (int64_t part = 0, y = 0; part < parts; ++part) {
        const int64_t rows = height / parts + (part < height % parts);
        list.push_back({image, y, rows, range});
        y += rows;
      }
  return list;
}

Status checkToeplitzMapping(const ConvProblem &p, const Parameters &parameters) {
  const auto refusal = [](const char *why) { return Error{ErrorKind::Usage, why}; };
  if (p.in_channels != 1 || p.out_channels != 1 || p.groups == 1)
    return refusal("it is not depthwise with one output channel for each input channel");
  if (p.output == GemmOutput::Int32)
    return refusal("int32 results cannot be turned (requantize_c7)");
  if (ToeplitzShape(p, parameters).outputs < 2)
    return refusal(
        "a row of the array, or of the image, has no room for the windows of two pixels side by side");
  return {};
}

} // namespace lockstep
