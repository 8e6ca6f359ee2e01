#include "compiler/onnx/OnnxImport.h"

#include "compiler/onnx/GraphImporter.h"
#include "compiler/onnx/IrTypes.h"
#include "compiler/onnx/ModuleCheck.h"
#include "compiler/onnx/OnnxModel.h"
#include "compiler/onnx/RecurrentCall.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>

#include <unordered_set>

namespace lockstep {

namespace {

Error modelError(const std::string &what) { return {ErrorKind::Model, what}; }

/// An argument or result of @main.
struct Port {
  std::string name, element_type;
  mlir::RankedTensorType type;
};

/// The extents that a user gives, or the model's own with a symbolic batch of 1.
Result<std::vector<int64_t>> shapeOfInput(const onnx::ValueInfoProto &input, const ImportOptions &options) {
  const onnx::TypeProto_Tensor &type = input.type().tensor_type();
  const auto given = options.input_shapes.find(input.name());
  if (given == options.input_shapes.end() && !type.has_shape())
    return modelError(fmt::format("input '{}' has no shape in the model: give one", input.name()));
  std::vector<int64_t> shape;
  if (given != options.input_shapes.end())
    shape.assign(given->second.begin(), given->second.end());
  if (given != options.input_shapes.end() && type.has_shape() &&
      type.shape().dim_size() != static_cast<int>(shape.size()))
    return modelError(fmt::format("input '{}': shape {} is given, but the model has {} extents", input.name(),
                                  shapeText(given->second), type.shape().dim_size()));
  for (int i = 0; i < type.shape().dim_size(); ++i) {
    const auto &dim = type.shape().dim(i);
    if (given != options.input_shapes.end()) {
      if (dim.has_dim_value() && dim.dim_value() != shape[i])
        return modelError(fmt::format("input '{}': extent {} is {}, but {} is given", input.name(), i,
                                      dim.dim_value(), shape[i]));
    } else if (dim.has_dim_value()) {
      shape.push_back(dim.dim_value());
    } else if (i == 0) {
      shape.push_back(1);
    } else {
      return modelError(fmt::format("input '{}': extent {} ('{}') is open: give a shape", input.name(), i,
                                    dim.dim_param()));
    }
  }
  return shape;
}

/// From one model to one module.
class ModelImport {
public:
  ModelImport(const onnx::ModelProto &model, const ImportOptions &options, mlir::MLIRContext &context)
      : model(model), options(options), builder(&context),
        module(mlir::ModuleOp::create(mlir::NameLoc::get(builder.getStringAttr(model.graph().name())))) {}

  Result<mlir::OwningOpRef<mlir::ModuleOp>> run() {
    ModuleDiagnostics diagnostics(builder.getContext());
    if (Status status = checkOptions(); !status)
      return status.error();
    for (auto step : {&ModelImport::importMain, &ModelImport::readStateBits, &ModelImport::readCellBits})
      if (Status status = (this->*step)(); !status)
        return status.error();
    if (Status status = diagnostics.verify(*module); !status)
      return status.error();
    return std::move(module);
  }

private:
  Status checkOptions() const {
    std::unordered_set<std::string> names;
    for (const onnx::ValueInfoProto &input : model.graph().input())
      names.insert(input.name());
    for (const auto &[name, shape] : options.input_shapes)
      if (!names.count(name))
        return unknownInput(name);
    for (const auto &[name, tensor] : options.bound_inputs)
      if (!names.count(name))
        return unknownInput(name);
    return {};
  }

  Error unknownInput(const std::string &name) const {
    std::vector<std::string> names;
    for (const onnx::ValueInfoProto &input : model.graph().input())
      names.push_back(input.name());
    return modelError(
        fmt::format("the model has no input '{}', its inputs are: {}", name, fmt::join(names, ", ")));
  }

  Opsets opsets() const {
    Opsets result;
    for (const onnx::OperatorSetIdProto &opset : model.opset_import())
      result[opset.domain() == "ai.onnx" ? "" : opset.domain()] = static_cast<int>(opset.version());
    return result;
  }

  Status importMain() {
    if (Status status = collectArguments(); !status)
      return status;
    llvm::SmallVector<mlir::Type> types;
    for (const Port &argument : arguments)
      types.push_back(argument.type);
    builder.setInsertionPointToEnd(module->getBody());
    main = builder.create<mlir::func::FuncOp>(module->getLoc(), "main", builder.getFunctionType(types, {}));
    mlir::Block *entry = main.addEntryBlock();
    builder.setInsertionPointToStart(entry);

    ImportScope scope;
    GraphImporter importer(builder, *entry, opsets());
    if (Status status = importer.importInitializers(model.graph(), scope); !status)
      return status;
    for (size_t i = 0; i < arguments.size(); ++i) {
      nameArgument(i);
      scope.bind(arguments[i].name,
                 {{main.getArgument(static_cast<unsigned>(i)), arguments[i].element_type}, nullptr, ""});
    }
    for (const auto &[name, tensor] : options.bound_inputs)
      scope.bind(name, {{nullptr, tensor.element_type}, std::make_shared<Tensor>(tensor), ""});
    if (Status status = importer.importNodes(model.graph(), scope); !status)
      return status;
    return importResults(importer, scope);
  }

  /// The entry kStateBitsKey of the model's metadata.
  Status readStateBits() {
    for (const onnx::StringStringEntryProto &entry : model.metadata_props()) {
      if (entry.key() != kStateBitsKey)
        continue;
      if (entry.value() != "8" && entry.value() != "16")
        return modelError(
            fmt::format("the model's metadata has {} '{}', allowed: 8, 16", kStateBitsKey, entry.value()));
      if (entry.value() == "8")
        narrowStates(*module);
    }
    return {};
  }

  /// The entries kCellBitsKey.
  Status readCellBits() {
    for (const onnx::StringStringEntryProto &entry : model.metadata_props()) {
      const llvm::StringRef key(entry.key());
      if (!key.starts_with(kCellBitsKey))
        continue;
      int64_t bits = 0;
      if (llvm::StringRef(entry.value()).getAsInteger(10, bits) || bits < 8 || bits > 12)
        return modelError(
            fmt::format("the model's metadata has {} '{}', allowed: 8 to 12", entry.key(), entry.value()));
      setCellBits(*module, entry.key().substr(std::string(kCellBitsKey).size()), bits);
    }
    return {};
  }

  Status collectArguments() {
    std::unordered_set<std::string> constants;
    for (const onnx::TensorProto &tensor : model.graph().initializer())
      constants.insert(tensor.name());
    for (const onnx::ValueInfoProto &input : model.graph().input()) {
      if (options.bound_inputs.count(input.name()))
        if (Status status = checkBound(input); !status)
          return status;
      if (constants.count(input.name()) || options.bound_inputs.count(input.name()))
        continue;
      const std::string type = elementTypeName(input.type().tensor_type().elem_type());
      if (!input.type().has_tensor_type() || type.empty())
        return modelError(
            fmt::format("input '{}' is not supported: it is not a tensor of numbers", input.name()));
      Result<std::vector<int64_t>> shape = shapeOfInput(input, options);
      if (!shape)
        return shape.error();
      arguments.push_back({input.name(), type, irType(type, *shape, builder.getContext())});
    }
    return {};
  }

  Status checkBound(const onnx::ValueInfoProto &input) const {
    const Tensor &tensor = options.bound_inputs.at(input.name());
    const std::string type = elementTypeName(input.type().tensor_type().elem_type());
    if (tensor.element_type != type)
      return modelError(fmt::format("input '{}' is {}, but a value of {} is given", input.name(), type,
                                    tensor.element_type));
    return {};
  }

  void nameArgument(size_t index) {
    const auto i = static_cast<unsigned>(index);
    main.setArgAttr(i, kNameAttribute, builder.getStringAttr(arguments[index].name));
    main.setArgAttr(i, kTypeAttribute, builder.getStringAttr(arguments[index].element_type));
  }

  Status importResults(GraphImporter &importer, ImportScope &scope) {
    std::vector<Port> ports;
    llvm::SmallVector<mlir::Value> values;
    const auto add = [&](const std::string &name, const onnx::TypeProto *declared) -> Status {
      Result<ImportedValue> value = importer.valueOf(name, scope);
      if (!value)
        return modelError(fmt::format("output '{}' cannot be computed: {}", name, value.error().message));
      if (declared)
        if (Status status = checkDeclared(name, *value, *declared); !status)
          return status;
      ports.push_back({name, value->element_type, value->type()});
      values.push_back(value->value);
      return {};
    };
    for (const onnx::ValueInfoProto &output : model.graph().output())
      if (Status status = add(output.name(), &output.type()); !status)
        return status;
    for (const std::string &name : options.extra_outputs)
      if (Status status = add(name, nullptr); !status)
        return status;
    finish(ports, values);
    return {};
  }

  static Status checkDeclared(const std::string &name, const ImportedValue &value,
                              const onnx::TypeProto &declared) {
    const std::string type = elementTypeName(declared.tensor_type().elem_type());
    const std::optional<std::vector<int64_t>> shape = staticShape(declared);
    if ((type.empty() || type == value.element_type) && (!shape || llvm::ArrayRef(*shape) == value.shape()))
      return {};
    return modelError(fmt::format("output '{}' is {} [{}], but the model declares {} [{}]", name,
                                  value.element_type, fmt::join(value.shape(), ", "), type,
                                  fmt::join(shape.value_or(std::vector<int64_t>()), ", ")));
  }

  void finish(const std::vector<Port> &ports, llvm::ArrayRef<mlir::Value> values) {
    builder.create<mlir::func::ReturnOp>(main.getLoc(), values);
    llvm::SmallVector<mlir::Type> types;
    for (const Port &port : ports)
      types.push_back(port.type);
    main.setType(builder.getFunctionType(main.getArgumentTypes(), types));
    for (unsigned i = 0; i < ports.size(); ++i) {
      main.setResultAttr(i, kNameAttribute, builder.getStringAttr(ports[i].name));
      main.setResultAttr(i, kTypeAttribute, builder.getStringAttr(ports[i].element_type));
    }
  }

  const onnx::ModelProto &model;
  const ImportOptions &options;
  mlir::OpBuilder builder;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  mlir::func::FuncOp main;
  std::vector<Port> arguments;
};

} // namespace

Result<mlir::OwningOpRef<mlir::ModuleOp>>
importOnnx(const onnx::ModelProto &model, const ImportOptions &options, mlir::MLIRContext &context) {
  loadImportDialects(context);
  return ModelImport(model, options, context).run();
}

} // namespace lockstep
