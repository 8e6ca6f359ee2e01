// Texts and seconds of the phases of one compilation.
#pragma once

#include "compiler/pipeline/Compiler.h"

#include <mlir/IR/BuiltinOps.h>

#include <chrono>
#include <string>

namespace lockstep {

/// Texts are kept only if the user wants one (CompileOptions::stop_after): they cost more than most phases.
class PhaseLog {
public:
  PhaseLog(Compilation &compilation, const std::string &stopAfter)
      : compilation(compilation), stop_after(stopAfter) {}

  bool wantsTexts() const { return !stop_after.empty(); }
  /// True if this is the last phase that is wanted.
  bool isLast(const std::string &phase) const { return phase == stop_after; }

  void text(const std::string &phase, std::string text);
  /// The module in MLIR's syntax; constants of more than a few elements are elided.
  void text(const std::string &phase, mlir::ModuleOp module);
  /// The time since the last call (or the beginning) belongs to `phase`.
  void endOf(const std::string &phase);
  void add(const std::string &phase, double seconds) { compilation.seconds.emplace_back(phase, seconds); }

private:
  using Clock = std::chrono::steady_clock;

  Compilation &compilation;
  const std::string stop_after;
  Clock::time_point begin = Clock::now();
};

} // namespace lockstep
