#include "sim/rtl_engine/SharedModel.h"

#include <dlfcn.h>

namespace lockstep {

Result<std::unique_ptr<SharedModel>> SharedModel::load(const std::filesystem::path &file) {
  void *handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle)
    return Error{ErrorKind::System,
                 "The RTL model " + file.string() + " cannot be loaded: " + dlerror() + "."};
  using Entry = const RtlModelFunctions *();
  auto *entry = reinterpret_cast<Entry *>(dlsym(handle, "lockstepRtlModel"));
  if (!entry || entry()->version != kRtlModelVersion) {
    dlclose(handle);
    return Error{ErrorKind::System, file.string() + " is no RTL model of version " +
                                        std::to_string(kRtlModelVersion) +
                                        "; delete it, and it is built again."};
  }
  return std::unique_ptr<SharedModel>(new SharedModel(handle, entry()));
}

SharedModel::~SharedModel() { dlclose(handle); }

} // namespace lockstep
