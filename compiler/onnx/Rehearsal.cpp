#include "compiler/onnx/Rehearsal.h"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lockstep {

namespace {

constexpr rlim_t kMaximumSeconds = 300; // of processor time

void limit(int resource, rlim_t most) {
  rlimit limits{};
  if (getrlimit(static_cast<__rlimit_resource_t>(resource), &limits) != 0)
    return;
  limits.rlim_cur = limits.rlim_max == RLIM_INFINITY ? most : std::min(most, limits.rlim_max);
  setrlimit(static_cast<__rlimit_resource_t>(resource), &limits);
}

/// In the copy: a crash ends it without a word.
void becomeQuiet() {
  for (int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT})
    std::signal(signal, SIG_DFL);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_CPU, kMaximumSeconds);
  const int nowhere = open("/dev/null", O_WRONLY);
  dup2(nowhere, STDOUT_FILENO);
  dup2(nowhere, STDERR_FILENO);
}

} // namespace

bool survives(const std::function<void()> &work) {
  const pid_t child = fork();
  if (child < 0)
    return true;
  if (child == 0) {
    becomeQuiet();
    work();
    _exit(0);
  }
  int status = 0;
  while (waitpid(child, &status, 0) < 0)
    if (errno != EINTR)
      return true;
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

} // namespace lockstep
