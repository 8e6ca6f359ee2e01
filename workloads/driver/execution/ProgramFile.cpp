#include "workloads/driver/execution/ProgramFile.h"

#include <fmt/format.h>

#include <filesystem>

namespace lockstep {

Result<Program> loadProgramFile(const std::string &file) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(file, ignored))
    return Error{ErrorKind::Usage,
                 fmt::format("{}: there is no such program file; `lockstep asm` makes one", file)};
  return readProgram(file);
}

} // namespace lockstep
