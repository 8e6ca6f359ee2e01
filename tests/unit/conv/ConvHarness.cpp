#include "tests/unit/conv/ConvHarness.h"

#include "hw/check/ProgramCheck.h"
#include "hw/golden/Golden.h"

#include <algorithm>
#include <cstring>

namespace lockstep::test {

int64_t pick(Random &random, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random() % static_cast<uint64_t>(high - low + 1));
}

namespace {

bool flip(Random &random) { return random() & 1; }

std::vector<int8_t> randomBytes(Random &random, int64_t count) {
  std::vector<int8_t> bytes(static_cast<size_t>(count));
  for (int8_t &byte : bytes)
    byte = static_cast<int8_t>(random() % 4 == 0 ? (flip(random) ? -128 : 127) : random());
  return bytes;
}

int64_t inputPitch(const ConvProblem &p) {
  return p.input_pixel_stride != 0 ? p.input_pixel_stride : p.groups * p.in_channels;
}
int64_t outputBytes(const ConvProblem &p) { return p.output == GemmOutput::Int32 ? 4 : 1; }
int64_t outputPitch(const ConvProblem &p) {
  return p.output_pixel_stride != 0 ? p.output_pixel_stride : p.groups * p.out_channels * outputBytes(p);
}

void randomGeometry(Random &random, ConvProblem &p) {
  p.batch = random() % 4 == 0 ? pick(random, 2, 3) : 1;
  p.kernel_height = random() % 3 == 0 ? 1 : pick(random, 1, 5);
  p.kernel_width = random() % 3 == 0 ? 1 : pick(random, 1, 5);
  p.stride_h = pick(random, 1, 3), p.stride_w = pick(random, 1, 3);
  p.dilation_h = pick(random, 1, 2), p.dilation_w = pick(random, 1, 2);
  const bool padded = flip(random);
  const auto pad = [&](int64_t kernel) { return padded ? pick(random, 0, kernel + 1) : 0; };
  p.pad_top = pad(p.kernel_height), p.pad_bottom = pad(p.kernel_height);
  p.pad_left = pad(p.kernel_width), p.pad_right = pad(p.kernel_width);
  const auto extent = [&](int64_t kernel, int64_t dilation, int64_t pads) {
    const int64_t least = std::max<int64_t>(1, dilation * (kernel - 1) + 1 - pads);
    return random() % 4 == 0 ? least : pick(random, least, least + 13);
  };
  p.in_height = extent(p.kernel_height, p.dilation_h, p.pad_top + p.pad_bottom);
  p.in_width = extent(p.kernel_width, p.dilation_w, p.pad_left + p.pad_right);
}

void randomResult(Random &random, ConvProblem &p) {
  p.input_zero_point = pick(random, -128, 127);
  p.weight_zero_point = flip(random) ? 0 : pick(random, -128, 127);
  p.output = random() % 4 == 0 ? GemmOutput::Int32 : GemmOutput::Int8;
  p.has_bias = flip(random);
  p.per_channel = p.output == GemmOutput::Int8 && flip(random);
  p.multiplier = pick(random, 0, 2147483647);
  p.shift = pick(random, 30, 50);
  p.output_zero_point = pick(random, -128, 127);
  p.clamp_minimum = pick(random, -128, -28);
  p.clamp_maximum = pick(random, 28, 127);
  if (random() % 4 == 0)
    p.input_pixel_stride = inputPitch(p) + pick(random, 0, 9);
  if (random() % 4 == 0)
    p.output_pixel_stride = outputPitch(p) + pick(random, 0, 3) * outputBytes(p);
}

} // namespace

ConvProblem randomConv(Random &random, int64_t channels) {
  ConvProblem p;
  randomGeometry(random, p);
  p.in_channels = random() % 4 == 0 ? 1 : pick(random, 1, channels);
  p.out_channels = random() % 4 == 0 ? 1 : pick(random, 1, channels);
  if (random() % 3 == 0) {
    p.groups = pick(random, 2, channels);
    p.in_channels = flip(random) ? 1 : pick(random, 1, 5);
    p.out_channels = flip(random) ? 1 : pick(random, 1, 5);
  }
  randomResult(random, p);
  return p;
}

ConvProblem randomDepthwise(Random &random, int64_t channels) {
  ConvProblem p = randomConv(random, 4);
  p.in_channels = p.out_channels = 1;
  p.groups = pick(random, 2, channels);
  p.in_width += pick(random, 0, 40);
  p.input_pixel_stride = p.output_pixel_stride = 0;
  p.output = random() % 8 == 0 ? GemmOutput::Int32 : GemmOutput::Int8;
  p.per_channel = p.per_channel && p.output == GemmOutput::Int8;
  return p;
}

ConvProblem randomFirstLayer(Random &random) {
  ConvProblem p = randomConv(random, 30);
  p.groups = 1;
  p.in_channels = random() % 2 == 0 ? 1 : pick(random, 2, 4);
  p.in_width += pick(random, 0, 40);
  p.input_pixel_stride = p.output_pixel_stride = 0;
  p.output = GemmOutput::Int8;
  return p;
}

namespace {

Parameters oddMachine(int64_t rows, int64_t columns, int64_t scratchpadBanks, int64_t bankWords,
                      int64_t loaderWords) {
  Parameters machine;
  machine.name = std::to_string(rows) + "x" + std::to_string(columns);
  machine.array_rows = rows;
  machine.array_columns = columns;
  machine.array_stage_rows = machine.array_stage_columns = loaderWords;
  machine.array_weight_load_bytes_per_cycle = loaderWords * machine.vectorBytes();
  machine.scratchpad_banks = scratchpadBanks;
  machine.scratchpad_size_bytes = scratchpadBanks * bankWords * machine.vectorBytes();
  machine.accumulator_banks = 4;
  machine.accumulator_size_bytes = 4 * 32 * machine.accumulatorWordBytes();
  machine.vector_lanes = 1;
  return machine;
}

} // namespace

std::vector<Parameters> oddMachines() {
  return {oddMachine(3, 5, 4, 1024, 1),  oddMachine(4, 16, 4, 512, 1), oddMachine(32, 8, 8, 256, 1),
          oddMachine(12, 15, 4, 512, 1), oddMachine(6, 7, 4, 1024, 4), oddMachine(8, 8, 8, 512, 4)};
}

ConvInputs randomInputs(Random &random, const ConvProblem &p) {
  ConvInputs inputs;
  inputs.input = randomBytes(random, p.batch * p.in_height * p.in_width * inputPitch(p));
  inputs.weights =
      randomBytes(random, p.groups * p.kernel_height * p.kernel_width * p.in_channels * p.out_channels);
  for (int64_t i = 0; i < p.groups * p.out_channels; ++i) {
    inputs.bias.push_back(static_cast<int32_t>(random()) >> pick(random, 0, 24));
    inputs.multiplier.push_back(static_cast<int32_t>(random() & 0x7fffffff));
    inputs.shift.push_back(static_cast<int32_t>(pick(random, 30, 50)));
  }
  return inputs;
}

namespace {

int32_t sumAt(const ConvProblem &p, const ConvInputs &in, int64_t b, int64_t y, int64_t x, int64_t g,
              int64_t k) {
  uint32_t sum =
      p.has_bias ? static_cast<uint32_t>(in.bias[static_cast<size_t>(g * p.out_channels + k)]) : 0u;
  for (int64_t r = 0; r < p.kernel_height; ++r)
    for (int64_t s = 0; s < p.kernel_width; ++s) {
      const int64_t iy = y * p.stride_h + r * p.dilation_h - p.pad_top;
      const int64_t ix = x * p.stride_w + s * p.dilation_w - p.pad_left;
      if (iy < 0 || iy >= p.in_height || ix < 0 || ix >= p.in_width)
        continue;
      for (int64_t c = 0; c < p.in_channels; ++c) {
        const int64_t i = ((b * p.in_height + iy) * p.in_width + ix) * inputPitch(p) + g * p.in_channels + c;
        const int64_t w =
            (((g * p.kernel_height + r) * p.kernel_width + s) * p.in_channels + c) * p.out_channels + k;
        sum += static_cast<uint32_t>((in.input[static_cast<size_t>(i)] - p.input_zero_point) *
                                     (in.weights[static_cast<size_t>(w)] - p.weight_zero_point));
      }
    }
  return static_cast<int32_t>(sum);
}

/// The rescale in 128-bit mathematics, not by the shared header: an independent judge.
uint8_t rescaled(const ConvProblem &p, const ConvInputs &in, int32_t value, int64_t channel) {
  const auto index = static_cast<size_t>(channel);
  const int64_t multiplier = p.per_channel ? in.multiplier[index] : p.multiplier;
  const int64_t shift = p.per_channel ? in.shift[index] : p.shift;
  const __int128 sum = static_cast<__int128>(value) * multiplier + (static_cast<__int128>(1) << (shift - 1));
  const int64_t r =
      static_cast<int32_t>(static_cast<uint32_t>(static_cast<uint64_t>(sum >> shift))) + p.output_zero_point;
  return static_cast<uint8_t>(std::clamp(r, p.clamp_minimum, p.clamp_maximum));
}

void writeOutput(const ConvProblem &p, const ConvInputs &in, int32_t value, int64_t channel, uint8_t *pixel) {
  if (p.output == GemmOutput::Int32)
    std::memcpy(pixel + 4 * channel, &value, 4);
  else
    pixel[channel] = rescaled(p, in, value, channel);
}

std::string fill(const Program &program, ExternalMemory &memory, const char *name, const void *bytes,
                 size_t size) {
  uint8_t *target = symbolBytes(program, memory, name, size);
  if (!target)
    return std::string("symbol ") + name + " is missing or too small; ";
  std::memcpy(target, bytes, size);
  return {};
}

} // namespace

std::vector<uint8_t> expectedConv(const ConvProblem &p, const ConvInputs &inputs, uint8_t untouched) {
  std::vector<uint8_t> bytes(static_cast<size_t>(p.batch * p.outHeight() * p.outWidth() * outputPitch(p)),
                             untouched);
  int64_t pixel = 0;
  for (int64_t b = 0; b < p.batch; ++b)
    for (int64_t y = 0; y < p.outHeight(); ++y)
      for (int64_t x = 0; x < p.outWidth(); ++x, ++pixel)
        for (int64_t g = 0; g < p.groups; ++g)
          for (int64_t k = 0; k < p.out_channels; ++k)
            writeOutput(p, inputs, sumAt(p, inputs, b, y, x, g, k), g * p.out_channels + k,
                        bytes.data() + pixel * outputPitch(p));
  return bytes;
}

uint8_t *symbolBytes(const Program &program, ExternalMemory &memory, const std::string &name, size_t size) {
  for (const Symbol &symbol : program.symbols)
    if (symbol.name == name)
      return memory.find(symbol.address, size);
  return nullptr;
}

std::string fillMemory(const ConvProblem &problem, const ConvSchedule &schedule, const ConvInputs &inputs,
                       const Program &program, ExternalMemory &memory) {
  const std::vector<int8_t> packed = packConvWeights(problem, schedule, inputs.weights);
  std::string wrong = fill(program, memory, "input", inputs.input.data(), inputs.input.size()) +
                      fill(program, memory, "weights", packed.data(), packed.size());
  if (problem.has_bias)
    wrong += fill(program, memory, "bias", inputs.bias.data(), 4 * inputs.bias.size());
  if (problem.per_channel)
    wrong += fill(program, memory, "multiplier", inputs.multiplier.data(), 4 * inputs.multiplier.size()) +
             fill(program, memory, "shift", inputs.shift.data(), 4 * inputs.shift.size());
  return wrong;
}

std::string judge(Random &random, const ConvProblem &problem, const ConvSchedule &schedule,
                  const Parameters &machine) {
  Result<Program> program = emitConvProgram(problem, schedule, machine);
  if (!program)
    return program.error().message;
  if (Result<CheckReport> report = checkProgram(*program); !report)
    return report.error().message;
  Result<ExternalMemory> memory = buildMemory(*program);
  if (!memory)
    return memory.error().message;
  const ConvInputs inputs = randomInputs(random, problem);
  if (std::string wrong = fillMemory(problem, schedule, inputs, *program, *memory); !wrong.empty())
    return wrong;
  if (Status status = Golden(machine).run(*program, *memory); !status)
    return status.error().message;
  const std::vector<uint8_t> wanted = expectedConv(problem, inputs, 0);
  const uint8_t *got = symbolBytes(*program, *memory, "output", wanted.size());
  for (size_t i = 0; got && i < wanted.size(); ++i)
    if (got[i] != wanted[i])
      return "byte " + std::to_string(i) + " of the output is " + std::to_string(got[i]) + " instead of " +
             std::to_string(wanted[i]);
  return got ? "" : "the output is missing or too small";
}

std::string describe(const ConvProblem &p) {
  const auto two = [](int64_t a, int64_t b) { return std::to_string(a) + "x" + std::to_string(b); };
  return std::to_string(p.batch) + " images " + two(p.in_height, p.in_width) + ", channels " +
         two(p.in_channels, p.out_channels) + " groups " + std::to_string(p.groups) + ", kernel " +
         two(p.kernel_height, p.kernel_width) + " stride " + two(p.stride_h, p.stride_w) + " dilation " +
         two(p.dilation_h, p.dilation_w) + " pads " + two(p.pad_top, p.pad_bottom) + " " +
         two(p.pad_left, p.pad_right) + ", output " + elementTypeName(p.output) + " bias " +
         std::to_string(p.has_bias) + " per_channel " + std::to_string(p.per_channel) + " pixel strides " +
         two(p.input_pixel_stride, p.output_pixel_stride);
}

} // namespace lockstep::test
