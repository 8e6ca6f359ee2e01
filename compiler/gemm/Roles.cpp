#include "compiler/gemm/Roles.h"

namespace lockstep {
namespace {

/// Strides of a row-major matrix [rows, columns] that may be stored as [columns, rows].
struct Strides {
  int64_t row, column;
};
Strides stridesOf(int64_t rows, int64_t columns, bool transposed) {
  return transposed ? Strides{1, rows} : Strides{columns, 1};
}

void assignStationaryB(const GemmProblem &problem, GemmRoles &roles) {
  const Strides a = stridesOf(problem.m, problem.k, problem.a_transposed);
  const Strides b = stridesOf(problem.k, problem.n, problem.b_transposed);
  roles.streams = problem.m;
  roles.columns = problem.n;
  roles.streamed_stream_stride = a.row;
  roles.streamed_reduction_stride = a.column;
  roles.stationary_reduction_stride = b.row;
  roles.stationary_column_stride = b.column;
  roles.output_stream_stride = problem.n;
  roles.output_column_stride = 1;
  roles.streamed_type = problem.a_type;
  roles.stationary_type = problem.b_type;
  roles.streamed_zero_point = problem.a_zero_point;
  roles.stationary_zero_point = problem.b_zero_point;
}

void assignStationaryA(const GemmProblem &problem, GemmRoles &roles) {
  const Strides a = stridesOf(problem.m, problem.k, problem.a_transposed);
  const Strides b = stridesOf(problem.k, problem.n, problem.b_transposed);
  roles.streams = problem.n;
  roles.columns = problem.m;
  roles.streamed_stream_stride = b.column;
  roles.streamed_reduction_stride = b.row;
  roles.stationary_reduction_stride = a.column;
  roles.stationary_column_stride = a.row;
  roles.output_stream_stride = 1;
  roles.output_column_stride = problem.n;
  roles.streamed_type = problem.b_type;
  roles.stationary_type = problem.a_type;
  roles.streamed_zero_point = problem.b_zero_point;
  roles.stationary_zero_point = problem.a_zero_point;
  roles.channels_are_streams = true;
}

/// A vector is its own transpose: the layout with fewer and fuller words is taken.
void chooseLayouts(GemmRoles &roles) {
  roles.streamed_turned = roles.streamed_reduction_stride != 1 && roles.reduction > 1;
  const bool rowsContiguous = roles.stationary_column_stride == 1 || roles.columns == 1;
  const bool columnsContiguous = roles.stationary_reduction_stride == 1 || roles.reduction == 1;
  roles.transpose_stationary = columnsContiguous && (roles.columns == 1 || !rowsContiguous);
}

Status chooseOutput(const GemmProblem &problem, GemmRoles &roles) {
  const bool plainFits = roles.output_column_stride == 1 || roles.columns == 1;
  const bool turnedFits =
      elementBytes(problem.output) == 1 && (roles.output_stream_stride == 1 || roles.streams == 1);
  roles.transposed_output = turnedFits && (!plainFits || (roles.columns == 1 && roles.streams > 1));
  if (plainFits || turnedFits)
    return {};
  return Error{ErrorKind::Usage,
               "GEMM: int16 and int32 results cannot be turned (requantize_c7), so B has to be stationary."};
}

} // namespace

Result<GemmRoles> assignRoles(const GemmProblem &problem, bool stationaryIsA) {
  GemmRoles roles;
  roles.reduction = problem.k;
  roles.stationary_is_a = stationaryIsA;
  if (stationaryIsA)
    assignStationaryA(problem, roles);
  else
    assignStationaryB(problem, roles);
  chooseLayouts(roles);
  if (Status s = chooseOutput(problem, roles); !s)
    return s.error();
  if (roles.channels_are_streams && problem.output == GemmOutput::Int32 && problem.has_bias)
    return Error{ErrorKind::Usage,
                 "GEMM: an int32 result has its bias along the columns (requantize_c7), so B has to "
                 "be stationary."};
  return roles;
}

} // namespace lockstep
