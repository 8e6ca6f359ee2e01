// Encoder and decoder of the instruction set at every field's edges.
#include "RandomInstructions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

using namespace lockstep;
using testing::HasSubstr;

namespace {

Instruction zeroInstruction(const InstructionInfo &info) {
  Instruction instruction;
  EXPECT_TRUE(makeInstruction(info.mnemonic, instruction));
  return instruction;
}

bool bitOf(const EncodedInstruction &bits, unsigned index) { return bits[index / 8] >> (index % 8) & 1; }

/// Bits [lsb, lsb + width) read one by one: the slow judge of the encoder.
uint64_t slowExtract(const EncodedInstruction &bits, unsigned lsb, unsigned width) {
  uint64_t value = 0;
  for (unsigned i = 0; i < width; ++i)
    value |= uint64_t{bitOf(bits, lsb + i)} << i;
  return value;
}

uint64_t lowBits(unsigned bits) { return bits >= 64 ? ~uint64_t{0} : (uint64_t{1} << bits) - 1; }

void expectRoundTrip(const Instruction &instruction) {
  const Result<EncodedInstruction> bits = encode(instruction);
  ASSERT_TRUE(bits) << bits.error().message;
  const Result<Instruction> decoded = decode(*bits);
  ASSERT_TRUE(decoded) << decoded.error().message;
  EXPECT_EQ(decoded->index(), instruction.index());
  EXPECT_EQ(fieldValues(*decoded), fieldValues(instruction));
}

void expectEncodingError(const Instruction &instruction, const std::string &part) {
  const Result<EncodedInstruction> bits = encode(instruction);
  ASSERT_FALSE(bits);
  EXPECT_EQ(bits.error().kind, ErrorKind::Legality);
  EXPECT_THAT(bits.error().message, HasSubstr(part));
}

void expectDecodingError(const EncodedInstruction &bits, const std::string &part) {
  const Result<Instruction> decoded = decode(bits);
  ASSERT_FALSE(decoded);
  EXPECT_EQ(decoded.error().kind, ErrorKind::Legality);
  EXPECT_THAT(decoded.error().message, HasSubstr(part));
}

} // namespace

TEST(Encoding, RoundTripsEachFieldAtItsExtremesAlone) {
  for (const InstructionInfo &info : instructionSet())
    for (const FieldInfo &field : info.fields)
      for (uint64_t value : {fieldMaximum(field.kind, field.bits),
                             static_cast<uint64_t>(fieldMinimum(field.kind, field.bits)), uint64_t{1}}) {
        Instruction instruction = zeroInstruction(info);
        setField(instruction, field.name, field.kind == FieldKind::Signed && field.bits == 1 ? 0 : value);
        SCOPED_TRACE(info.mnemonic + "." + field.name);
        expectRoundTrip(instruction);
      }
}

TEST(Encoding, RoundTripsRandomInstructions) {
  std::mt19937_64 random(1);
  for (int i = 0; i < 20000; ++i)
    expectRoundTrip(randomInstruction(random, i % instructionSet().size()));
}

TEST(Encoding, PutsEachFieldBehindTheOneBeforeFromBitEightOn) {
  std::mt19937_64 random(2);
  for (size_t index = 0; index < instructionSet().size(); ++index) {
    const InstructionInfo &info = instructionSet()[index];
    const Instruction instruction = randomInstruction(random, index);
    const EncodedInstruction bits = *encode(instruction);
    const std::vector<uint64_t> values = fieldValues(instruction);
    EXPECT_EQ(bits[0], info.opcode);
    unsigned lsb = 8;
    for (size_t i = 0; i < info.fields.size(); ++i) {
      EXPECT_EQ(slowExtract(bits, lsb, info.fields[i].bits), values[i] & lowBits(info.fields[i].bits))
          << info.mnemonic << "." << info.fields[i].name;
      lsb += info.fields[i].bits;
    }
    EXPECT_EQ(lsb, info.usedBits);
  }
}

TEST(Encoding, RefusesValuesJustBeyondEachField) {
  for (const InstructionInfo &info : instructionSet())
    for (const FieldInfo &field : info.fields) {
      if (field.bits == 64)
        continue;
      SCOPED_TRACE(info.mnemonic + "." + field.name);
      Instruction instruction = zeroInstruction(info);
      setField(instruction, field.name, fieldMaximum(field.kind, field.bits) + 1);
      expectEncodingError(instruction, field.name);
      if (field.kind != FieldKind::Signed)
        continue;
      setField(instruction, field.name, static_cast<uint64_t>(fieldMinimum(field.kind, field.bits) - 1));
      expectEncodingError(instruction, field.name);
    }
}

TEST(Encoding, RefusalNamesTheFieldTheValueAndItsLimits) {
  MatmulInstruction matmul;
  matmul.streamed_zero_point = -257;
  expectEncodingError(matmul, "matmul: field streamed_zero_point cannot hold -257; allowed is -256 to 255.");
}

TEST(Decoding, RefusesEveryOpcodeThatIsNotInTheList) { // encoding_c1
  std::array<bool, 256> known{};
  for (const InstructionInfo &info : instructionSet())
    known[info.opcode] = true;
  for (unsigned opcode = 0; opcode < 256; ++opcode)
    if (!known[opcode])
      expectDecodingError({static_cast<uint8_t>(opcode)}, "encoding_c1");
}

TEST(Decoding, RefusesEveryReservedBitThatIsOne) { // encoding_c2
  for (const InstructionInfo &info : instructionSet())
    for (unsigned bit = info.usedBits; bit < 512; ++bit) {
      EncodedInstruction bits = *encode(zeroInstruction(info));
      bits[bit / 8] |= 1 << (bit % 8);
      expectDecodingError(bits, "encoding_c2: reserved bit " + std::to_string(bit));
    }
}

TEST(Decoding, RefusesSemaphoreFieldsAbove64) { // encoding_c3
  for (const InstructionInfo &info : instructionSet())
    for (const FieldInfo &field : info.fields)
      if (field.kind == FieldKind::Semaphore) {
        EncodedInstruction bits = *encode(zeroInstruction(info));
        for (unsigned i : {0u, 6u}) // 65
          bits[(field.lsb + i) / 8] |= 1 << ((field.lsb + i) % 8);
        expectDecodingError(bits, "encoding_c3: field " + field.name + " is 65");
      }
}

TEST(Decoding, SurvivesRandomBytes) {
  std::mt19937_64 random(3);
  for (int i = 0; i < 20000; ++i) {
    EncodedInstruction bits{};
    for (size_t byte = 0; byte < random() % 64; ++byte)
      bits[byte] = static_cast<uint8_t>(random());
    bits[0] = instructionSet()[i % instructionSet().size()].opcode;
    if (const Result<Instruction> decoded = decode(bits)) {
      EXPECT_EQ(*encode(*decoded), bits);
    }
  }
}

TEST(Units, AreThoseOfTheListAndOfSyncsField) {
  EXPECT_EQ(unitOf(HaltInstruction{}), Unit::Sequencer);
  EXPECT_EQ(unitOf(LoadInstruction{}), Unit::Load);
  EXPECT_EQ(unitOf(FillInstruction{}), Unit::Load);
  EXPECT_EQ(unitOf(MatmulInstruction{}), Unit::Matrix);
  EXPECT_EQ(unitOf(RequantizeInstruction{}), Unit::Vector);
  EXPECT_EQ(unitOf(StoreInstruction{}), Unit::Store);
  for (unsigned code = 0; code < kNumQueuedUnits; ++code) {
    SyncInstruction sync;
    sync.unit = code;
    EXPECT_EQ(unitOf(sync), static_cast<Unit>(code));
  }
}

TEST(Semaphores, WaitsAndPostsAreNumberedFromZeroAndSkipEmptyFields) {
  StoreInstruction store;
  store.wait_0 = 1;
  store.wait_2 = 64;
  store.post_1 = 7;
  const SemaphoreList waits = waitsOf(store), posts = postsOf(store);
  ASSERT_EQ(waits.count, 2u);
  EXPECT_EQ(waits.ids[0], 0);
  EXPECT_EQ(waits.ids[1], 63);
  ASSERT_EQ(posts.count, 1u);
  EXPECT_EQ(posts.ids[0], 6);
  EXPECT_EQ(waitsOf(LoopInstruction{}).count, 0u);
}
