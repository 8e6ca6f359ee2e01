// A model's shared object, loaded; and one instance of the machine in it.
#pragma once

#include "hw/support/Result.h"
#include "sim/rtl_engine/model/RtlModel.h"

#include <filesystem>
#include <memory>

namespace lockstep {

/// Loaded once; stays loaded while this object lives.
class SharedModel {
public:
  /// Errors: the file is no model of this version.
  static Result<std::unique_ptr<SharedModel>> load(const std::filesystem::path &file);
  ~SharedModel();
  SharedModel(const SharedModel &) = delete;
  SharedModel &operator=(const SharedModel &) = delete;

  const RtlModelFunctions &functions() const { return *table; }

private:
  SharedModel(void *handle, const RtlModelFunctions *table) : handle(handle), table(table) {}
  void *handle;
  const RtlModelFunctions *table;
};

/// A machine fresh from power-on. Belongs to the thread that makes it.
class ModelInstance {
public:
  explicit ModelInstance(const RtlModelFunctions &functions)
      : functions(functions), model(functions.create()) {
    functions.ports(model, &ports);
  }
  ~ModelInstance() { functions.destroy(model); }
  ModelInstance(const ModelInstance &) = delete;
  ModelInstance &operator=(const ModelInstance &) = delete;

  /// The clock edge that begins a cycle: outputs of registers are then those of the new cycle.
  void beginCycle() {
    *ports.clk_i = 1;
    functions.eval(model);
    if (tracing)
      functions.dumpTrace(model, 2 * time);
  }
  /// Settles the cycle after its inputs were driven: all outputs are then valid.
  void settle() {
    *ports.clk_i = 0;
    functions.eval(model);
    if (tracing)
      functions.dumpTrace(model, 2 * time + 1);
    ++time;
  }

  bool openTrace(const char *file) { return tracing = functions.openTrace(model, file); }
  void closeTrace() {
    if (tracing)
      functions.closeTrace(model);
    tracing = false;
  }
  const char *messages() const { return functions.messages(model); }

  RtlPorts ports{};

private:
  const RtlModelFunctions &functions;
  void *model;
  bool tracing = false;
  uint64_t time = 0; // cycles since power-on
};

} // namespace lockstep
