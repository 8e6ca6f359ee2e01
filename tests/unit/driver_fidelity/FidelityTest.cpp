// Integer recurrent layers against double precision, and the measurement itself.
#include "workloads/driver/recurrent/Fidelity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

using namespace lockstep;

namespace {

FidelitySpec specOf(CellKind cell, int64_t hidden, double bias) {
  FidelitySpec spec;
  spec.cell = cell;
  spec.hidden = hidden;
  spec.gate_bias = bias;
  return spec;
}

Row measured(const FidelitySpec &spec) {
  const Result<Row> row = measureFidelity(spec);
  EXPECT_TRUE(bool(row)) << labelOf(spec) << ": " << row.error().message;
  return row ? *row : Row();
}

TEST(Fidelity, OfAGruWithAnInt16StateIsAtLeast35DecibelsOverAThousandSteps) {
  for (int64_t hidden : {64, 128, 256, 512, 1024})
    for (double bias : {0.0, 2.0, 4.0, 6.0}) {
      FidelitySpec spec = specOf(CellKind::Gru, hidden, bias);
      spec.int8_state = false;
      EXPECT_GE(measured(spec)["sqnr_int16_db"], 35.0) << labelOf(spec);
    }
}

TEST(Fidelity, OfAGruWithTheResetBeforeTheProductIsAtLeast35Decibels) {
  for (double bias : {0.0, 6.0}) {
    FidelitySpec spec = specOf(CellKind::Gru, 64, bias);
    spec.linear_before_reset = false;
    EXPECT_GE(measured(spec)["sqnr_int16_db"], 35.0) << "bias " << bias;
  }
}

TEST(Fidelity, OfLstmAndRnnWithUsualBiasesIsAtLeast35Decibels) {
  for (double bias : {0.0, 1.0, 2.0})
    EXPECT_GE(measured(specOf(CellKind::Lstm, 64, bias))["sqnr_int16_db"], 35.0) << "bias " << bias;
  EXPECT_GE(measured(specOf(CellKind::Rnn, 64, 0))["sqnr_int16_db"], 35.0);
}

TEST(Fidelity, OfAnLstmWithSlowGatesGainsByAFormatThatHoldsItsCells) {
  FidelitySpec spec = specOf(CellKind::Lstm, 64, 6);
  spec.int8_state = false;
  const Row calibrated = measured(spec);
  EXPECT_EQ(calibrated["cell_fraction_bits"], 8);
  EXPECT_EQ(calibrated["cell_saturated"], 0);
  spec.cell_fraction_bits = 12;
  const Row narrow = measured(spec);
  EXPECT_EQ(narrow["cell_fraction_bits"], 12);
  EXPECT_GT(narrow["cell_saturated"], 0.5);
  EXPECT_GT(calibrated["sqnr_int16_db"].get<double>(), narrow["sqnr_int16_db"].get<double>() + 15);
}

TEST(Fidelity, OfTheRecurrentPartAloneIsFarAboveThatOfTheInputs) {
  const Row row = measured(specOf(CellKind::Gru, 64, 2));
  EXPECT_GE(row["sqnr_exact_x_db"].get<double>(), row["sqnr_int16_db"].get<double>() + 10);
  EXPECT_LE(row["sqnr_int16_db"].get<double>(), row["input_sqnr_db"].get<double>() + 3);
}

TEST(Fidelity, OfAnInt8StateFallsWithSlowGates) {
  const double fast = measured(specOf(CellKind::Gru, 64, 0))["sqnr_int8_db"];
  const double slow = measured(specOf(CellKind::Gru, 64, 6))["sqnr_int8_db"];
  EXPECT_GT(fast, 30);
  EXPECT_LT(slow, 20);
}

TEST(Fidelity, IsTheSameForTheSameSeedAndAnotherForAnother) {
  FidelitySpec spec = specOf(CellKind::Gru, 16, 2);
  spec.steps = 50;
  const Row first = measured(spec);
  EXPECT_EQ(first["sqnr_int16_db"], measured(spec)["sqnr_int16_db"]);
  spec.seed = 2;
  EXPECT_NE(first["sqnr_int16_db"], measured(spec)["sqnr_int16_db"]);
}

TEST(Fidelity, MeasuresTheWantedStatesAlone) {
  FidelitySpec spec = specOf(CellKind::Lstm, 8, 0);
  spec.steps = 5;
  spec.int8_state = false;
  Row row = measured(spec);
  EXPECT_TRUE(row["sqnr_int16_db"].is_number());
  EXPECT_TRUE(row["sqnr_int8_db"].is_null());
  EXPECT_TRUE(row["largest_cell"].is_number());
  spec.int16_state = false, spec.int8_state = true, spec.cell = CellKind::Rnn;
  row = measured(spec);
  EXPECT_TRUE(row["sqnr_int16_db"].is_null());
  EXPECT_TRUE(row["sqnr_int8_db"].is_number());
  EXPECT_TRUE(row["largest_cell"].is_null());
}

TEST(Fidelity, RefusesNumbersOutsideOfTheirLimitsByName) {
  const auto message = [](const FidelitySpec &spec) { return measureFidelity(spec).error().message; };
  EXPECT_THAT(message(specOf(CellKind::Gru, 0, 0)), testing::HasSubstr("hidden is 0; allowed is 1 to 4096"));
  EXPECT_THAT(message(specOf(CellKind::Gru, 8, NAN)), testing::HasSubstr("the gate bias is nan"));
  FidelitySpec spec;
  spec.steps = 0;
  EXPECT_THAT(message(spec), testing::HasSubstr("steps is 0; allowed is 1 to 100000"));
  spec = {};
  spec.hidden = 4096, spec.steps = 100000;
  EXPECT_THAT(message(spec), testing::HasSubstr("hidden x steps is 409600000"));
  spec = {};
  spec.calibration_steps = 0;
  EXPECT_THAT(message(spec), testing::HasSubstr("calibration_steps is 0"));
  spec = {};
  spec.cell_fraction_bits = 7;
  EXPECT_THAT(message(spec), testing::HasSubstr("cell_fraction_bits is 7; allowed is 8 to 12"));
}

} // namespace
