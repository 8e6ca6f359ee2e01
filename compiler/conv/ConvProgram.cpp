// The program round a convolution's instructions: memory map, symbols, encoding.
#include "compiler/conv/ConvSchedule.h"
#include "compiler/conv/ConvScheduler.h"
#include "compiler/conv/PatchShape.h"
#include "compiler/conv/PatchWeights.h"
#include "compiler/conv/ToeplitzEmitter.h"
#include "compiler/conv/WindowShape.h"
#include "compiler/gemm/Placement.h"

namespace lockstep {
namespace {

using Shape = std::vector<uint64_t>;

uint64_t sizeOf(int64_t value) { return static_cast<uint64_t>(value); }

/// Appends regions one behind the other.
class ConvMemory {
public:
  explicit ConvMemory(Program &program) : program(program) {}

  uint64_t addRegion(const std::string &name, int64_t bytes, RegionKind kind) {
    const uint64_t address = next;
    program.regions.push_back({name, address, sizeOf(bytes), kind});
    next = (address + sizeOf(bytes) + kAlignment - 1) / kAlignment * kAlignment;
    return address;
  }
  void addSymbol(const std::string &name, uint64_t address, const std::string &type, const Shape &shape) {
    program.symbols.push_back({name, address, type, shape});
  }

private:
  static constexpr uint64_t kAlignment = 65536; // also the rows of a DRAM's banks
  Program &program;
  uint64_t next = kAlignment;
};

void addParameters(const ConvProblem &p, ConvMemory &memory, ConvAddresses &addresses) {
  const int64_t channels = p.groups * p.out_channels, arrays = p.has_bias + 2 * p.per_channel;
  addresses.parameter_array_bytes = roundUp(4 * channels, 64);
  if (arrays == 0)
    return;
  addresses.parameters =
      memory.addRegion("parameters", arrays * addresses.parameter_array_bytes, RegionKind::Constant);
  uint64_t address = addresses.parameters;
  const auto add = [&](const char *name) {
    memory.addSymbol(name, address, "int32", {sizeOf(channels)});
    address += sizeOf(addresses.parameter_array_bytes);
  };
  if (p.has_bias)
    add("bias");
  if (p.per_channel) {
    add("multiplier");
    add("shift");
  }
}

int64_t packedBytes(const ConvProblem &p, const ConvSchedule &schedule) {
  if (schedule.mapping == ConvMapping::MatrixProduct)
    return p.kernel_height * p.kernel_width * p.in_channels * p.out_channels;
  if (schedule.mapping == ConvMapping::Windows)
    return p.out_channels * WindowShape(p, schedule.machine).stack_words;
  if (schedule.mapping == ConvMapping::Toeplitz) {
    const ToeplitzShape shape(p, schedule.machine);
    int64_t bytes = 0;
    for (const ChannelBlock &group : toeplitzGroups(shape, schedule.toeplitz))
      bytes += ToeplitzTransfers(p, shape).weightBytes(group);
    return bytes;
  }
  const PatchShape shape(p, schedule.patch.merged, schedule.machine);
  return PatchWeights(shape, schedule.patch).totalBytes();
}

/// Input and output [batch, height, width, pixel stride]: the slice of a pixel that the convolution touches
/// begins it.
ConvAddresses layOut(const ConvProblem &p, const ConvSchedule &schedule, ConvMemory &memory) {
  const int64_t outputBytes = p.output == GemmOutput::Int32 ? 4 : 1;
  const int64_t in = p.input_pixel_stride != 0 ? p.input_pixel_stride : p.groups * p.in_channels;
  const int64_t out =
      p.output_pixel_stride != 0 ? p.output_pixel_stride : p.groups * p.out_channels * outputBytes;
  const int64_t weights = packedBytes(p, schedule);
  ConvAddresses addresses;
  addresses.input = memory.addRegion("input", p.batch * p.in_height * p.in_width * in, RegionKind::Input);
  addresses.weights = memory.addRegion("weights", weights, RegionKind::Constant);
  addresses.output =
      memory.addRegion("output", p.batch * p.outHeight() * p.outWidth() * out, RegionKind::Output);
  memory.addSymbol("input", addresses.input, "int8",
                   {sizeOf(p.batch), sizeOf(p.in_height), sizeOf(p.in_width), sizeOf(in)});
  memory.addSymbol("weights", addresses.weights, "int8", {sizeOf(weights)});
  const bool wholeElements = out % outputBytes == 0;
  memory.addSymbol("output", addresses.output, wholeElements ? elementTypeName(p.output) : "int8",
                   {sizeOf(p.batch), sizeOf(p.outHeight()), sizeOf(p.outWidth()),
                    sizeOf(wholeElements ? out / outputBytes : out)});
  addParameters(p, memory, addresses);
  return addresses;
}

} // namespace

Result<Program> emitConvProgram(const ConvProblem &problem, const ConvSchedule &schedule,
                                const Parameters &parameters) {
  if (Status s = checkConvProblem(problem); !s)
    return s.error();
  Program program;
  program.parameters = parameters;
  ConvMemory memory(program);
  const ConvAddresses addresses = layOut(problem, schedule, memory);
  Result<std::vector<Instruction>> code = emitConv(problem, schedule, addresses, parameters);
  if (!code)
    return code.error();
  code->push_back(HaltInstruction{});
  const auto bytes = static_cast<int64_t>(code->size() * kInstructionBytes);
  program.program_address = memory.addRegion("program", bytes, RegionKind::Program);
  for (const Instruction &instruction : *code) {
    Result<EncodedInstruction> bits = encode(instruction);
    if (!bits)
      return bits.error();
    program.instructions.push_back(*bits);
  }
  return program;
}

} // namespace lockstep
