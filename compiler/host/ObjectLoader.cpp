// Objects to callable functions, by LLVM's run-time linker.
#include "compiler/host/HostModule.h"
#include "compiler/host/Lowering.h"
#include "compiler/host/RuntimeSymbols.h"

#include <llvm/ExecutionEngine/Orc/LLJIT.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/TargetParser/Host.h>

#include <map>
#include <mutex>

namespace lockstep {
namespace {

Error program(std::string message) { return {ErrorKind::Program, std::move(message)}; }

std::string textOf(llvm::Error error) { return llvm::toString(std::move(error)); }

using Function = void (*)(void *const *);

class LoadedObject final : public HostModule {
public:
  explicit LoadedObject(std::unique_ptr<llvm::orc::LLJIT> linker) : linker(std::move(linker)) {}

  Status call(const std::string &name, const std::vector<const Tensor *> &inputs,
              const std::vector<Tensor *> &outputs) override {
    Result<Function> function = find(name);
    if (!function)
      return function.error();
    std::vector<void *> tensors;
    for (const Tensor *input : inputs)
      tensors.push_back(const_cast<uint8_t *>(input->bytes.data()));
    for (Tensor *output : outputs)
      tensors.push_back(output->bytes.data());
    (*function)(tensors.data());
    return {};
  }

  Status add(std::unique_ptr<llvm::MemoryBuffer> object) {
    // The reports name the symbols that are missing; what comes back from a look-up only says that it failed.
    linker->getExecutionSession().setErrorReporter(
        [this](llvm::Error error) { reason += (reason.empty() ? "" : "; ") + textOf(std::move(error)); });
    if (llvm::Error error = linker->getMainJITDylib().define(llvm::orc::absoluteSymbols(libraryFunctions())))
      return notLinked(std::move(error));
    if (llvm::Error error = linker->addObjectFile(std::move(object)))
      return notLinked(std::move(error));
    return {};
  }

  /// Links: everything that the object refers to must be defined. Errors (Program): what is not.
  Status resolve(const std::vector<std::string> &names) {
    for (const std::string &name : names) {
      auto address = linker->lookup(kWrapperPrefix + name);
      if (!address)
        return notLinked(address.takeError());
      functions[name] = address->toPtr<Function>();
    }
    return {};
  }

private:
  Result<Function> find(const std::string &name) const {
    auto found = functions.find(name);
    if (found == functions.end())
      return Error{ErrorKind::Usage, "the host object has no function `" + name + "`"};
    return found->second;
  }

  llvm::orc::SymbolMap libraryFunctions() {
    llvm::orc::SymbolMap symbols;
    for (const auto &[name, address] : runtimeSymbols())
      symbols[linker->mangleAndIntern(name)] = {llvm::orc::ExecutorAddr::fromPtr(address),
                                                llvm::JITSymbolFlags::Exported};
    return symbols;
  }

  Error notLinked(llvm::Error error) const {
    const std::string text = textOf(std::move(error));
    return program("the host object cannot be linked: " + (reason.empty() ? text : reason));
  }

  std::string reason; // outlives the linker, which writes it
  std::map<std::string, Function> functions;
  std::unique_ptr<llvm::orc::LLJIT> linker;
};

/// Names of the wrappers, without prefix. Errors: not an object, or another machine's.
Result<std::vector<std::string>> functionNames(llvm::MemoryBufferRef buffer) {
  auto object = llvm::object::ObjectFile::createObjectFile(buffer);
  if (!object)
    return program("the host object cannot be read: " + textOf(object.takeError()));
  const llvm::Triple here(llvm::sys::getProcessTriple());
  if ((*object)->getArch() != here.getArch() || !(*object)->isELF() || !(*object)->isRelocatableObject())
    return program("the host object is for " + llvm::Triple::getArchTypeName((*object)->getArch()).str() +
                   ", this machine is " + here.getArchName().str());
  std::vector<std::string> names;
  for (const llvm::object::SymbolRef &symbol : (*object)->symbols()) {
    auto name = symbol.getName();
    auto flags = symbol.getFlags();
    if (!name || !flags) {
      llvm::consumeError(name.takeError());
      llvm::consumeError(flags.takeError());
      return program("the host object's symbols cannot be read");
    }
    constexpr uint32_t wanted = llvm::object::SymbolRef::SF_Global;
    if ((*flags & wanted) && !(*flags & llvm::object::SymbolRef::SF_Undefined) &&
        name->starts_with(kWrapperPrefix))
      names.push_back(name->drop_front(llvm::StringRef(kWrapperPrefix).size()).str());
  }
  return names;
}

Result<std::unique_ptr<llvm::orc::LLJIT>> makeLinker() {
  static std::once_flag once;
  std::call_once(once, [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
  });
  auto linker = llvm::orc::LLJITBuilder().setPlatformSetUp(llvm::orc::setUpInactivePlatform).create();
  if (!linker)
    return program("no run-time linker: " + textOf(linker.takeError()));
  return std::move(*linker);
}

} // namespace

Result<std::unique_ptr<HostModule>> loadHostObject(const std::vector<uint8_t> &object) {
  auto buffer = llvm::MemoryBuffer::getMemBufferCopy(
      llvm::StringRef(reinterpret_cast<const char *>(object.data()), object.size()), "host object");
  Result<std::vector<std::string>> names = functionNames(*buffer);
  if (!names)
    return names.error();
  auto linker = makeLinker();
  if (!linker)
    return linker.error();
  auto loaded = std::make_unique<LoadedObject>(std::move(*linker));
  if (Status status = loaded->add(std::move(buffer)); !status)
    return status.error();
  if (Status status = loaded->resolve(*names); !status)
    return status.error();
  return std::unique_ptr<HostModule>(std::move(loaded));
}

} // namespace lockstep
