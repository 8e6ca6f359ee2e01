// Modules with recurrent layers, as passes/ hands them over, and what they have to give.
#pragma once

#include "compiler/passes/RecurrentForm.h"
#include "compiler/tensor/Tensor.h"
#include "workloads/reference/RecurrentReference.h"

#include <mlir/IR/Builders.h>
#include <mlir/IR/BuiltinOps.h>
#include <mlir/IR/MLIRContext.h>
#include <mlir/IR/OwningOpRef.h>

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace lockstep::test {

/// Constants of a layer at random; the projection's results spread over int16.
RecurrentForm randomForm(const RecurrentProblem &problem, int64_t input, uint64_t seed);
/// Any cell and variant, of a few units.
RecurrentProblem randomRecurrentProblem(std::mt19937_64 &random);

/// A value of @main with its content for one set of inputs.
struct RecurrentValue {
  mlir::Value value;
  Tensor content;
};
struct RecurrentResults {
  std::optional<RecurrentValue> y, y_h, y_c;
};

/// @main grows call by call; contents are computed by the CPU along with it.
class RecurrentModule {
public:
  RecurrentModule();

  RecurrentValue argument(Tensor content);
  RecurrentValue constant(Tensor content);
  /// The private function, and its call; a layer's states and lengths that are absent in `form.problem` are
  /// ignored.
  RecurrentResults call(const RecurrentForm &form, const RecurrentValue &x,
                        const RecurrentValue *initialH = nullptr, const RecurrentValue *initialC = nullptr,
                        const RecurrentValue *lengths = nullptr);
  RecurrentValue reshape(const RecurrentValue &value, const std::vector<uint64_t> &shape);
  /// Along axis 1 of tensors of rank 4, or 0 of rank 3.
  RecurrentValue concat(const RecurrentValue &a, const RecurrentValue &b, unsigned axis);
  void finish(const std::vector<RecurrentValue> &results);

  mlir::ModuleOp module() { return *owned; }
  mlir::func::FuncOp main() { return mainFunction; }
  NamedTensors inputs, outputs; // input_<n>, output_<n>

private:
  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> owned;
  mlir::OpBuilder builder;
  mlir::func::FuncOp mainFunction;
  int count = 0;
};

/// int8 at random, with extremes.
Tensor randomInt8(const std::vector<uint64_t> &shape, uint64_t seed);
Tensor tensorOf(const std::vector<int16_t> &values, const std::vector<uint64_t> &shape, bool asInt8 = false);
/// int32.
Tensor lengthsOf(const std::vector<int64_t> &lengths);

} // namespace lockstep::test
