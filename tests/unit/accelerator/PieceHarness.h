// Compiles a function of integer TOSA for a machine and compares golden's bytes with the host's.
#pragma once

#include "compiler/accelerator/AcceleratorTarget.h"
#include "compiler/tensor/Tensor.h"
#include "hw/program/ExternalMemory.h"

#include <mlir/IR/BuiltinOps.h>
#include <mlir/IR/MLIRContext.h>
#include <mlir/IR/OwningOpRef.h>

#include <cstdint>
#include <memory>
#include <string>

namespace lockstep::test {

/// A module with its context.
class ParsedModule {
public:
  explicit ParsedModule(const std::string &text);
  explicit operator bool() const { return bool(owned); }
  mlir::ModuleOp module() { return *owned; }
  mlir::func::FuncOp main() { return module().lookupSymbol<mlir::func::FuncOp>("main"); }

private:
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> owned;
};

/// Random bytes for every symbol in_i of a program; the same for the same seed.
NamedTensors randomInputs(const Program &program, uint64_t seed);
/// The program's memory with the inputs in place.
Result<ExternalMemory> memoryWith(const Program &program, const NamedTensors &inputs);

/// Empty if the tensors are the same, else a sentence.
std::string differenceOf(const NamedTensors &got, const NamedTensors &wanted);

/// The piece's outputs, named output_<n>, on the golden executor. Errors: also a program that is illegal or
/// has races.
Result<NamedTensors> goldenOutputs(const Program &program, const NamedTensors &inputs);

/// Empty if the piece of @main is legal, free of races and gives on the golden executor what the host
/// computes; else a sentence.
std::string judgePiece(const std::string &text, const Parameters &machine, uint64_t seed);

} // namespace lockstep::test
