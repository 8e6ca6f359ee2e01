#include "compiler/conv/ConvScheduler.h"

#include "compiler/conv/ConvSchedule.h"
#include "compiler/conv/LoopRoller.h"
#include "compiler/conv/PatchChecks.h"
#include "compiler/conv/PatchEmitter.h"
#include "compiler/conv/PatchSearch.h"
#include "compiler/conv/ProductMapping.h"
#include "compiler/conv/ScheduleTiming.h"
#include "compiler/conv/ToeplitzEmitter.h"
#include "compiler/conv/ToeplitzSearch.h"
#include "compiler/conv/WindowEmitter.h"
#include "compiler/conv/WindowSearch.h"

#include <algorithm>

namespace lockstep {
namespace {

/// Input positions of a dimension that some output asks for.
int64_t positionsRead(int64_t extent, int64_t outputs, int64_t kernel, int64_t stride, int64_t dilation,
                      int64_t pad) {
  std::vector<bool> read(static_cast<size_t>(extent), false);
  for (int64_t output = 0; output < outputs; ++output)
    for (int64_t tap = 0; tap < kernel; ++tap) {
      const int64_t position = output * stride + tap * dilation - pad;
      if (position >= 0 && position < extent)
        read[static_cast<size_t>(position)] = true;
    }
  return std::count(read.begin(), read.end(), true);
}

Status encodable(const std::vector<Instruction> &code) {
  for (const Instruction &instruction : code)
    if (Result<EncodedInstruction> bits = encode(instruction); !bits)
      return bits.error();
  return {};
}

/// Useful multiply-accumulates of those that the array can do while the code's vectors stream.
double arrayShare(const ConvProblem &p, const std::vector<Instruction> &code, const Parameters &parameters) {
  double vectors = 0, times = 1;
  std::vector<double> counts; // of the loops round an instruction
  for (const Instruction &instruction : code) {
    if (const auto *loop = std::get_if<LoopInstruction>(&instruction)) {
      counts.push_back(static_cast<double>(loop->count));
      times *= counts.back();
    } else if (std::holds_alternative<EndInstruction>(instruction)) {
      times /= counts.back();
      counts.pop_back();
    } else if (const auto *m = std::get_if<MatmulInstruction>(&instruction)) {
      const uint64_t tiles = m->tile_count_0 * m->tile_count_1 * m->tile_count_2 * m->tile_count_3;
      vectors += times * static_cast<double>(tiles * m->stream_count_0 * m->stream_count_1);
    }
  }
  const double outputs =
      static_cast<double>(p.batch * p.outHeight() * p.outWidth() * p.groups * p.out_channels);
  const double taps = static_cast<double>(p.kernel_height * p.kernel_width * p.in_channels);
  return outputs * taps / (vectors * static_cast<double>(parameters.array_rows * parameters.array_columns));
}

/// Loops are shorter code, but registers and refetched bodies take the sequencer's time.
bool losesNothingByLoops(const ConvProblem &problem, ConvSchedule schedule, const Parameters &parameters) {
  if (schedule.mapping == ConvMapping::MatrixProduct)
    return false; // has its own
  schedule.looped = true;
  auto code = emitConv(problem, schedule, distantAddresses(problem), parameters);
  const uint64_t cycles = schedule.predicted_cycles;
  return code && timedCycles(std::move(*code), parameters, cycles).value_or(cycles + cycles) <=
                     cycles + cycles / 1000;
}

ConvAlternative alternativeOf(std::string mapping, std::string indexMap, const ConvProblem &problem,
                              const Parameters &parameters, const Result<ConvSchedule> &schedule) {
  ConvAlternative alternative;
  alternative.mapping = std::move(mapping);
  alternative.index_map = std::move(indexMap);
  if (!schedule) {
    alternative.refusal = schedule.error().message;
    return alternative;
  }
  ConvSchedule complete = *schedule;
  complete.machine = parameters;
  complete.bound_cycles = boundCycles(problem, parameters);
  alternative.predicted_cycles = complete.predicted_cycles;
  complete.looped = losesNothingByLoops(problem, complete, parameters);
  if (const auto code = emitConv(problem, complete, distantAddresses(problem), parameters))
    alternative.array_share = arrayShare(problem, *code, parameters);
  alternative.schedule = std::make_shared<const ConvSchedule>(complete);
  return alternative;
}

} // namespace

uint64_t boundCycles(const ConvProblem &p, const Parameters &machine) {
  using Wide = __int128;
  const auto cycles = [](Wide work, Wide perCycle) { return (work + perCycle - 1) / perCycle; };
  const Wide outputs = Wide{p.batch} * p.outHeight() * p.outWidth() * p.groups * p.out_channels;
  const Wide taps = Wide{p.kernel_height} * p.kernel_width * p.in_channels;
  const Wide pixels =
      Wide{p.batch} *
      positionsRead(p.in_height, p.outHeight(), p.kernel_height, p.stride_h, p.dilation_h, p.pad_top) *
      positionsRead(p.in_width, p.outWidth(), p.kernel_width, p.stride_w, p.dilation_w, p.pad_left);
  const Wide in = pixels * p.groups * p.in_channels + Wide{p.groups} * p.out_channels * taps;
  const Wide outputBytes = outputs * (p.output == GemmOutput::Int32 ? 4 : 1);
  return static_cast<uint64_t>(std::max({cycles(outputs * taps, machine.array_rows * machine.array_columns),
                                         cycles(in, machine.memory_read_bytes_per_cycle),
                                         cycles(outputBytes, machine.memory_write_bytes_per_cycle)}));
}

Result<std::vector<ConvAlternative>> convAlternatives(const ConvProblem &problem,
                                                      const Parameters &parameters) {
  if (Status s = checkConvProblem(problem); !s)
    return s.error();
  if (Status s = checkParameters(parameters); !s)
    return s.error();
  std::vector<ConvAlternative> list;
  list.push_back(alternativeOf("matrix product", "rows c, columns k or pixels, streams the other", problem,
                               parameters, searchProduct(problem, parameters)));
  list.push_back(alternativeOf("channels on rows", "rows c, columns k, streams y x, tiles r s c k", problem,
                               parameters, searchPatch(problem, parameters)));
  list.push_back(alternativeOf("windows on rows", "rows r s c, columns x, streams k, tiles x y", problem,
                               parameters, searchWindows(problem, parameters)));
  list.push_back(alternativeOf("positions on rows", "rows x, columns x, streams y x, tiles r c, banded",
                               problem, parameters, searchToeplitz(problem, parameters)));
  std::stable_sort(list.begin(), list.end(), [](const ConvAlternative &a, const ConvAlternative &b) {
    return a.schedule && (!b.schedule || a.predicted_cycles < b.predicted_cycles);
  });
  return list;
}

namespace {

std::vector<Instruction> finished(std::vector<Instruction> code, const ConvSchedule &schedule,
                                  const CodeRings &rings) {
  return schedule.looped ? rollLoops(code, rings) : code;
}

Result<std::vector<Instruction>> emitPatch(const ConvProblem &problem, const ConvSchedule &schedule,
                                           const ConvAddresses &addresses, const Parameters &parameters) {
  if (Status s = checkPatchSchedule(problem, schedule.patch, parameters); !s)
    return s.error();
  const PatchShape shape(problem, schedule.patch.merged, parameters);
  const Result<PatchPlacement> placement = placePatch(shape, schedule.patch, parameters);
  if (!placement)
    return placement.error();
  return finished(PatchEmitter(problem, shape, schedule.patch, *placement, addresses).emit(), schedule,
                  {{placement->weights, placement->patch, placement->output},
                   {placement->accumulator, placement->parameters}});
}

Result<std::vector<Instruction>> emitWindows(const ConvProblem &problem, const ConvSchedule &schedule,
                                             const ConvAddresses &addresses, const Parameters &parameters) {
  if (Status s = checkWindowMapping(problem, parameters); !s)
    return s.error();
  const WindowShape shape(problem, parameters);
  const Result<WindowPlacement> placement = placeWindows(problem, shape, schedule.window, parameters);
  if (!placement)
    return placement.error();
  return finished(WindowEmitter(problem, shape, schedule.window, *placement, addresses, parameters).emit(),
                  schedule,
                  {{placement->weights, placement->windows, placement->output},
                   {placement->accumulator, placement->parameters}});
}

Result<std::vector<Instruction>> emitToeplitz(const ConvProblem &problem, const ConvSchedule &schedule,
                                              const ConvAddresses &addresses, const Parameters &parameters) {
  if (Status s = checkToeplitzMapping(problem, parameters); !s)
    return s.error();
  const ToeplitzShape shape(problem, parameters);
  const Result<ToeplitzPlacement> placement = placeToeplitz(problem, shape, schedule.toeplitz, parameters);
  if (!placement)
    return placement.error();
  return finished(ToeplitzEmitter(problem, shape, schedule.toeplitz, *placement, addresses).emit(), schedule,
                  {{placement->weights, placement->positions, placement->output},
                   {placement->accumulator, placement->parameters}});
}

Result<std::vector<Instruction>> emitAny(const ConvProblem &problem, const ConvSchedule &schedule,
                                         const ConvAddresses &addresses, const Parameters &parameters) {
  switch (schedule.mapping) {
  case ConvMapping::MatrixProduct:
    return emitProduct(problem, schedule.product, addresses, parameters);
  case ConvMapping::Channels:
    return emitPatch(problem, schedule, addresses, parameters);
  case ConvMapping::Windows:
    return emitWindows(problem, schedule, addresses, parameters);
  case ConvMapping::Toeplitz:
    return emitToeplitz(problem, schedule, addresses, parameters);
  }
  return Error{ErrorKind::Usage, "convolution schedule: the mapping is unknown."};
}

} // namespace

Result<std::vector<Instruction>> emitConv(const ConvProblem &problem, const ConvSchedule &schedule,
                                          const ConvAddresses &addresses, const Parameters &parameters) {
  if (Status s = checkConvProblem(problem); !s)
    return s.error();
  Result<std::vector<Instruction>> code = emitAny(problem, schedule, addresses, parameters);
  if (!code)
    return code.error();
  if (Status s = encodable(*code); !s)
    return s.error();
  return code;
}

std::vector<int8_t> packConvWeights(const ConvProblem &problem, const ConvSchedule &schedule,
                                    const std::vector<int8_t> &weights) {
  if (schedule.mapping == ConvMapping::MatrixProduct)
    return weights;
  if (schedule.mapping == ConvMapping::Windows)
    return packWindowWeights(problem, WindowShape(problem, schedule.machine), weights);
  if (schedule.mapping == ConvMapping::Toeplitz)
    return packToeplitzWeights(problem, ToeplitzShape(problem, schedule.machine), schedule.toeplitz, weights);
  const PatchShape shape(problem, schedule.patch.merged, schedule.machine);
  return PatchWeights(shape, schedule.patch).pack(problem, weights);
}

} // namespace lockstep
