// Programs as people get them wrong: each has a correct form and one with a fault that the detector names.
#include "hw/check/ProgramCheck.h"
#include "tests/unit/check/LegalInstructions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace lockstep {
namespace {

using testing::HasSubstr;

std::string problem(const Program &program) {
  const auto report = checkProgram(program);
  if (report)
    return "";
  EXPECT_EQ(report.error().kind,
            report.error().message.compare(0, 4, "race") == 0 ? ErrorKind::Race : ErrorKind::Legality);
  return report.error().message;
}

ProgramBuilder builder(RegionKind inputKind = RegionKind::Input) {
  ProgramBuilder b(testMachine(4, 4));
  b.region("in", kInput, kRegionBytes, inputKind).region("out", kOutput, kRegionBytes, RegionKind::Output);
  return b;
}

// ---- one product: load, matmul, requantize, store ----

enum Missing { None, LoadToMatrix, MatrixToVector, VectorToStore };

Program product(Missing missing) {
  auto post = [&](Missing edge, int semaphore) { return edge == missing ? -1 : semaphore; };
  return builder()
      .add(legalLoad(0, 4))
      .add(synchronized(legalLoad(64, 4), -1, post(LoadToMatrix, 0)))
      .add(synchronized(legalMatmul(), post(LoadToMatrix, 0), post(MatrixToVector, 1)))
      .add(synchronized(legalRequantize(), post(MatrixToVector, 1), post(VectorToStore, 2)))
      .add(synchronized(legalStore(), post(VectorToStore, 2), -1))
      .finish();
}

TEST(Race, AProductWithAllItsWaitsHasNone) { EXPECT_EQ(problem(product(None)), ""); }

TEST(Race, Race_c1_AMissingWaitOfTheMatrixUnitIsFound) {
  EXPECT_THAT(problem(product(LoadToMatrix)),
              HasSubstr("race_c1: instruction 2 (matrix) reads rows 0 to 3 of scratchpad "
                        "bank 1 while instruction 1 (load) writes rows 0 to 3"));
}

TEST(Race, Race_c1_AMissingWaitOfTheVectorUnitIsFound) {
  EXPECT_THAT(problem(product(MatrixToVector)),
              HasSubstr("race_c1: instruction 3 (vector) reads rows 0 to 3 of "
                        "accumulator bank 0 while instruction 2 (matrix) writes"));
}

TEST(Race, Race_c1_AMissingWaitOfTheStoreUnitIsFound) {
  EXPECT_THAT(problem(product(VectorToStore)),
              HasSubstr("race_c1: instruction 4 (store) reads rows 0 to 3 of scratchpad "
                        "bank 2 while instruction 3 (vector) writes"));
}

TEST(Race, OrderIsTransitive) {
  // store waits for vector only, and reads what load wrote before matrix before vector.
  const Program program = builder()
                              .add(synchronized(legalLoad(200, 4), -1, 0))
                              .add(syncOf(Unit::Matrix, 0, 1))
                              .add(syncOf(Unit::Vector, 1, 2))
                              .add(synchronized(legalStore(200), 2, -1))
                              .finish();
  EXPECT_EQ(problem(program), "");
}

TEST(Race, AnInstructionAfterAWaitIsOrderedToo) {
  const Program program = builder()
                              .add(legalLoad(200, 4))
                              .add(syncOf(Unit::Load, -1, 0))
                              .add(syncOf(Unit::Store, 0, -1))
                              .add(legalStore(200))
                              .finish();
  EXPECT_EQ(problem(program), "");
}

TEST(Race, Race_c1_APostBeforeTheWriteDoesNotOrderIt) {
  const Program program = builder()
                              .add(syncOf(Unit::Load, -1, 0))
                              .add(legalLoad(200, 4))
                              .add(synchronized(legalStore(200), 0, -1))
                              .finish();
  EXPECT_THAT(problem(program), HasSubstr("race_c1"));
}

TEST(Race, Race_c1_TheWaitTakesTheOldestPostNotTheLatest) {
  const Program program = builder()
                              .add(syncOf(Unit::Load, -1, 0))
                              .add(synchronized(legalLoad(200, 4), -1, 0))
                              .add(synchronized(legalStore(200), 0, -1))
                              .finish();
  EXPECT_THAT(problem(program), HasSubstr("race_c1"));
}

// ---- the vector unit reads the scratchpad and writes the accumulator too ----

TEST(Race, Race_c1_AnElementwiseOperandMustHaveArrived) {
  ElementwiseInstruction e = legalElementwise(0, 4, 128);
  e.a_memory = e.a_type = 0;
  auto program = [&](int semaphore) {
    return builder()
        .add(synchronized(legalLoad(0, 4), -1, semaphore))
        .add(synchronized(e, semaphore, -1))
        .finish();
  };
  EXPECT_EQ(problem(program(0)), "");
  EXPECT_THAT(problem(program(-1)),
              HasSubstr("race_c1: instruction 1 (vector) reads rows 0 to 3 of scratchpad bank 0 "
                        "while instruction 0 (load) writes rows 0 to 3"));
}

TEST(Race, Race_c1_AResultInTheAccumulatorRacesWithTheMatrixUnit) {
  ElementwiseInstruction e = legalElementwise(64, 68, 2);
  e.output_memory = 1, e.output_type = 2, e.output_stride_0 = 1;
  EXPECT_THAT(problem(builder().add(legalMatmul()).add(e).finish()),
              HasSubstr("race_c1: instruction 1 (vector) writes rows 2 to 5 of accumulator bank 0 while "
                        "instruction 0 (matrix) writes rows 0 to 3"));
  EXPECT_THAT(problem(builder().add(legalMatmul()).add(legalReduce(130, 3)).finish()), HasSubstr("race_c1"));
  EXPECT_EQ(problem(builder()
                        .add(synchronized(legalMatmul(), -1, 0))
                        .add(synchronized(legalReduce(130, 3), 0, -1))
                        .finish()),
            "");
}

TEST(Race, Race_c2_TheMatrixUnitAndTheVectorUnitMustNotReadOneBank) {
  ElementwiseInstruction e = legalElementwise(32, 40, 128);
  e.a_memory = e.a_type = 0; // words 32 to 35 of the bank that the matmul streams from
  EXPECT_THAT(problem(builder().add(legalMatmul()).add(e).finish()),
              HasSubstr("race_c2: instruction 1 (vector) reads rows 32 to 35 of scratchpad bank 0"));
}

TEST(Race, Race_c1_TableEntriesMustHaveArrived) {
  EXPECT_THAT(problem(builder().add(legalLoad(30, 4)).add(legalTable()).finish()),
              HasSubstr("race_c1: instruction 1 (vector) reads rows 0 to 63"));
}

TEST(Race, ATableIsTheVectorUnitsOwn) {
  ElementwiseInstruction e = legalElementwise();
  e.function = 1;
  EXPECT_EQ(problem(builder().add(legalTable()).add(e).add(legalTable(64)).finish()), "");
}

// ---- double buffering: load fills one of two buffers while matrix reads the other ----

/// Buffers at words 0 and 128 (banks 0 and 2), weights in bank 1; semaphore 0: full, 1: free.
Program rotation(uint64_t credits, int64_t step, uint64_t ring) {
  LoadInstruction load = synchronized(legalLoad(0, 4), 1, 0);
  load.local_register = 9;
  MatmulInstruction matmul = synchronized(legalMatmul(), 0, 1);
  matmul.streamed_register = 10;
  return builder()
      .add(legalLoad(64, 4))
      .add(loopOf(credits))
      .add(syncOf(Unit::Matrix, -1, 1))
      .add(EndInstruction{})
      .add(loopOf(20))
      .add(load)
      .add(addOf(9, 9, step, ring))
      .add(matmul)
      .add(addOf(10, 10, 128, 256))
      .add(EndInstruction{})
      .finish();
}

TEST(Race, TwoBuffersWithTwoCreditsHaveNone) { EXPECT_EQ(problem(rotation(2, 128, 256)), ""); }

TEST(Race, OneCreditIsSafeToo) { EXPECT_EQ(problem(rotation(1, 128, 256)), ""); }

TEST(Race, Race_c1_ThreeCreditsForTwoBuffersAreFound) {
  EXPECT_THAT(problem(rotation(3, 128, 256)),
              HasSubstr("race_c1: instruction 5 (load) writes rows 0 to 3 of scratchpad bank 0 "
                        "while instruction 7 (matrix) reads"));
}

TEST(Race, Race_c1_AWrongRotationIsFound) {
  EXPECT_THAT(problem(rotation(2, 0, 0)), HasSubstr("race_c1: instruction 5 (load) writes"));
}

// ---- banks ----

TEST(Race, OneReaderAndOneWriterMayShareABank) {
  const Program program = builder().add(legalLoad(0, 4)).add(legalStore(4)).add(legalLoad(8, 4)).finish();
  EXPECT_EQ(problem(program), "");
}

TEST(Race, Race_c1_ButNotOneWord) {
  EXPECT_THAT(
      problem(builder().add(legalLoad(0, 4)).add(legalStore(3)).finish()),
      HasSubstr("race_c1: instruction 1 (store) reads rows 3 to 6 of scratchpad bank 0 while instruction 0 "
                "(load) writes rows 0 to 3"));
}

TEST(Race, Race_c1_ALoadOverRowsStillReadIsFound) {
  EXPECT_THAT(
      problem(builder().add(legalMatmul(0, 64)).add(legalLoad(66, 1)).finish()),
      HasSubstr("race_c1: instruction 1 (load) writes rows 2 to 2 of scratchpad bank 1 while instruction 0 "
                "(matrix) reads rows 0 to 3"));
}

TEST(Race, Race_c1_AnOlderAccessToOtherRowsIsNotForgotten) {
  EXPECT_THAT(problem(builder().add(legalLoad(0, 4)).add(legalLoad(20, 4)).add(legalStore(2, 1)).finish()),
              HasSubstr("instruction 0 (load) writes rows 0 to 3"));
}

TEST(Race, Race_c2_TwoReadersOfABankAreFound) {
  EXPECT_THAT(
      problem(builder().add(legalMatmul(0, 64)).add(legalStore(30)).finish()),
      HasSubstr("race_c2: instruction 1 (store) reads rows 30 to 33 of scratchpad bank 0 while instruction 0 "
                "(matrix) reads"));
}

TEST(Race, Race_c2_TwoWritersOfABankAreFound) {
  EXPECT_THAT(problem(builder().add(legalLoad(150, 4)).add(legalRequantize(0, 128)).finish()),
              HasSubstr("race_c2: instruction 1 (vector) writes rows 0 to 3 of scratchpad bank 2"));
}

TEST(Race, Race_c2_AMatmulReadsTheAccumulatorEvenWhereItOverwrites) {
  EXPECT_THAT(problem(builder().add(legalRequantize(10, 128)).add(legalMatmul(0, 64, 0)).finish()),
              HasSubstr("race_c2: instruction 1 (matrix) reads rows 0 to 3 of accumulator bank 0"));
}

TEST(Race, AnIntervalOverSeveralBanksIsAnAccessToEach) {
  LoadInstruction wide = legalLoad(60, 2);
  wide.local_stride_0 = 140; // words 60 and 200; banks 1 and 2 lie between
  EXPECT_THAT(problem(builder().add(wide).add(legalStore(128)).finish()),
              HasSubstr("race_c1: instruction 1 (store)"));
}

TEST(Race, MessagesNameTheRowsWithinTheBank) {
  EXPECT_THAT(
      problem(builder().add(legalLoad(60, 10)).add(legalStore(62, 1)).finish()),
      HasSubstr("reads rows 62 to 62 of scratchpad bank 0 while instruction 0 (load) writes rows 60 to 63"));
  EXPECT_THAT(
      problem(builder().add(legalLoad(60, 10)).add(legalStore(65, 1)).finish()),
      HasSubstr("reads rows 1 to 1 of scratchpad bank 1 while instruction 0 (load) writes rows 0 to 5"));
}

TEST(Race, AccessesOfOneUnitNeverRace) {
  EXPECT_EQ(problem(builder().add(legalLoad(0, 4)).add(legalLoad(0, 4)).add(legalFill(2, 4)).finish()), "");
}

// ---- loader and stream of the matrix unit ----

TEST(Race, Matmul_c9_TheNextTileMayNotLoadFromTheBankThatStreams) {
  EXPECT_THAT(problem(builder().add(legalMatmul(0, 64)).add(legalMatmul(64, 0)).finish()),
              HasSubstr("matmul_c9: instruction 1 (matmul)"));
  EXPECT_EQ(problem(builder().add(legalMatmul(0, 64)).add(legalMatmul(64, 128)).finish()), "");
  EXPECT_EQ(
      problem(builder().add(legalMatmul(0, 64)).add(legalMatmul(128, 64)).add(legalMatmul(128, 0)).finish()),
      "");
}

TEST(Race, Matmul_c9_HoldsNotBehindAChainOfSemaphoresFromTheFinish) {
  MatmulInstruction first = legalMatmul(0, 64), next = legalMatmul(64, 0);
  SyncInstruction relay;
  relay.unit = static_cast<uint64_t>(Unit::Load);
  first.post_0 = relay.wait_0 = 1;
  relay.post_0 = next.wait_0 = 2;
  EXPECT_EQ(problem(builder().add(first).add(relay).add(next).finish()), "");
  relay.wait_0 = 0; // a wait for a unit that does not know of the finish is none
  first.post_0 = 0;
  EXPECT_THAT(problem(builder().add(first).add(relay).add(next).finish()),
              HasSubstr("matmul_c9: instruction 2 (matmul)"));
}

// ---- external memory ----

TEST(Race, LoadsFromInputsNeverRace) {
  EXPECT_EQ(problem(builder().add(legalStore()).add(legalLoad(0, 4)).finish()), "");
}

LoadInstruction loadBack(uint64_t address) {
  LoadInstruction load = legalLoad(0, 4);
  load.external_address = address;
  return load;
}

TEST(Race, Race_c1_ALoadAfterAStoreToTheSameBytesHasToWait) {
  EXPECT_THAT(
      problem(builder().add(legalStore()).add(loadBack(kOutput + 15)).finish()),
      HasSubstr(
          "race_c1: instruction 1 (load) reads bytes 131087 to 131102 of external memory while instruction "
          "0 (store) writes bytes 131072 to 131087"));
  EXPECT_EQ(problem(builder().add(legalStore()).add(loadBack(kOutput + 16)).finish()), "");
  EXPECT_EQ(problem(builder()
                        .add(synchronized(legalStore(), -1, 0))
                        .add(synchronized(loadBack(kOutput), 0, -1))
                        .finish()),
            "");
}

TEST(Race, Race_c1_AStoreOverBytesStillLoadedHasToWait) {
  EXPECT_THAT(problem(builder().add(loadBack(kOutput)).add(legalStore()).finish()),
              HasSubstr("race_c1: instruction 1 (store) writes"));
}

TEST(Race, TilesSideBySideInOneMatrixDoNotMeet) {
  StoreInstruction left = legalStore();
  left.external_stride_0 = 32, left.row_bytes = 8, left.chunk_stride = 4, left.count_0 = 4;
  LoadInstruction right = loadBack(kOutput + 8);
  right.external_stride_0 = 32;
  EXPECT_EQ(problem(builder().add(left).add(right).finish()), "");
  right.external_address -= 1;
  EXPECT_THAT(problem(builder().add(left).add(right).finish()), HasSubstr("race_c1"));
  right.external_address += 1 + 21; // wraps into the next row of the left tile
  EXPECT_THAT(problem(builder().add(left).add(right).finish()), HasSubstr("race_c1"));
}

TEST(Race, Race_c1_ResiduesMoveWithTheAddressInALoop) {
  StoreInstruction left = legalStore();
  left.external_stride_0 = 32, left.row_bytes = 8, left.chunk_stride = 4, left.external_register = 9;
  LoadInstruction right = loadBack(kOutput + 8);
  right.external_stride_0 = 32;
  auto walk = [&](int64_t step) {
    return problem(
        builder().add(right).add(loopOf(2)).add(left).add(addOf(9, 9, step)).add(EndInstruction{}).finish());
  };
  EXPECT_EQ(walk(32), "");
  EXPECT_THAT(walk(8), HasSubstr("race_c1: instruction 2 (store) writes"));
}

TEST(Race, ManyUnorderedStoresAreStillRemembered) {
  StoreInstruction store = legalStore(128, 1);
  store.external_register = 9;
  const Program program = builder()
                              .region("big", 0x1000000, 1 << 20, RegionKind::Workspace)
                              .add(setOf(9, 0x1000000 - kOutput))
                              .add(loopOf(20000))
                              .add(store)
                              .add(addOf(9, 9, 4))
                              .add(EndInstruction{})
                              .add(loadBack(0x1000000 + 4 * 20000))
                              .add(loadBack(0x1000000 + 4 * 19999))
                              .finish();
  EXPECT_THAT(problem(program), HasSubstr("race_c1: instruction 6 (load) reads"));
}

} // namespace
} // namespace lockstep
