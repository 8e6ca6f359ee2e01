// Functions on tensors become functions on memory that the caller owns.
#include "compiler/host/Lowering.h"

#include <mlir/Dialect/Bufferization/IR/Bufferization.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/IR/Builders.h>
#include <mlir/IR/BuiltinOps.h>

namespace lockstep {
namespace {

using namespace mlir;

Type bufferType(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape())
    return {};
  return MemRefType::get(tensor.getShape(), tensor.getElementType());
}

/// The callers promise that results lie apart from arguments: hence `restrict`.
class ResultsToMemory : public PassWrapper<ResultsToMemory, OperationPass<ModuleOp>> {
public:
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(ResultsToMemory)
  explicit ResultsToMemory(HostExtras &extras) : extras(extras) {}
  void getDependentDialects(DialectRegistry &registry) const override {
    registry.insert<bufferization::BufferizationDialect>();
  }

  void runOnOperation() override {
    for (func::FuncOp function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (function.isExternal())
        continue;
      if (function.isPrivate())
        function.erase(); // inlined where it was called
      else if (failed(rewrite(function)))
        return signalPassFailure();
    }
  }

private:
  LogicalResult rewrite(func::FuncOp function) {
    if (!llvm::hasSingleElement(function.getBody()))
      return function.emitError("the function has more than one block");
    SmallVector<Type> types;
    for (TypeRange range : {TypeRange(function.getArgumentTypes()), TypeRange(function.getResultTypes())})
      for (Type type : range) {
        types.push_back(bufferType(type));
        if (!types.back())
          return function.emitError()
                 << "an argument or result is " << type << "; tensors of static shape are allowed";
      }
    argumentsToMemory(function);
    resultsToMemory(function);
    function.setFunctionType(FunctionType::get(&getContext(), types, {}));
    function.setAllArgAttrs(ArrayRef<DictionaryAttr>(SmallVector<DictionaryAttr>(types.size())));
    function->removeAttr(function.getResAttrsAttrName());
    function.setName((kBodyPrefix + function.getName()).str());
    auto &shapes = extras.shapes[function.getName().str()];
    for (Type type : types)
      shapes.push_back(cast<MemRefType>(type).getShape().vec());
    return success();
  }

  void argumentsToMemory(func::FuncOp function) {
    OpBuilder builder = OpBuilder::atBlockBegin(&function.getBody().front());
    for (BlockArgument argument : function.getArguments()) {
      Type type = argument.getType();
      argument.setType(bufferType(type));
      auto tensor =
          builder.create<bufferization::ToTensorOp>(function.getLoc(), type, argument, /*restrict=*/true,
                                                    /*writable=*/false);
      argument.replaceAllUsesExcept(tensor, tensor);
    }
  }

  void resultsToMemory(func::FuncOp function) {
    Block &block = function.getBody().front();
    auto oldReturn = cast<func::ReturnOp>(block.getTerminator());
    OpBuilder builder(oldReturn);
    for (Value result : oldReturn.getOperands()) {
      Value memory = block.addArgument(bufferType(result.getType()), result.getLoc());
      auto store =
          builder.create<bufferization::MaterializeInDestinationOp>(oldReturn.getLoc(), result, memory);
      store.setRestrict(true);
      store.setWritable(true);
    }
    builder.create<func::ReturnOp>(oldReturn.getLoc());
    oldReturn.erase();
  }

  HostExtras &extras;
};

} // namespace

std::unique_ptr<mlir::Pass> createResultsToMemoryPass(HostExtras &extras) {
  return std::make_unique<ResultsToMemory>(extras);
}

} // namespace lockstep
