#include "compiler/host/ObjectEmitter.h"

#include "compiler/host/ConstantBytes.h"

#include <llvm/ADT/SmallVector.h>
#include <llvm/IR/Constants.h>
#include <llvm/IR/IRBuilder.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/IR/Module.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Passes/PassBuilder.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>
#include <mlir/Target/LLVMIR/Export.h>

#include <mutex>

namespace lockstep {
namespace {

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }
Error refused(std::string message) { return {ErrorKind::Model, std::move(message)}; }

void initializeTargets() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeAllTargetInfos();
    llvm::InitializeAllTargets();
    llvm::InitializeAllTargetMCs();
    llvm::InitializeAllAsmPrinters();
  });
}

struct Processor {
  std::string triple, name, features;
};

std::string hostFeatures() {
  std::string text;
  for (const auto &feature : llvm::sys::getHostCPUFeatures())
    text += (text.empty() ? "" : ",") + std::string(feature.second ? "+" : "-") + feature.first().str();
  return text;
}

/// What a triple alone promises: the base instruction set, and RISC-V's general-purpose extensions (rv64gc).
Processor processorOf(const std::string &triple) {
  if (triple.empty())
    return {llvm::sys::getProcessTriple(), llvm::sys::getHostCPUName().str(), hostFeatures()};
  const bool riscv = llvm::Triple(triple).isRISCV64();
  return {triple, riscv ? "generic-rv64" : "generic", riscv ? "+m,+a,+f,+d,+c" : ""};
}

Result<std::unique_ptr<llvm::TargetMachine>> machineOf(const HostOptions &options) {
  initializeTargets();
  const Processor processor = processorOf(options.triple);
  std::string reason;
  const llvm::Target *target = llvm::TargetRegistry::lookupTarget(processor.triple, reason);
  if (!target || !llvm::Triple(processor.triple).isOSBinFormatELF())
    return usage("host code for triple `" + processor.triple +
                 "` cannot be made; allowed are ELF targets like x86_64-linux-gnu, aarch64-linux-gnu and "
                 "riscv64-linux-gnu");
  llvm::TargetOptions targetOptions;
  if (llvm::Triple(processor.triple).isRISCV64())
    targetOptions.MCOptions.ABIName = "lp64d";
  std::unique_ptr<llvm::TargetMachine> machine(target->createTargetMachine(
      processor.triple, processor.name, processor.features, targetOptions, llvm::Reloc::PIC_));
  if (!machine)
    return usage("LLVM cannot make code for triple `" + processor.triple + "`");
  return machine;
}

/// Appends a buffer's descriptor: pointer to the allocation, to the data, offset, sizes, strides.
void appendDescriptor(llvm::IRBuilder<> &builder, llvm::Value *pointer, const std::vector<int64_t> &shape,
                      llvm::SmallVectorImpl<llvm::Value *> &arguments) {
  arguments.append({pointer, pointer, builder.getInt64(0)});
  for (int64_t extent : shape)
    arguments.push_back(builder.getInt64(extent));
  for (size_t i = 0; i < shape.size(); ++i) {
    int64_t stride = 1;
    for (size_t inner = i + 1; inner < shape.size(); ++inner)
      stride *= shape[inner];
    arguments.push_back(builder.getInt64(stride));
  }
}

/// void lockstep_f(ptr tensors): loads each pointer and calls the body, which becomes part of it.
void addWrapper(llvm::Module &module, const std::string &bodyName,
                const std::vector<std::vector<int64_t>> &shapes) {
  llvm::Function *body = module.getFunction(bodyName);
  llvm::LLVMContext &context = module.getContext();
  const std::string name = kWrapperPrefix + bodyName.substr(llvm::StringRef(kBodyPrefix).size());
  llvm::Type *pointer = llvm::PointerType::getUnqual(context);
  auto *type = llvm::FunctionType::get(llvm::Type::getVoidTy(context), {pointer}, false);
  auto *wrapper = llvm::Function::Create(type, llvm::Function::ExternalLinkage, name, module);
  llvm::IRBuilder<> builder(llvm::BasicBlock::Create(context, "", wrapper));
  llvm::SmallVector<llvm::Value *> arguments;
  for (size_t i = 0; i < shapes.size(); ++i) {
    llvm::Value *address = builder.CreateConstGEP1_64(pointer, wrapper->getArg(0), i);
    appendDescriptor(builder, builder.CreateLoad(pointer, address), shapes[i], arguments);
  }
  builder.CreateCall(body, arguments);
  builder.CreateRetVoid();
  body->setLinkage(llvm::Function::InternalLinkage);
}

void optimize(llvm::Module &module, llvm::TargetMachine &machine, unsigned level) {
  llvm::LoopAnalysisManager loops;
  llvm::FunctionAnalysisManager functions;
  llvm::CGSCCAnalysisManager components;
  llvm::ModuleAnalysisManager modules;
  // Heavy loops are the library's. Unrolling and interleaving the others triples the time that compiling
  // takes.
  llvm::PipelineTuningOptions tuning;
  tuning.LoopUnrolling = tuning.LoopInterleaving = tuning.SLPVectorization = level > 2;
  llvm::PassBuilder builder(&machine, tuning);
  builder.registerModuleAnalyses(modules);
  builder.registerCGSCCAnalyses(components);
  builder.registerFunctionAnalyses(functions);
  builder.registerLoopAnalyses(loops);
  builder.crossRegisterProxies(loops, functions, components, modules);
  const llvm::OptimizationLevel levels[] = {llvm::OptimizationLevel::O0, llvm::OptimizationLevel::O1,
                                            llvm::OptimizationLevel::O2, llvm::OptimizationLevel::O3};
  const llvm::OptimizationLevel chosen = levels[std::min(level, 3u)];
  (level == 0 ? builder.buildO0DefaultPipeline(chosen) : builder.buildPerModuleDefaultPipeline(chosen))
      .run(module, modules);
}

/// Gives a declaration its bytes. As bytes, not as floats, since these are printed one by one.
bool define(llvm::Module &module, const LargeConstant &constant) {
  llvm::GlobalVariable *declared = module.getGlobalVariable(constant.symbol, true);
  if (!declared)
    return true; // not used any more
  std::optional<std::vector<char>> bytes = constantBytes(constant.value);
  if (!bytes)
    return false;
  auto *value = llvm::ConstantDataArray::getRaw(llvm::StringRef(bytes->data(), bytes->size()), bytes->size(),
                                                llvm::Type::getInt8Ty(module.getContext()));
  auto *defined =
      new llvm::GlobalVariable(module, value->getType(), true, llvm::GlobalValue::PrivateLinkage, value);
  defined->setAlignment(llvm::Align(64));
  defined->takeName(declared);
  declared->replaceAllUsesWith(defined);
  declared->eraseFromParent();
  return true;
}

Result<std::vector<uint8_t>> emit(llvm::Module &module, llvm::TargetMachine &machine) {
  llvm::SmallVector<char, 0> buffer;
  llvm::raw_svector_ostream stream(buffer);
  llvm::legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, llvm::CodeGenFileType::ObjectFile))
    return refused("LLVM cannot write object files for triple `" + machine.getTargetTriple().str() + "`");
  passes.run(module);
  return std::vector<uint8_t>(buffer.begin(), buffer.end());
}

} // namespace

Result<std::vector<uint8_t>> emitObject(mlir::ModuleOp module, const HostExtras &extras,
                                        const HostOptions &options) {
  auto machine = machineOf(options);
  if (!machine)
    return machine.error();
  llvm::LLVMContext context;
  std::unique_ptr<llvm::Module> translated = mlir::translateModuleToLLVMIR(module, context, "host");
  if (!translated)
    return refused("LLVM's translation refuses the module");
  translated->setTargetTriple((*machine)->getTargetTriple().str());
  translated->setDataLayout((*machine)->createDataLayout());
  for (const auto &[function, shapes] : extras.shapes)
    addWrapper(*translated, function, shapes);
  optimize(*translated, **machine, options.optimization_level);
  for (const LargeConstant &constant : extras.constants)
    if (!define(*translated, constant))
      return refused("the values of constant `" + constant.symbol + "` are not at hand");
  return emit(*translated, **machine);
}

} // namespace lockstep
