#include "compiler/onnx/InlineCalls.h"

#include "compiler/onnx/RecurrentCall.h"

#include <fmt/format.h>
#include <mlir/IR/IRMapping.h>

namespace lockstep {

namespace {

constexpr int kMostCalls = 10000;

Error modelError(const std::string &what) { return {ErrorKind::Model, what}; }

bool isLayer(mlir::func::FuncOp function) {
  return function->hasAttr("lockstep.recurrent") || function->hasAttr(kRecurrentLayerAttribute);
}

mlir::func::CallOp firstCall(mlir::func::FuncOp function, bool withLayers) {
  auto module = function->getParentOfType<mlir::ModuleOp>();
  mlir::func::CallOp found;
  function.walk([&](mlir::func::CallOp call) {
    auto callee = module.lookupSymbol<mlir::func::FuncOp>(call.getCallee());
    if (!withLayers && callee && isLayer(callee))
      return mlir::WalkResult::advance();
    found = call;
    return mlir::WalkResult::interrupt();
  });
  return found;
}

Status checkCallee(mlir::func::FuncOp callee, llvm::StringRef name) {
  if (!callee || callee.isExternal() || !callee.getBody().hasOneBlock())
    return modelError(fmt::format("function @{} has no body of one block", name.str()));
  return {};
}

void replaceByBody(mlir::func::CallOp call, mlir::func::FuncOp callee) {
  mlir::OpBuilder builder(call);
  mlir::IRMapping values;
  mlir::Block &body = callee.getBody().front();
  values.map(body.getArguments(), call.getOperands());
  for (mlir::Operation &op : body.without_terminator())
    builder.clone(op, values);
  for (auto [result, returned] : llvm::zip(call.getResults(), body.getTerminator()->getOperands()))
    result.replaceAllUsesWith(values.lookupOrDefault(returned));
  call.erase();
}

} // namespace

Status inlineCalls(mlir::ModuleOp module, mlir::func::FuncOp main) {
  for (int count = 0; mlir::func::CallOp call = firstCall(main, false); ++count) {
    auto callee = module.lookupSymbol<mlir::func::FuncOp>(call.getCallee());
    if (Status status = checkCallee(callee, call.getCallee()); !status)
      return status;
    if (callee == main || count == kMostCalls)
      return modelError(fmt::format("the calls of function @{} never end", call.getCallee().str()));
    replaceByBody(call, callee);
  }
  for (auto function : llvm::make_early_inc_range(module.getOps<mlir::func::FuncOp>())) {
    if (function == main)
      continue;
    if (!isLayer(function)) {
      if (function.isPrivate() && mlir::SymbolTable::symbolKnownUseEmpty(function, module))
        function.erase();
      continue;
    }
    if (Status status = checkCallee(function, function.getSymName()); !status)
      return status;
    if (firstCall(function, true))
      return modelError(
          fmt::format("function @{} is a recurrent layer and calls others", function.getSymName().str()));
  }
  return {};
}

} // namespace lockstep
