#include "compiler/pipeline/Compiler.h"

#include "compiler/host/HostTarget.h"
#include "compiler/onnx/OnnxImport.h"
#include "compiler/partition/Partition.h"
#include "compiler/passes/Passes.h"
#include "compiler/pipeline/Notes.h"
#include "compiler/pipeline/PhaseLog.h"
#include "compiler/pipeline/RecordingTarget.h"

#include <fmt/format.h>
#include <llvm/Support/raw_ostream.h>
#include <mlir/IR/Diagnostics.h>
#include <mlir/IR/MLIRContext.h>
#include <mlir/Pass/PassManager.h>

#include <algorithm>
#include <filesystem>

namespace lockstep {

namespace {

using OwnedModule = mlir::OwningOpRef<mlir::ModuleOp>;

/// What passes complain about, as the message of an Error.
class Complaints {
public:
  explicit Complaints(mlir::MLIRContext &context)
      : handler(&context, [this](mlir::Diagnostic &diagnostic) { add(diagnostic); }) {}

  Error error(const std::string &phase) const {
    return {ErrorKind::Model,
            fmt::format("phase {} failed: {}", phase, text.empty() ? "no reason given" : text)};
  }

private:
  void add(mlir::Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error)
      return;
    llvm::raw_string_ostream stream(text);
    if (!text.empty())
      stream << "; ";
    if (!mlir::isa<mlir::UnknownLoc>(diagnostic.getLocation()))
      stream << diagnostic.getLocation() << ": ";
    stream << diagnostic.str();
  }

  std::string text;
  mlir::ScopedDiagnosticHandler handler;
};

/// One compilation on its way through the phases.
class Pipeline {
public:
  explicit Pipeline(const CompileOptions &options)
      : options(options), context(mlir::MLIRContext::Threading::DISABLED), complaints(context),
        log(result, options.stop_after) {}

  Result<Compilation> run(const ModelSource &source) {
    for (auto phase : {&Pipeline::quantize, &Pipeline::import, &Pipeline::toIntegers, &Pipeline::partition,
                       &Pipeline::generate}) {
      if (Status status = (this->*phase)(source); !status)
        return status.error();
      if (stopped)
        break;
    }
    return std::move(result);
  }

private:
  Status quantize(const ModelSource &source) {
    if (!options.calibration)
      return {};
    auto made = source.quantize(*options.calibration, options.quantize, options.import);
    if (!made)
      return made.error();
    quantized = std::move(made->model);
    result.quantization = std::move(made->report);
    log.endOf("quantize");
    return {};
  }

  Status import(const ModelSource &source) {
    const ModelSource &wanted = quantized ? *quantized : source;
    auto imported = wanted.isOnnx() ? importOnnx(*wanted.proto(), options.import, context)
                                    : readMlirModule(wanted.origin(), context);
    if (!imported)
      return Error{imported.error().kind, named(wanted, imported.error().message)};
    module = std::move(*imported);
    return finish("import", *module);
  }

  Status toIntegers(const ModelSource &) {
    if (!options.integer_form)
      return {};
    mlir::PassManager passes(&context);
    addQuantizationPipeline(passes);
    if (mlir::failed(passes.run(*module)))
      return complaints.error("quantized");
    return finish("quantized", *module);
  }

  Status partition(const ModelSource &) {
    targets = targetsOf();
    annotateTargets(*module, targets);
    for (PlacedOperation &place : placedOperations(*module))
      result.places.push_back({place.label, place.operation, place.target, place.reason});
    mergeRegions(*module, targets);
    if (mlir::failed(outlineRegions(*module)))
      return complaints.error("partitioned");
    return finish("partitioned", *module);
  }

  Status generate(const ModelSource &source) {
    record->wants_texts = log.wantsTexts();
    HostOptions host;
    host.triple = options.host_triple;
    auto package =
        generatePieces(*module, targets, std::filesystem::path(source.origin()).filename().string(), host);
    if (!package)
      return Error{package.error().kind, named(source, package.error().message)};
    log.endOf("pieces");
    log.add("of these on mapping, scheduling and emission", record->seconds);
    log.text("mapped", record->mapped);
    log.text("scheduled", record->scheduled);
    log.text("program", record->program);
    result.package = std::move(*package);
    result.package.parameters = options.parameters;
    result.layers = record->layers;
    noteLayers(result.package, result.layers);
    notePlaces(result.package, result.places);
    return {};
  }

  Targets targetsOf() const {
    Targets list;
    if (options.use_accelerator && options.integer_form) {
      list.push_back(makeRecordingAccelerator(options.parameters, record));
      list.push_back(makeOneDnnTarget());
    }
    list.push_back(makeHostTarget());
    return list;
  }

  static std::string named(const ModelSource &source, const std::string &message) {
    return message.find(source.origin()) == 0 ? message : fmt::format("{}: {}", source.origin(), message);
  }

  Status finish(const std::string &phase, mlir::ModuleOp printed) {
    log.endOf(phase);
    log.text(phase, printed);
    stopped = log.isLast(phase);
    return {};
  }

  const CompileOptions &options;
  mlir::MLIRContext context;
  Complaints complaints;
  Compilation result;
  PhaseLog log;
  std::shared_ptr<AcceleratorRecord> record = std::make_shared<AcceleratorRecord>();
  std::optional<ModelSource> quantized;
  OwnedModule module; // after the context: it goes first
  Targets targets;
  bool stopped = false;
};

} // namespace

const std::vector<std::string> &phaseNames() {
  static const std::vector<std::string> names = {"import", "quantized", "partitioned",
                                                 "mapped", "scheduled", "program"};
  return names;
}

Result<Compilation> compileModel(const ModelSource &source, const CompileOptions &options) {
  const std::vector<std::string> &names = phaseNames();
  if (!options.stop_after.empty() && std::find(names.begin(), names.end(), options.stop_after) == names.end())
    return Error{ErrorKind::Usage, fmt::format("phase `{}` is unknown; allowed are {}", options.stop_after,
                                               fmt::join(names, ", "))};
  return Pipeline(options).run(source);
}

Result<Compilation> compileModel(const std::string &file, const CompileOptions &options) {
  auto source = ModelSource::read(file);
  if (!source)
    return source.error();
  return compileModel(*source, options);
}

Result<Compilation> compileModel(const onnx::ModelProto &model, const CompileOptions &options) {
  return compileModel(ModelSource::of(model, model.graph().name().empty() ? "model" : model.graph().name()),
                      options);
}

} // namespace lockstep
