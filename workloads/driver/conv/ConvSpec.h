// A convolution as a user asks for it: shape, types. Values follow from the seed.
#pragma once

#include "compiler/conv/ConvProblem.h"
#include "workloads/deepbench/ConvTable.h"
#include "workloads/driver/gemm/GemmSpec.h"
#include "workloads/driver/support/Row.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

struct ConvSpec {
  ConvTableRow shape;
  GemmSpec options; // of it: bias, per_column, output, zero points (a: input, b: weights), seed
};

uint64_t macsOf(const ConvSpec &spec); // taps on padding included
uint64_t inputBytesOf(const ConvSpec &spec);
uint64_t weightBytesOf(const ConvSpec &spec);
uint64_t outputBytesOf(const ConvSpec &spec);

/// The scheduler's description of it, with the scale that suits the number of taps.
ConvProblem problemOf(const ConvSpec &spec);

/// Types that convolutions have, and checkConvProblem. Errors: Usage.
Status checkConvSpec(const ConvSpec &spec);

/// "1x112x112x64 3x3 s1 p1 k64", with " g64" for groups.
std::string labelOf(const ConvSpec &spec);

/// Keys as the columns of the tables; m, n, k of the matrix product that it amounts to; and the options'.
Row rowOf(const ConvSpec &spec);

/// The columns of a convolution's row, in the order of the printed table.
const std::vector<Column> &convColumns();

} // namespace lockstep
