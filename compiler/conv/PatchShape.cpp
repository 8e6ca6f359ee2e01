#include "compiler/conv/PatchShape.h"

#include "compiler/gemm/Placement.h"

#include <algorithm>
#include <numeric>

namespace lockstep {
namespace {

struct Part {
  int64_t first, size;
};
std::vector<Part> partsOf(const BlockSplit &split) {
  std::vector<Part> parts;
  int64_t first = 0;
  for (const BlockRun &run : split)
    for (int64_t i = 0; i < run.count; ++i, first += run.size)
      parts.push_back({first, run.size});
  return parts;
}

} // namespace

std::vector<PixelBlock> pixelBlocks(const ConvProblem &problem, const PatchSchedule &schedule) {
  std::vector<PixelBlock> blocks;
  for (int64_t image = 0; image < problem.batch; ++image)
    for (const Part &rows : partsOf(schedule.row_split))
      for (const Part &columns : partsOf(schedule.pixel_split))
        blocks.push_back({image, rows.first, rows.size, columns.first, columns.size});
  return blocks;
}

std::vector<ChannelBlock> channelBlocks(const PatchSchedule &schedule) {
  std::vector<ChannelBlock> blocks;
  for (const Part &part : partsOf(schedule.column_split))
    blocks.push_back({part.first, part.size});
  return blocks;
}

std::vector<ReductionChunk> reductionChunks(const PatchSchedule &schedule) {
  std::vector<ReductionChunk> chunks;
  const std::vector<Part> kernelRows = partsOf(schedule.kernel_split);
  for (const Part &channels : partsOf(schedule.reduction_split))
    for (size_t i = 0; i < kernelRows.size(); ++i)
      chunks.push_back({channels.first, channels.size, kernelRows[i].first, kernelRows[i].size, i == 0,
                        i + 1 == kernelRows.size()});
  return chunks;
}

PatchAxis::PatchAxis(int64_t extent, int64_t kernel, int64_t stride, int64_t dilation, int64_t padBefore)
    : extent(extent), pad(padBefore), taps(kernel), step(kernel == 1 ? stride : std::gcd(stride, dilation)),
      output(stride / step), tap(kernel == 1 ? 0 : dilation / step) {}

PatchShape::PatchShape(const ConvProblem &p, int64_t merged, const Parameters &parameters)
    : rows(parameters.array_rows), columns(parameters.array_columns), vector_bytes(parameters.vectorBytes()),
      words_per_cycle(parameters.weightWordsPerCycle()), group_count(p.groups / merged),
      channels(merged * p.in_channels), outputs(merged * p.out_channels), kernel_height(p.kernel_height),
      kernel_width(p.kernel_width),
      vertical(p.in_height, p.kernel_height, p.stride_h, p.dilation_h, p.pad_top),
      horizontal(p.in_width, p.kernel_width, p.stride_w, p.dilation_w, p.pad_left) {
  output_bytes = p.output == GemmOutput::Int32 ? 4 : 1;
  input_pitch = p.input_pixel_stride != 0 ? p.input_pixel_stride : p.groups * p.in_channels;
  output_pitch =
      p.output_pixel_stride != 0 ? p.output_pixel_stride : p.groups * p.out_channels * output_bytes;
  output_words = output_bytes == 4 ? ceilDivide(4 * columns, vector_bytes) : 1;
  parameter_rows = p.has_bias + 2 * p.per_channel;
}

int64_t PatchShape::channelTiles(int64_t count) const { return ceilDivide(count, rows); }
int64_t PatchShape::columnTiles(int64_t count) const { return ceilDivide(count, columns); }
int64_t PatchShape::tilePitch(int64_t channelCount) const {
  return roundUp(std::min(rows, channelCount), words_per_cycle);
}

int64_t PatchShape::patchWords(const PixelBlock &block, int64_t channelCount) const {
  return vertical.length(block.rows) * horizontal.length(block.columns) * channelTiles(channelCount);
}

int64_t PatchShape::weightTiles(int64_t outputCount, const ReductionChunk &chunk) const {
  return columnTiles(outputCount) * chunk.kernel_rows * kernel_width * channelTiles(chunk.channels);
}

int64_t PatchShape::weightWords(int64_t outputCount, const ReductionChunk &chunk) const {
  return weightTiles(outputCount, chunk) * tilePitch(chunk.channels);
}

} // namespace lockstep
