// The host pipeline as one function: a module in, an object out.
#include "compiler/host/HostModule.h"
#include "compiler/host/Lowering.h"
#include "compiler/host/ObjectEmitter.h"

#include <mlir/IR/BuiltinOps.h>
#include <mlir/IR/Diagnostics.h>
#include <mlir/IR/MLIRContext.h>
#include <mlir/Pass/PassManager.h>

namespace lockstep {
namespace {

using namespace mlir;

/// Keeps the first error with its place, swallows the rest.
class FirstError {
public:
  explicit FirstError(MLIRContext *context)
      : handler(context, [this](Diagnostic &diagnostic) {
          if (diagnostic.getSeverity() == DiagnosticSeverity::Error && text.empty())
            text = describe(diagnostic);
          return success();
        }) {}

  Error error(const std::string &otherwise) const {
    return {ErrorKind::Model, "the host cannot compile the model: " + (text.empty() ? otherwise : text)};
  }

private:
  static std::string describe(Diagnostic &diagnostic) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    if (!isa<UnknownLoc>(diagnostic.getLocation()))
      stream << diagnostic.getLocation() << ": ";
    stream << diagnostic;
    return text;
  }

  std::string text;
  ScopedDiagnosticHandler handler;
};

} // namespace

Result<std::vector<uint8_t>> compileHostObject(ModuleOp module, const HostOptions &options) {
  MLIRContext *context = module.getContext();
  DialectRegistry registry;
  registerHostDialects(registry);
  context->appendDialectRegistry(registry);
  FirstError firstError(context);
  HostExtras extras;
  PassManager manager(context);
  manager.enableVerifier(false);
  // Objects for other machines stand alone.
  addTensorPasses(manager, options.triple.empty() ? options.library_threshold : UINT64_MAX);
  addBufferPasses(manager, extras);
  addLlvmPasses(manager);
  if (failed(manager.run(module)))
    return firstError.error("no reason was given");
  Result<std::vector<uint8_t>> object = emitObject(module, extras, options);
  if (!object && object.error().kind == ErrorKind::Model)
    return firstError.error(object.error().message);
  return object;
}

} // namespace lockstep
