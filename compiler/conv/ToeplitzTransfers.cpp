#include "compiler/conv/ToeplitzTransfers.h"

#include "compiler/conv/TransferLevels.h"
#include "compiler/gemm/Placement.h"

#include <algorithm>

namespace lockstep {

int64_t ToeplitzTransfers::weightWords(const ChannelBlock &group) const {
  return 2 * group.count * problem.kernel_height * shape.tile_words;
}
int64_t ToeplitzTransfers::weightBytes(const ChannelBlock &group) const {
  return weightWords(group) * shape.patch.columns;
}
int64_t ToeplitzTransfers::positionWords(const ToeplitzStep &step, const ChannelBlock &group) const {
  return group.count * patchRows(step) * step.range.count;
}
/// Blocks overlap in the slot: each writes C words, of which the next one's take the place of what is too
/// much.
int64_t ToeplitzTransfers::outputWords(const ToeplitzStep &step) const {
  return step.streams() * shape.outputs + shape.patch.columns;
}

FillInstruction ToeplitzTransfers::fillWords(int64_t word, int64_t channels, int64_t rows, int64_t blocks,
                                             const ToeplitzStep &step) const {
  FillInstruction fill;
  fill.fill = convByte(problem.input_zero_point);
  fill.local_address = convField(word);
  fill.count_0 = convField(blocks);
  fill.local_stride_0 = 1;
  fill.count_1 = convField(rows);
  fill.local_stride_1 = step.range.count;
  fill.count_2 = convField(channels);
  fill.local_stride_2 = patchRows(step) * step.range.count;
  return fill;
}

std::vector<Instruction> ToeplitzTransfers::loadPositions(const ToeplitzStep &step,
                                                          const ChannelBlock &group) const {
  const PatchAxis &axis = shape.patch.vertical;
  const int64_t origin = axis.origin(step.y), rows = patchRows(step), count = step.range.count;
  const int64_t first = std::min(rows, origin >= 0 ? 0 : ceilDivide(-origin, axis.step));
  const int64_t last =
      origin >= axis.extent ? first : std::clamp((axis.extent - 1 - origin) / axis.step + 1, first, rows);
  std::vector<Instruction> list;
  if (first > 0)
    list.push_back(fillWords(0, group.count, first, count, step));
  if (last < rows)
    list.push_back(fillWords(last * count, group.count, rows - last, count, step));
  if (first < last)
    loadBlocks(step, group, first, last, list);
  return list;
}

/// Blocks with the same number of lanes in the image are loaded together.
void ToeplitzTransfers::loadBlocks(const ToeplitzStep &step, const ChannelBlock &group, int64_t firstRow,
                                   int64_t lastRow, std::vector<Instruction> &list) const {
  const PatchAxis &axis = shape.patch.vertical;
  const int64_t pitch = shape.patch.input_pitch, count = step.range.count;
  const bool descends = step.range.descending;
  const auto valid = [&](int64_t i) { return shape.validLanes(step.range.first + i, descends); };
  for (int64_t i = 0, run = 0; i < count; i += run) {
    for (run = 1; i + run < count && valid(i + run) == valid(i);)
      ++run;
    if (valid(i) == 0) {
      list.push_back(fillWords(firstRow * count + i, group.count, lastRow - firstRow, run, step));
      continue;
    }
    auto load = convTransfer<LoadInstruction>(group.count, shape.patch.vector_bytes, 0);
    load.transpose = 1;
    load.fill = convByte(problem.input_zero_point);
    const int64_t y = axis.origin(step.y) + firstRow * axis.step;
    const int64_t x = shape.firstPosition(step.range.first + i, descends);
    load.external_address =
        convField(((step.image * problem.in_height + y) * problem.in_width + x) * pitch + group.first);
    load.local_address = convField(firstRow * count + i);
    setLevel(load, 0, valid(i), descends ? -pitch : pitch, patchRows(step) * count);
    setLevel(load, 1, run, shape.outputs * problem.stride_w * pitch, 1);
    setLevel(load, 2, lastRow - firstRow, axis.step * problem.in_width * pitch, count);
    list.push_back(load);
  }
}

LoadInstruction ToeplitzTransfers::loadWeights(const ChannelBlock &group) const {
  return convTransfer<LoadInstruction>(weightBytes(group), shape.patch.columns, 1);
}

LoadInstruction ToeplitzTransfers::loadParameters(int64_t arrayBytes) const {
  auto load =
      convTransfer<LoadInstruction>(4 * shape.channels, 4 * shape.patch.columns, shape.patch.parameter_rows);
  load.local_memory = 1;
  setLevel(load, 0, shape.patch.parameter_rows, arrayBytes, 1);
  return load;
}

MatmulInstruction ToeplitzTransfers::matmul(const ToeplitzStep &step, const ChannelBlock &group,
                                            const ChannelBlock &block) const {
  const int64_t inGroup = block.first - group.first, count = step.range.count;
  const int64_t channelWords = patchRows(step) * count;
  const int64_t firstTile = ((step.range.descending ? group.count : 0) + inGroup) * problem.kernel_height;
  MatmulInstruction m;
  m.streamed_zero_point = problem.input_zero_point;
  m.stationary_zero_point = problem.weight_zero_point;
  m.stationary_address = convField(firstTile * shape.tile_words);
  m.stationary_stride = convField(shape.tile_words);
  m.streamed_address = convField(inGroup * channelWords);
  m.last_rows = convField(shape.lanes);
  m.last_columns = convField(shape.patch.columns);
  m.tile_count_0 = m.tile_count_2 = 1;
  m.tile_count_1 = convField(problem.kernel_height);
  m.tile_streamed_stride_1 = shape.patch.vertical.tap * count;
  m.tile_count_3 = convField(block.count);
  m.tile_streamed_stride_3 = channelWords;
  m.tile_accumulator_stride_3 = step.streams();
  m.stream_count_0 = convField(count);
  m.stream_streamed_stride_0 = 1;
  m.stream_accumulator_stride_0 = 1;
  m.stream_count_1 = convField(step.rows);
  m.stream_streamed_stride_1 = shape.patch.vertical.output * count;
  m.stream_accumulator_stride_1 = count;
  return m;
}

RequantizeInstruction ToeplitzTransfers::requantize(const ToeplitzStep &step,
                                                    const ChannelBlock &block) const {
  RequantizeInstruction r;
  setRescale(r, problem);
  r.channel_axis = 1;
  r.transpose = 1;
  r.parameter_address = convField(block.first / shape.patch.columns * shape.patch.parameter_rows);
  r.count_0 = convField(block.count);
  r.accumulator_stride_0 = step.streams();
  r.local_stride_0 = 1;
  r.count_1 = convField(step.streams());
  r.accumulator_stride_1 = 1;
  r.local_stride_1 = shape.outputs;
  r.transpose_stride = 1;
  r.last_columns = convField(shape.outputs);
  return r;
}

StoreInstruction ToeplitzTransfers::store(const ToeplitzStep &step, const ChannelBlock &block) const {
  const int64_t x = step.range.first * shape.outputs, rowPixels = step.range.count * shape.outputs;
  const int64_t pitch = shape.patch.output_pitch;
  auto store = convTransfer<StoreInstruction>(block.count, shape.patch.vector_bytes, 1);
  setLevel(store, 0, std::min(rowPixels, problem.outWidth() - x), pitch, 1);
  setLevel(store, 1, step.rows, problem.outWidth() * pitch, rowPixels);
  store.external_address =
      convField(((step.image * problem.outHeight() + step.y) * problem.outWidth() + x) * pitch + block.first);
  return store;
}

} // namespace lockstep
