#include "compiler/host/HostTarget.h"

#include <mlir/Dialect/Tosa/IR/TosaOps.h>

namespace lockstep {
namespace {

using namespace mlir;

RankedTensorType typeOf(Value value) { return dyn_cast<RankedTensorType>(value.getType()); }

/// Multiply-accumulates for each element of the result; 0: not an operation of the library.
uint64_t productsPerElement(Operation *op) {
  RankedTensorType first = typeOf(op->getOperand(0)), weights = typeOf(op->getOperand(1));
  if (!first || !weights || !first.hasStaticShape() || !weights.hasStaticShape())
    return 0;
  if (isa<tosa::MatMulOp, tosa::FullyConnectedOp>(op))
    return first.getShape().back();
  return weights.getDimSize(1) * weights.getDimSize(2) * weights.getDimSize(3); // conv2d: [f, kh, kw, c]
}

bool areLibraryTypes(Operation *op) {
  const Type a = typeOf(op->getOperand(0)).getElementType(), b = typeOf(op->getOperand(1)).getElementType();
  const Type c = typeOf(op->getResult(0)).getElementType();
  return (a.isF32() && b.isF32() && c.isF32()) || (a.isInteger(8) && b.isInteger(8) && c.isInteger(32));
}

class OneDnnTarget final : public Target {
public:
  explicit OneDnnTarget(uint64_t threshold) : threshold(threshold) {}

  std::string name() const override { return "onednn"; }
  bool inHostObject() const override { return true; }
  TargetMatch match(Operation *anchor) const override {
    if (!isa<tosa::MatMulOp, tosa::FullyConnectedOp, tosa::Conv2DOp>(anchor))
      return {};
    const RankedTensorType result = typeOf(anchor->getResult(0));
    const uint64_t products = productsPerElement(anchor);
    if (products == 0 || !result || !result.hasStaticShape())
      return {{}, "its shape is not known"};
    if (!areLibraryTypes(anchor))
      return {{}, "its element types are not those of the library: float32, or int8 with results in int32"};
    const uint64_t all = products * static_cast<uint64_t>(result.getNumElements());
    if (all < threshold)
      return {{},
              "its " + std::to_string(all) + " multiply-accumulates are not worth a call; " +
                  std::to_string(threshold) + " are"};
    return {{anchor}, ""};
  }
  Result<std::vector<uint8_t>> generate(func::FuncOp) const override { return std::vector<uint8_t>(); }

private:
  uint64_t threshold;
};

} // namespace

std::shared_ptr<const Target> makeOneDnnTarget(uint64_t threshold) {
  return std::make_shared<OneDnnTarget>(threshold);
}

} // namespace lockstep
