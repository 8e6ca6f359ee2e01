#include "compiler/pipeline/PhaseLog.h"

#include <llvm/Support/raw_ostream.h>
#include <mlir/IR/OperationSupport.h>

namespace lockstep {

namespace {
constexpr int64_t kElementsShown = 16; // of a constant
}

void PhaseLog::text(const std::string &phase, std::string text) {
  if (wantsTexts())
    compilation.phases.emplace_back(phase, std::move(text));
}

void PhaseLog::text(const std::string &phase, mlir::ModuleOp module) {
  if (!wantsTexts())
    return;
  std::string printed;
  llvm::raw_string_ostream stream(printed);
  mlir::OpPrintingFlags flags;
  module->print(stream,
                flags.elideLargeElementsAttrs(kElementsShown).elideLargeResourceString(kElementsShown));
  stream << "\n";
  text(phase, printed);
}

void PhaseLog::endOf(const std::string &phase) {
  Clock::time_point now = Clock::now();
  add(phase, std::chrono::duration<double>(now - begin).count());
  begin = now;
}

} // namespace lockstep
