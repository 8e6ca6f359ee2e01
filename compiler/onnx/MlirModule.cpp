// `.mlir` files as inputs of their own.
#include "compiler/onnx/InlineCalls.h"
#include "compiler/onnx/IrTypes.h"
#include "compiler/onnx/ModuleCheck.h"
#include "compiler/onnx/OnnxImport.h"

#include <fmt/format.h>
#include <mlir/Dialect/Func/IR/FuncOps.h>
#include <mlir/Parser/Parser.h>

#include <filesystem>

namespace lockstep {

namespace {

Error fileError(const std::string &file, const std::string &what) {
  return {ErrorKind::Model, fmt::format("{}: {}", file, what)};
}

Status checkPort(mlir::Type type, const std::string &what) {
  const auto tensor = mlir::dyn_cast<mlir::RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape() || elementTypeOf(tensor.getElementType()).empty())
    return Error{ErrorKind::Model,
                 what + " of @main is not a tensor of static shape with integers or floats"};
  return {};
}

/// An element type that was given must have the IR's width.
Status checkTypeName(mlir::StringAttr name, mlir::Type type, const std::string &what) {
  const mlir::Type element = mlir::cast<mlir::RankedTensorType>(type).getElementType();
  if (irElementType(name.str(), type.getContext()) != element)
    return Error{ErrorKind::Model, fmt::format("{} of @main: {} '{}' is not its element type", what,
                                               kTypeAttribute, name.str())};
  return {};
}

/// Adds what is missing to arguments (or results).
template <typename Get, typename Set>
Status completePorts(mlir::TypeRange types, const std::string &kind, const Get &get, const Set &set) {
  for (unsigned i = 0; i < types.size(); ++i) {
    const std::string what = fmt::format("{} {}", kind, i);
    if (Status status = checkPort(types[i], what); !status)
      return status;
    mlir::Builder builder(types[i].getContext());
    const auto element = mlir::cast<mlir::RankedTensorType>(types[i]).getElementType();
    if (!get(i, kNameAttribute))
      set(i, kNameAttribute, builder.getStringAttr(fmt::format("{}_{}", kind, i)));
    if (!get(i, kTypeAttribute))
      set(i, kTypeAttribute, builder.getStringAttr(elementTypeOf(element)));
    if (Status status = checkTypeName(get(i, kTypeAttribute), types[i], what); !status)
      return status;
  }
  return {};
}

Status namePorts(mlir::func::FuncOp main) {
  Status status = completePorts(
      main.getArgumentTypes(), "input",
      [&](unsigned i, const char *name) { return main.getArgAttrOfType<mlir::StringAttr>(i, name); },
      [&](unsigned i, const char *name, mlir::Attribute value) { main.setArgAttr(i, name, value); });
  if (!status)
    return status;
  return completePorts(
      main.getResultTypes(), "output",
      [&](unsigned i, const char *name) { return main.getResultAttrOfType<mlir::StringAttr>(i, name); },
      [&](unsigned i, const char *name, mlir::Attribute value) { main.setResultAttr(i, name, value); });
}

} // namespace

Result<mlir::OwningOpRef<mlir::ModuleOp>> readMlirModule(const std::string &file,
                                                         mlir::MLIRContext &context) {
  loadImportDialects(context);
  std::error_code failure;
  if (!std::filesystem::is_regular_file(file, failure))
    return fileError(file, "cannot be read");
  ModuleDiagnostics diagnostics(&context);
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::parseSourceFile<mlir::ModuleOp>(file, mlir::ParserConfig(&context));
  if (!module)
    return fileError(file, diagnostics.message("not an MLIR module"));
  auto main = module->lookupSymbol<mlir::func::FuncOp>("main");
  if (!main || main.isExternal() || !main.isPublic())
    return fileError(file, "has no public function @main with a body");
  for (Status status : {inlineCalls(*module, main), namePorts(main)})
    if (!status)
      return fileError(file, status.error().message);
  return module;
}

} // namespace lockstep
