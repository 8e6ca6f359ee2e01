// Modules written by hand, run on the host.
#pragma once

#include "compiler/host/HostModule.h"

#include <mlir/IR/MLIRContext.h>
#include <mlir/IR/OwningOpRef.h>

#include <cstring>
#include <string>
#include <vector>

namespace lockstep {

/// A module and the context in which it lives.
struct ParsedModule {
  std::unique_ptr<mlir::MLIRContext> context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};
/// Fails the test if the text is no module.
ParsedModule parseModule(const std::string &text);

template <typename T>
Tensor tensorOf(const std::string &elementType, std::vector<uint64_t> shape, std::vector<T> values) {
  Tensor tensor{elementType, std::move(shape), std::vector<uint8_t>(values.size() * sizeof(T))};
  std::memcpy(tensor.bytes.data(), values.data(), tensor.bytes.size());
  return tensor;
}
template <typename T> std::vector<T> valuesOf(const Tensor &tensor) {
  std::vector<T> values(tensor.bytes.size() / sizeof(T));
  std::memcpy(values.data(), tensor.bytes.data(), values.size() * sizeof(T));
  return values;
}

/// The results of @main; a failure of the test, and no tensors, where it does not compile or run. Inputs are
/// called input_0, input_1, ...
std::vector<Tensor> runText(const std::string &text, const std::vector<Tensor> &inputs,
                            const HostOptions &options = {});
/// The message with which a module does not compile; empty if it does.
std::string compileError(const std::string &text, const HostOptions &options = {});

} // namespace lockstep
