// Pieces of several layers: SystemC, RTL and golden agree in every event, cycle, counter and byte.
#include "tests/lockstep/common/EnginePair.h"
#include "tests/unit/accelerator/FunctionText.h"
#include "tests/unit/accelerator/PieceHarness.h"
#include "tests/unit/accelerator/RandomFunction.h"

#include <gtest/gtest.h>

using namespace lockstep;
using namespace lockstep::test;

namespace {

std::string compare(EnginePair &pair, const Parameters &machine, const std::string &text, uint64_t seed) {
  ParsedModule parsed(text);
  Result<AcceleratorPiece> piece = compileAcceleratorPiece(parsed.main(), machine);
  if (!piece)
    return piece.error().message;
  Result<ExternalMemory> memory = memoryWith(piece->program, randomInputs(piece->program, seed));
  if (!memory)
    return memory.error().message;
  return differenceOf(pair.compare(piece->program, *memory));
}

/// Convolutions with and without stride, depthwise, a classifier: what an image network has.
std::string imageNetwork() {
  FunctionText f(7);
  const WindowText same{{1, 1, 1, 1}, {1, 1}, {1, 1}}, halving{{1, 1, 1, 1}, {2, 2}, {1, 1}};
  const TextValue x = f.argument({1, 8, 8, 1});
  TextValue h = f.clamp(f.rescaleAtRandom(f.conv2d(x, 8, 3, 3, same, -128), 9, true), 0, 127);
  h = f.clamp(f.rescaleAtRandom(f.depthwise(h, 1, 3, 3, halving, 3), 9, true), 0, 127);
  h = f.rescaleAtRandom(f.conv2d(h, 12, 1, 1, {}, 3), 8, true);
  return f.returning({f.fullyConnected(f.reshape(h, {1, 4 * 4 * 12}), 10, -5)});
}

void compareAll(const std::string &name, uint64_t seeds) {
  const Parameters machine = *loadParameters(name);
  auto pair = EnginePair::make(machine);
  ASSERT_TRUE(bool(pair)) << pair.error().message;
  EXPECT_EQ(compare(*pair, machine, imageNetwork(), 1), "");
  for (uint64_t seed = 1; seed <= seeds; ++seed) {
    const std::string text = randomFunction(seed + 1000, machine.array_rows);
    ASSERT_EQ(compare(*pair, machine, text, seed), "") << "seed " << seed << "\n" << text;
  }
}

TEST(LayersLockstep, HoldsOnTiny) { compareAll("tiny", 20); }
TEST(LayersLockstep, HoldsOnSmall) { compareAll("small", 10); }
TEST(LayersLockstep, HoldsOnBase) { compareAll("base", 10); }

} // namespace
