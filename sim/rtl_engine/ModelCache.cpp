#include "sim/rtl_engine/ModelCache.h"

#include "sim/rtl_engine/ModelBuild.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace lockstep {

namespace {

namespace fs = std::filesystem;

fs::path cacheFolder() {
  if (const char *folder = std::getenv("LOCKSTEP_CACHE_DIR"))
    return fs::absolute(folder) / "rtl";
  if (const char *folder = std::getenv("XDG_CACHE_HOME"))
    return fs::absolute(folder) / "lockstep" / "rtl";
  if (const char *home = std::getenv("HOME"))
    return fs::path(home) / ".cache" / "lockstep" / "rtl";
  return fs::temp_directory_path() / "lockstep-cache" / "rtl";
}

/// Held from construction to destruction; other processes (and threads: each opens the file anew) wait.
class FileLock {
public:
  explicit FileLock(const fs::path &file)
      : descriptor(open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666)) {
    if (descriptor >= 0 && flock(descriptor, LOCK_EX) == 0)
      held = true;
  }
  ~FileLock() {
    if (descriptor >= 0)
      close(descriptor);
  }
  FileLock(const FileLock &) = delete;
  FileLock &operator=(const FileLock &) = delete;

  bool held = false;

private:
  int descriptor;
};

void announce(const Parameters &parameters) {
  const int64_t pes = parameters.array_rows * parameters.array_columns;
  const long seconds = 10 + long(pes / 16); // with two processors to itself
  fprintf(stderr, "building the RTL of %s (%ldx%ld), about %ld s; cached afterwards\n",
          parameters.name.c_str(), long(parameters.array_rows), long(parameters.array_columns), seconds);
}

Result<fs::path> build(const ModelSources &sources, const fs::path &entry) {
  const fs::path scratch = entry.string() + ".build", log = entry.string() + ".log";
  std::error_code error;
  fs::remove_all(scratch, error); // what a killed build has left
  if (!fs::create_directories(scratch, error))
    return Error{ErrorKind::System, "The cache folder " + scratch.string() + " cannot be created."};
  if (Status status = buildModel(sources, scratch, log); !status)
    return status.error();
  fs::rename(scratch / "model.so", entry.string() + ".so", error);
  if (error)
    return Error{ErrorKind::System, "The cache entry " + entry.string() + ".so cannot be written."};
  fs::remove_all(scratch, error);
  return fs::path(entry.string() + ".so");
}

} // namespace

Result<fs::path> cachedModel(const Parameters &parameters, const RtlVariant &variant) {
  auto sources = modelSources(parameters, variant);
  if (!sources)
    return sources.error();
  auto key = modelKey(parameters, *sources);
  if (!key)
    return key.error();
  const fs::path entry = cacheFolder() / *key, object = entry.string() + ".so";
  if (fs::exists(object))
    return object;
  std::error_code error;
  fs::create_directories(entry.parent_path(), error);
  FileLock lock(entry.string() + ".lock");
  if (!lock.held)
    return Error{ErrorKind::System, "The RTL cache " + entry.parent_path().string() +
                                        " cannot be written; set LOCKSTEP_CACHE_DIR to a folder that can."};
  if (fs::exists(object)) // built by another process while this one waited
    return object;
  announce(parameters);
  return build(*sources, entry);
}

} // namespace lockstep
