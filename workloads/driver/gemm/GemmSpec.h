// A GEMM as a user asks for it: sizes, layouts, types. Values follow from the seed.
#pragma once

#include "compiler/gemm/GemmProblem.h"
#include "workloads/driver/support/Row.h"

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace lockstep {

/// C [m, n] = rescale((A - a_zero_point) [m, k] x (B - b_zero_point) [k, n] + bias [n]).
struct GemmSpec {
  uint64_t m = 0, n = 0, k = 0;
  bool a_transposed = false;                    // A is stored [k, m]
  bool b_transposed = false;                    // B is stored [n, k]
  bool bias = false;                            // int32 for each column
  bool per_column = false;                      // multiplier and shift for each column
  std::string a_type = "int8", b_type = "int8"; // int8 or uint8
  std::string output = "int8";                  // int8, uint8, int16 or int32
  int64_t a_zero_point = 0, b_zero_point = 0, output_zero_point = 0;
  uint64_t seed = 1;
};

uint64_t macsOf(const GemmSpec &spec);
uint64_t inputBytesOf(const GemmSpec &spec);  // of A and B
uint64_t outputBytesOf(const GemmSpec &spec); // of C

/// The scheduler's description of it, with the scale that suits k. Expects checkGemmSpec().
GemmProblem problemOf(const GemmSpec &spec);

/// Sizes, types and zero points within their limits. Errors: Usage.
Status checkGemmSpec(const GemmSpec &spec);

/// "5124x700x2048", with " At", " Bt" for transposed operands.
std::string labelOf(const GemmSpec &spec);

/// Keys as the fields of GemmSpec, and `transposes`: "-", "A", "B" or "AB".
Row rowOf(const GemmSpec &spec);
/// The inverse; absent keys keep their defaults. Errors: Usage, for an unknown key or a value of the wrong
/// type.
Result<GemmSpec> gemmSpecOf(const Row &row);
/// The columns of a GEMM's row, in the order of the printed table.
const std::vector<Column> &gemmColumns();

/// -m -n -k and the layouts.
void addGemmSizes(CLI::App &app, GemmSpec &spec);
/// Types, bias, requantization, seed.
void addGemmOptions(CLI::App &app, GemmSpec &spec);

} // namespace lockstep
