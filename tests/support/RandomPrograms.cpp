#include "tests/support/RandomPrograms.h"

#include "hw/check/ProgramCheck.h"
#include "tests/support/ProgramTree.h"
#include "tests/support/RandomInstructions.h"
#include "tests/support/Synchronizer.h"

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <numeric>

namespace lockstep {
namespace {

/// One try at a program: blocks and loops at random, then semaphores where the race detector asks for them.
class ProgramWriter {
public:
  ProgramWriter(const Parameters &parameters, uint64_t seed, const RandomProgramOptions &options)
      : random(seed), options(options), regions(chooseRegions()), instructions(parameters, regions, random) {
    program.parameters = parameters;
  }

  /// Nothing if the semaphores did not suffice.
  std::optional<Program> write();

private:
  std::vector<Region> chooseRegions();
  void chooseArguments();
  void writePrologue();
  Instruction fillMemory(bool accumulator);
  ProgramBlock writeBlock(unsigned budget, unsigned depth, unsigned iterations);
  void writeLoop(ProgramBlock &block, unsigned budget, unsigned depth, unsigned iterations);
  void writeRegister(ProgramBlock &before, ProgramBlock &body, uint64_t count);
  LoopInstruction drawLoop(uint64_t count);
  ProgramNode node(const Instruction &instruction) { return {instruction, {}, nextId++}; }
  void orderSome(Synchronizer &synchronizer);
  bool synchronize();
  void encodeAll(const FlatProgram &flat);
  void fillData();

  Random random;
  const RandomProgramOptions options;
  const std::vector<Region> regions;
  RandomInstructions instructions;
  Program program;
  ProgramBlock root;
  std::vector<LiveRegister> live;
  uint64_t nextId = 1;
  uint64_t nextRegister = kNumArguments + 1;
};

std::vector<Region> ProgramWriter::chooseRegions() {
  const RegionKind kinds[] = {RegionKind::Input, RegionKind::Input, RegionKind::Output,
                              RegionKind::Workspace};
  std::vector<Region> list;
  uint64_t address = 64 * random.below(uint64_t{1} << random.range(1, 40));
  for (const RegionKind kind : kinds) {
    const auto size = static_cast<uint64_t>(random.range(5000, 20000));
    list.push_back({"r" + std::to_string(list.size()), address, size, kind});
    address += (size + 63) / 64 * 64 + (random.chance(30) ? 0 : 64 * random.below(1000));
  }
  return list;
}

void ProgramWriter::chooseArguments() {
  for (unsigned i = 0; i < kNumArguments; ++i) {
    program.arguments[i] = random.chance(50) ? random.below(1000) : random.next();
    LiveRegister argument;
    argument.number = i + 1;
    argument.constant = true;
    argument.value = program.arguments[i];
    if (random.chance(40))
      live.push_back(argument);
  }
}

/// Every word of an on-chip memory gets bytes of the first region, rows a few bytes apart.
Instruction ProgramWriter::fillMemory(bool accumulator) {
  const Parameters &p = program.parameters;
  const int64_t words = accumulator ? p.accumulatorBankWords() : p.scratchpadBankWords();
  LoadInstruction load;
  load.local_memory = accumulator;
  load.row_bytes = load.chunk_bytes =
      static_cast<uint64_t>(accumulator ? p.accumulatorWordBytes() : p.vectorBytes());
  load.external_address = regions[0].address;
  load.count_0 = static_cast<uint64_t>(words);
  load.count_1 = static_cast<uint64_t>(accumulator ? p.accumulator_banks : p.scratchpad_banks);
  load.count_2 = 1;
  load.local_stride_0 = 1, load.local_stride_1 = words;
  load.external_stride_1 = random.range(1, 16);
  const uint64_t last_bank = load.count_1 * static_cast<uint64_t>(load.external_stride_1);
  const uint64_t span = regions[0].size_bytes - load.row_bytes - last_bank;
  load.external_stride_0 = static_cast<int64_t>(std::min<uint64_t>(span / load.count_0, 40));
  return load;
}

/// Data for both memories and the tables, so that later instructions do not work on zeros alone: a few words,
/// or all of them.
void ProgramWriter::writePrologue() {
  if (random.chance(65)) {
    root.push_back(node(fillMemory(false)));
    root.push_back(node(fillMemory(true)));
  } else {
    const uint64_t loads = 2 + random.below(3);
    for (uint64_t i = 0; i < loads; ++i)
      root.push_back(node(instructions.load(live, true)));
  }
  if (random.chance(85)) // else all tables are zero for a while
    for (int64_t i = 0; i < program.parameters.vector_tables; ++i)
      root.push_back(node(instructions.table(live)));
}

ProgramBlock ProgramWriter::writeBlock(unsigned budget, unsigned depth, unsigned iterations) {
  ProgramBlock block;
  while (budget > 0) {
    const auto part = static_cast<unsigned>(random.range(1, std::min(budget, 10u)));
    if (depth < kMaxLoopDepth && random.chance(depth < 2 ? 25 : 10)) {
      writeLoop(block, part, depth, iterations);
      budget -= part;
    } else {
      block.push_back(node(instructions.any(live)));
      --budget;
    }
  }
  return block;
}

LoopInstruction ProgramWriter::drawLoop(uint64_t count) {
  LoopInstruction loop;
  loop.count = count;
  if (random.chance(15)) {
    loop.count_register = 1 + random.below(kNumArguments);
    loop.count = static_cast<uint32_t>(count - program.arguments[loop.count_register - 1]);
  }
  return loop;
}

/// A register of the loop: set before it, stepped at the end of each iteration, perhaps round a ring.
void ProgramWriter::writeRegister(ProgramBlock &before, ProgramBlock &body, uint64_t count) {
  if (nextRegister == kNumRegisters)
    return;
  LiveRegister counter;
  counter.number = nextRegister++;
  SetInstruction set;
  AddInstruction add;
  set.destination_register = add.destination_register = add.source_register = counter.number;
  counter.step = random.pick({1, 2, 4, 8, 16});
  const bool ring = random.chance(50);
  const auto modulus = static_cast<uint64_t>(counter.step * random.range(2, 3));
  add.modulus = ring ? modulus : 0;
  set.value =
      ring ? random.below(modulus / static_cast<uint64_t>(counter.step)) * static_cast<uint64_t>(counter.step)
           : 0;
  add.value = counter.step * (ring ? 1 : random.range(-2, 3));
  auto value = static_cast<int64_t>(set.value);
  for (uint64_t i = 0; i < count; ++i) {
    counter.low = std::min(counter.low, value);
    counter.high = std::max(counter.high, value);
    value += add.value;
    if (ring && value >= static_cast<int64_t>(modulus))
      value -= static_cast<int64_t>(modulus);
  }
  before.push_back(node(set));
  body.push_back(node(add));
  live.push_back(counter);
}

void ProgramWriter::writeLoop(ProgramBlock &block, unsigned budget, unsigned depth, unsigned iterations) {
  const auto most =
      std::min<uint64_t>(options.max_loop_count, std::max(1u, options.max_iterations / iterations));
  const uint64_t count = 1 + random.below(most);
  const size_t outer = live.size();
  ProgramBlock steps;
  for (uint64_t i = random.below(3); i > 0; --i)
    writeRegister(block, steps, count);
  ProgramNode loop = node(drawLoop(count));
  loop.body = writeBlock(budget, depth + 1, iterations * static_cast<unsigned>(count));
  loop.body.insert(loop.body.end(), steps.begin(), steps.end());
  live.resize(outer);
  block.push_back(std::move(loop));
}

void ProgramWriter::encodeAll(const FlatProgram &flat) {
  program.instructions.clear();
  for (const Instruction &instruction : flat.instructions) {
    const Result<EncodedInstruction> bits = encode(instruction);
    if (!bits) {
      std::cerr << "randomProgram: " << bits.error().message << "\n";
      std::abort();
    }
    program.instructions.push_back(*bits);
  }
}

/// A few edges that nothing asks for.
void ProgramWriter::orderSome(Synchronizer &synchronizer) {
  for (uint64_t i = random.below(6); i > 0; --i) {
    const FlatProgram flat = flatten(root);
    const size_t a = random.below(flat.instructions.size()), b = random.below(flat.instructions.size());
    const Unit first = unitOf(flat.instructions[std::min(a, b)]),
               second = unitOf(flat.instructions[std::max(a, b)]);
    if (first != second && first != Unit::Sequencer && second != Unit::Sequencer)
      synchronizer.order(flat.paths[std::min(a, b)], flat.paths[std::max(a, b)]);
  }
}

/// Adds edges until the check finds no race. Any other finding is a fault of this generator.
bool ProgramWriter::synchronize() {
  Synchronizer synchronizer(root, nextId, random);
  orderSome(synchronizer);
  while (true) {
    const FlatProgram flat = flatten(root);
    encodeAll(flat);
    RacePair race;
    const Result<CheckReport> report = checkProgram(program, {}, &race);
    if (report)
      return true;
    if (report.error().kind != ErrorKind::Race) {
      std::cerr << "randomProgram: " << report.error().message << "\n";
      std::abort();
    }
    if (!synchronizer.order(flat.paths[race.earlier], flat.paths[race.later]))
      return false;
  }
}

/// Bytes with many extremes in every region that is read or partly written.
void ProgramWriter::fillData() {
  for (const Region &region : regions) {
    DataBlock block{region.address, std::vector<uint8_t>(region.size_bytes)};
    for (uint8_t &byte : block.bytes)
      byte = random.chance(30) ? static_cast<uint8_t>(random.pick({0x80, 0x7f, 0xff, 0x00, 0x01}))
                               : static_cast<uint8_t>(random.next());
    program.data.push_back(std::move(block));
  }
}

std::optional<Program> ProgramWriter::write() {
  program.regions = regions;
  chooseArguments();
  writePrologue();
  for (ProgramNode &written : writeBlock(options.instructions, 0, 1))
    root.push_back(std::move(written));
  if (!synchronize())
    return std::nullopt;
  fillData();
  const Region &last = regions.back();
  program.program_address = (last.address + last.size_bytes + 63) / 64 * 64 + 64 * random.below(1000);
  program.regions.push_back({"program", program.program_address,
                             kInstructionBytes * program.instructions.size(), RegionKind::Program});
  return program;
}

} // namespace

Program randomProgram(const Parameters &parameters, uint64_t seed, const RandomProgramOptions &options) {
  RandomProgramOptions smaller = options;
  for (uint64_t attempt = 0;; ++attempt) {
    ProgramWriter writer(parameters, seed + (attempt << 40), smaller);
    if (std::optional<Program> program = writer.write())
      return *program;
    if (attempt % 4 == 3)
      smaller.instructions = std::max(1u, smaller.instructions * 3 / 4);
  }
}

} // namespace lockstep
