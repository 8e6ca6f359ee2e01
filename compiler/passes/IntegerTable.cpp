// Functions of one int8 tensor as tables of 256 entries.
#include "compiler/passes/Constants.h"
#include "compiler/passes/IntegerForm.h"
#include "compiler/passes/ScalarEvaluation.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {

using namespace mlir;

Value buildIntegerTable(OpBuilder &builder, Value value, const Quantization &target) {
  auto expression = findExpression(value);
  if (!expression)
    return Value();
  const Quantization &source = expression->input.quantization;
  std::vector<int64_t> entries;
  for (int64_t q = -128; q < 128; ++q) {
    const float real = static_cast<float>(q - source.zeroPoint()) * static_cast<float>(source.scale());
    auto result = evaluateExpression(*expression, real);
    if (!result)
      return Value();
    entries.push_back(quantizeValue(*result, target));
  }
  Location loc = value.getLoc();
  Value table = buildIntegers(builder, loc, {256}, 8, entries);
  Value storage = expression->input.storage(builder);
  return builder.create<tosa::TableOp>(loc, storage.getType(), storage, table);
}

} // namespace lockstep
