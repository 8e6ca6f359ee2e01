#include "compiler/recurrent/RecurrentProblem.h"

namespace lockstep {
namespace {

struct Limit {
  const char *name;
  int64_t value, minimum, maximum;
};

Status checkLimit(const Limit &limit) {
  if (limit.value >= limit.minimum && limit.value <= limit.maximum)
    return {};
  return Error{ErrorKind::Usage, std::string("Recurrent layer: ") + limit.name + " is " +
                                     std::to_string(limit.value) + "; allowed is " +
                                     std::to_string(limit.minimum) + " to " + std::to_string(limit.maximum) +
                                     "."};
}

Error wrong(const std::string &what) { return {ErrorKind::Usage, "Recurrent layer: " + what + "."}; }

/// What an address can reach: a program's memory has at most 2^40 bytes.
constexpr int64_t kMaxStates = int64_t{1} << 36;

Status checkSize(const RecurrentProblem &p) {
  if (p.batch * p.hidden <= kMaxStates / p.steps)
    return {};
  return wrong("steps x batch x hidden is " + std::to_string(p.steps) + " x " + std::to_string(p.batch) +
               " x " + std::to_string(p.hidden) + "; allowed is a product of up to " +
               std::to_string(kMaxStates));
}

Status checkVariant(const RecurrentProblem &p) {
  if (p.cell > CellKind::Rnn)
    return wrong("the cell is none of gru, lstm, rnn");
  if (p.cell != CellKind::Lstm && (p.peepholes || p.initial_c || p.writes_y_c))
    return wrong(std::string("peepholes, initial_c and y_c are an LSTM's, not of a cell ") +
                 cellName(p.cell));
  if (p.cell != CellKind::Lstm && p.cell_fraction_bits != 12)
    return wrong("cell_fraction_bits is " + std::to_string(p.cell_fraction_bits) + " of a cell " +
                 cellName(p.cell) + "; other than 12 is an LSTM's alone");
  if (p.peepholes && p.peephole_fraction_bits + p.cell_fraction_bits < 12)
    return wrong("peephole_fraction_bits and cell_fraction_bits are " +
                 std::to_string(p.peephole_fraction_bits) + " and " + std::to_string(p.cell_fraction_bits) +
                 "; allowed is a sum of 12 or more");
  if (!p.writes_y && !p.writes_y_h && !p.writes_y_c)
    return wrong("no output is written; allowed are y, y_h and, of an LSTM, y_c");
  return {};
}

} // namespace

int64_t gatesOf(CellKind cell) { return cell == CellKind::Gru ? 3 : cell == CellKind::Lstm ? 4 : 1; }

const char *cellName(CellKind cell) {
  return cell == CellKind::Gru ? "gru" : cell == CellKind::Lstm ? "lstm" : "rnn";
}

Status checkRecurrentProblem(const RecurrentProblem &p) {
  const Limit limits[] = {{"hidden", p.hidden, 1, 1 << 16},
                          {"batch", p.batch, 1, 1 << 16},
                          {"steps", p.steps, 1, 1 << 24},
                          {"state_fraction_bits", p.state_fraction_bits, 0, 15},
                          {"clip", p.clip, 1, 32767},
                          {"peephole_fraction_bits", p.peephole_fraction_bits, 0, 30},
                          {"cell_fraction_bits", p.cell_fraction_bits, 8, 12},
                          {"shift", p.shift, 2, 62},
                          {"output_multiplier", p.output_multiplier, 0, 32767},
                          {"output_shift", p.output_shift, 0, 62},
                          {"output_zero_point", p.output_zero_point, -128, 127}};
  for (const Limit &limit : limits)
    if (Status s = checkLimit(limit); !s)
      return s;
  if (Status s = checkSize(p); !s)
    return s;
  return checkVariant(p);
}

} // namespace lockstep
