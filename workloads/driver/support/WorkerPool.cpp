#include "workloads/driver/support/WorkerPool.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fstream>
#include <list>
#include <thread>

#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace lockstep {

namespace {

struct Worker {
  size_t index;
  pid_t process;
  int pipe;
  std::string received;
};

/// Free memory of the host as Linux estimates it, in bytes; 0 if unknown.
uint64_t availableBytes() {
  std::ifstream stream("/proc/meminfo");
  std::string key;
  for (uint64_t kilobytes; stream >> key >> kilobytes; stream.ignore(64, '\n'))
    if (key == "MemAvailable:")
      return kilobytes * 1024;
  return 0;
}

uint64_t defaultMemoryLimit() {
  constexpr uint64_t most = uint64_t(6) << 30;
  uint64_t available = availableBytes();
  return available == 0 ? most : std::min(most, available / 4 * 3);
}

void writeAll(int pipe, const std::string &text) {
  for (size_t done = 0; done < text.size();) {
    ssize_t count = ::write(pipe, text.data() + done, text.size() - done);
    if (count < 0 && errno != EINTR)
      _exit(3);
    done += count > 0 ? size_t(count) : 0;
  }
}

std::string encode(const Result<Row> &result) {
  if (result)
    return Row{{"row", *result}}.dump();
  return Row{{"kind", int(result.error().kind)}, {"message", result.error().message}}.dump();
}

Result<Row> decode(const std::string &text) {
  Row reply = Row::parse(text, nullptr, false);
  if (reply.is_discarded())
    return Error{ErrorKind::System, "a worker's reply was cut off"};
  if (reply.contains("row"))
    return Row(reply["row"]);
  return Error{ErrorKind(reply["kind"].get<int>()), reply["message"].get<std::string>()};
}

[[noreturn]] void runChild(const WorkerPool::Work &work, size_t index, int pipe, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent)
    _exit(3);
  writeAll(pipe, encode(work(index)));
  _exit(0); // no destructors: they belong to the parent
}

Result<Worker> startWorker(const WorkerPool::Work &work, size_t index) {
  int ends[2];
  if (pipe(ends) != 0)
    return Error{ErrorKind::System, fmt::format("no pipe for a worker: {}", std::strerror(errno))};
  fflush(nullptr); // a child must not print its parent's text again
  pid_t parent = getpid(), process = fork();
  if (process == 0) {
    close(ends[0]);
    runChild(work, index, ends[1], parent);
  }
  close(ends[1]);
  if (process > 0)
    return Worker{index, process, ends[0], {}};
  close(ends[0]);
  return Error{ErrorKind::System, fmt::format("no process for a worker: {}", std::strerror(errno))};
}

Result<Row> finishWorker(const Worker &worker, const std::string &label) {
  close(worker.pipe);
  int status = 0;
  while (waitpid(worker.process, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
    return decode(worker.received);
  std::string how = WIFSIGNALED(status)
                        ? fmt::format("signal {} ({})", WTERMSIG(status), strsignal(WTERMSIG(status)))
                        : fmt::format("exit code {}", WEXITSTATUS(status));
  return Error{ErrorKind::System, fmt::format("the process that ran {} ended with {}", label, how)};
}

/// Waits until a worker says something; true if one of them has closed its pipe, which `ended` then names.
bool receive(std::list<Worker> &workers, std::list<Worker>::iterator &ended) {
  std::vector<pollfd> polled;
  for (const Worker &worker : workers)
    polled.push_back({worker.pipe, POLLIN, 0});
  if (poll(polled.data(), polled.size(), -1) < 0)
    return false;
  auto worker = workers.begin();
  for (const pollfd &entry : polled) {
    char buffer[65536];
    ssize_t count = entry.revents ? ::read(entry.fd, buffer, sizeof buffer) : -1;
    if (count > 0)
      worker->received.append(buffer, size_t(count));
    if (count == 0) {
      ended = worker;
      return true;
    }
    ++worker;
  }
  return false;
}

} // namespace

WorkerPool::WorkerPool(PoolLimits given) : limits(given) {
  if (limits.jobs == 0)
    limits.jobs = std::max(1u, std::thread::hardware_concurrency());
  if (limits.memory_bytes == 0)
    limits.memory_bytes = defaultMemoryLimit();
}

void WorkerPool::run(const std::vector<PoolJob> &jobs, const Work &work, const OnStart &onStart,
                     const OnDone &onDone) {
  std::list<Worker> workers;
  uint64_t usedBytes = 0;
  for (size_t next = 0; next < jobs.size() || !workers.empty();) {
    bool fits = next < jobs.size() && workers.size() < limits.jobs &&
                (workers.empty() || usedBytes + jobs[next].memory_bytes <= limits.memory_bytes);
    if (fits) {
      onStart(next);
      if (auto worker = startWorker(work, next)) {
        workers.push_back(*worker);
        usedBytes += jobs[next].memory_bytes;
      } else {
        onDone(next, worker.error());
      }
      ++next;
      continue;
    }
    auto ended = workers.end();
    if (!receive(workers, ended))
      continue;
    Worker worker = std::move(*ended);
    workers.erase(ended);
    usedBytes -= jobs[worker.index].memory_bytes;
    onDone(worker.index, finishWorker(worker, jobs[worker.index].label));
  }
}

} // namespace lockstep
