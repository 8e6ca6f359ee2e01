// Heavy products on buffers become calls of the library.
#include "compiler/host/LibraryProduct.h"
#include "compiler/host/Lowering.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Dialect/Linalg/IR/Linalg.h>
#include <mlir/Dialect/Linalg/Utils/Utils.h>
#include <mlir/Dialect/MemRef/IR/MemRef.h>
#include <mlir/IR/BuiltinOps.h>

namespace lockstep {
namespace {

using namespace mlir;

class CallLibrary : public PassWrapper<CallLibrary, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CallLibrary)
  StringRef getArgument() const final { return "lockstep-call-library"; }
  StringRef getDescription() const final { return "heavy products on buffers become calls of the library"; }
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<arith::ArithDialect, memref::MemRefDialect>();
  }

  void runOnOperation() override {
    SmallVector<std::pair<linalg::LinalgOp, LibraryProduct>> products;
    getOperation().walk([&](linalg::LinalgOp op) {
      if (auto product = op.hasPureBufferSemantics() ? libraryProduct(op) : std::nullopt)
        products.push_back({op, *product});
    });
    for (auto &[op, product] : products)
      replace(op, product);
  }

private:
  void replace(linalg::LinalgOp op, const LibraryProduct &product) {
    OpBuilder builder(op);
    const Location loc = op.getLoc();
    SmallVector<std::pair<Value, Value>> copies; // dense stand-ins and what they stand for
    const auto dense = [&](Value buffer) {
      auto type = cast<MemRefType>(buffer.getType());
      if (type.getLayout().isIdentity())
        return buffer;
      Value copy = builder.create<memref::AllocOp>(
          loc, MemRefType::get(type.getShape(), type.getElementType()), builder.getI64IntegerAttr(64));
      linalg::makeMemRefCopyOp(builder, loc, buffer, copy);
      copies.push_back({copy, buffer});
      return copy;
    };
    Value output = op.getDpsInits()[0];
    SmallVector<Value> arguments;
    for (Value buffer : {op->getOperand(0), op->getOperand(1), output}) {
      Value pointer = builder.create<memref::ExtractAlignedPointerAsIndexOp>(loc, dense(buffer));
      arguments.push_back(builder.create<arith::IndexCastOp>(loc, builder.getI64Type(), pointer));
    }
    for (int64_t number : product.numbers)
      arguments.push_back(builder.create<arith::ConstantOp>(loc, builder.getI64IntegerAttr(number)));
    builder.create<func::CallOp>(loc, declare(product.function, arguments.size()), arguments);
    for (auto [copy, original] : copies) {
      if (original == output)
        linalg::makeMemRefCopyOp(builder, loc, copy, original);
      builder.create<memref::DeallocOp>(loc, copy);
    }
    op.erase();
  }

  /// Pointers and numbers alike are 64-bit integers to a calling convention.
  func::FuncOp declare(const std::string &name, size_t numArguments) {
    if (auto declared = getOperation().lookupSymbol<func::FuncOp>(name))
      return declared;
    OpBuilder builder = OpBuilder::atBlockBegin(getOperation().getBody());
    const SmallVector<Type> types(numArguments, builder.getI64Type());
    auto function =
        builder.create<func::FuncOp>(getOperation().getLoc(), name, builder.getFunctionType(types, {}));
    function.setPrivate();
    return function;
  }
};

} // namespace

std::unique_ptr<mlir::Pass> createCallLibraryPass() { return std::make_unique<CallLibrary>(); }

} // namespace lockstep
