// A recurrent layer as a user asks for it: cell, sizes, variants. Values follow from the seed.
#pragma once

#include "compiler/gemm/GemmProblem.h"
#include "compiler/recurrent/RecurrentProblem.h"
#include "workloads/deepbench/RecurrentTable.h"
#include "workloads/driver/support/Row.h"
#include "workloads/reference/RecurrentValues.h"

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace lockstep {

struct RecurrentSpec {
  std::string cell = "gru"; // gru, lstm or rnn
  int64_t hidden = 0, batch = 1, steps = 1;
  int64_t input = 0; // features of the whole layer's input; 0: as many as hidden
  bool linear_before_reset = true;
  bool peepholes = false, reverse = false, lengths = false, initial_h = false, initial_c = false;
  bool y = true, y_h = true, y_c = false; // what is written
  std::string state = "int16";            // or int8
  std::string output = "int16";           // or int8
  std::string values = "usual";           // or extreme
  int64_t state_fraction_bits = 15;
  int64_t cell_fraction_bits = 12; // LSTM
  double clip = 0;                 // 0: none
  int64_t x_zero_point = 0, output_zero_point = 0;
  uint64_t seed = 1;
};

/// Which programs a row tells of: the loop over given projections, as DeepBench times it; the projection of
/// the int8 input and the loop; or one of each.
enum class RecurrentPart { Recurrent, Layer, Both };

RecurrentSpec specOf(const RecurrentTableRow &row);

/// The scheduler's description of it, with the shift that suits the values.
RecurrentProblem problemOf(const RecurrentSpec &spec);
/// The projection, [steps batch, G hidden] int16, as a matrix product with a scale for each column.
GemmProblem projectionOf(const RecurrentSpec &spec);
RecurrentValueKind valueKindOf(const RecurrentSpec &spec);

/// Errors (Usage): an unknown name, or a size outside of its limits.
Status checkRecurrentSpec(const RecurrentSpec &spec, RecurrentPart part);

/// Of the definition: a state that takes two passes counts once.
uint64_t macsOf(const RecurrentSpec &spec);

/// "gru 2816 b4 t1500", with variants behind it.
std::string labelOf(const RecurrentSpec &spec);
/// Options of `lockstep recurrent` that ask for it.
std::string commandOf(const RecurrentSpec &spec);
/// The inverse. Errors: Usage, for text that is no options of it.
Result<RecurrentSpec> recurrentSpecOfCommand(const std::string &options);

/// Keys as the fields of RecurrentSpec, and m, n, k of all products with the state together.
Row rowOf(const RecurrentSpec &spec);
/// The inverse; absent keys keep their defaults. Errors: Usage, for an unknown key, a value of the wrong type
/// or outside of its limits.
Result<RecurrentSpec> recurrentSpecOf(const Row &row);

/// The columns of a layer's row, in the order of the printed table.
const std::vector<Column> &recurrentColumns();

/// --cell, --hidden, --batch, --steps.
void addRecurrentSizes(CLI::App &app, RecurrentSpec &spec);
/// Everything else but values and seed.
void addRecurrentVariants(CLI::App &app, RecurrentSpec &spec);
const char *partName(RecurrentPart part);
void addPartOption(CLI::App &app, RecurrentPart &part);

} // namespace lockstep
