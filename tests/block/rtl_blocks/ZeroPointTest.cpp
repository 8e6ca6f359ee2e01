#include "VerilatedBlock.h"
#include "ZeroPoint/ZeroPoint.h"
#include "hw/numbers/Numbers.h"

#include <gtest/gtest.h>

using namespace lockstep;

namespace {

int32_t signed9(uint64_t bits) { return int32_t(bits ^ 0x100) - 0x100; }

TEST(ZeroPoint, IsSubtractedFromEveryElementOfBothTypes) {
  VerilatedBlock<ZeroPoint> block;
  block->valid_i = 1;
  block->count_i = 1; // the second lane is masked
  for (ElementType type : {ElementType::Int8, ElementType::Uint8})
    for (int32_t zero_point = elementMinimum(type); zero_point <= elementMaximum(type); ++zero_point)
      for (unsigned byte = 0; byte < 256; ++byte) {
        block->unsigned_i = type == ElementType::Uint8;
        block->zero_point_i = zero_point & 0x1ff;
        block->data_i = uint16_t(byte | byte << 8);
        block.tick();
        ASSERT_EQ(signed9(bitsOf(block->data_o, 0, 9)), readOperand(uint8_t(byte), type, zero_point));
        ASSERT_EQ(bitsOf(block->data_o, 9, 9), 0u);
      }
}

} // namespace
