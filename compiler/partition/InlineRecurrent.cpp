#include "compiler/partition/InlineRecurrent.h"

#include "compiler/passes/RecurrentForm.h"
#include "compiler/passes/RecurrentReader.h"

#include <mlir/IR/Builders.h>
#include <mlir/IR/IRMapping.h>

#include <vector>

namespace lockstep {

using namespace mlir;

namespace {

/// Signature and body agree: the verifier has seen the call and the function's terminator.
void replaceByBody(func::CallOp call, func::FuncOp callee) {
  OpBuilder builder(call);
  IRMapping values;
  Block &body = callee.getBody().front();
  for (auto [argument, operand] : llvm::zip(body.getArguments(), call.getOperands()))
    values.map(argument, operand);
  for (Operation &op : body.without_terminator())
    builder.clone(op, values);
  for (auto [result, returned] : llvm::zip(call.getResults(), body.getTerminator()->getOperands()))
    result.replaceAllUsesWith(values.lookupOrDefault(returned));
  call.erase();
}

} // namespace

Status inlineRecurrentCalls(func::FuncOp function, ModuleOp module) {
  std::vector<func::CallOp> calls;
  function.walk([&](func::CallOp call) { calls.push_back(call); });
  for (func::CallOp call : calls) {
    auto callee = module.lookupSymbol<func::FuncOp>(call.getCallee());
    if (!callee || !(callee->hasAttr(kRecurrentAttribute) || callee->hasAttr(kRecurrentLayer)))
      continue;
    if (!callee.getBody().hasOneBlock())
      return Error{ErrorKind::Model, "function @" + callee.getName().str() +
                                         " has no body of one block, which the host needs to compute it"};
    replaceByBody(call, callee);
  }
  return {};
}

} // namespace lockstep
