#include "workloads/driver/support/WorkerPool.h"

#include <gtest/gtest.h>

#include <csignal>
#include <map>

#include <unistd.h>

using namespace lockstep;

namespace {

const auto nothing = [](size_t) {};

std::map<size_t, Result<Row>> runAll(size_t count, PoolLimits limits, const WorkerPool::Work &work) {
  std::map<size_t, Result<Row>> results;
  WorkerPool(limits).run(
      std::vector<PoolJob>(count, {"a job", 1}), work, nothing,
      [&](size_t index, Result<Row> result) { results.emplace(index, std::move(result)); });
  return results;
}

TEST(WorkerPool, ReturnsEveryRowOnce) {
  auto results = runAll(20, {3, 0}, [](size_t index) { return Row{{"square", index * index}}; });
  ASSERT_EQ(results.size(), 20u);
  for (auto &[index, result] : results)
    EXPECT_EQ((*result)["square"], index * index);
}

TEST(WorkerPool, ReturnsRowsLargerThanAPipe) {
  auto results = runAll(2, {2, 0}, [](size_t) { return Row{{"text", std::string(1 << 20, 'x')}}; });
  EXPECT_EQ((*results.at(1))["text"].get<std::string>().size(), size_t(1) << 20);
}

TEST(WorkerPool, CarriesErrorsWithTheirKind) {
  auto results = runAll(1, {1, 0}, [](size_t) -> Result<Row> { return Error{ErrorKind::Deadlock, "stuck"}; });
  ASSERT_FALSE(bool(results.at(0)));
  EXPECT_EQ(results.at(0).error().kind, ErrorKind::Deadlock);
  EXPECT_EQ(results.at(0).error().message, "stuck");
}

TEST(WorkerPool, NamesTheSignalOfAJobThatDiedAndRunsTheOthers) {
  auto results = runAll(3, {1, 0}, [](size_t index) -> Result<Row> {
    if (index == 1)
      raise(SIGKILL);
    return Row{{"index", index}};
  });
  EXPECT_TRUE(bool(results.at(0)));
  EXPECT_TRUE(bool(results.at(2)));
  ASSERT_FALSE(bool(results.at(1)));
  EXPECT_EQ(results.at(1).error().message, "the process that ran a job ended with signal 9 (Killed)");
}

TEST(WorkerPool, NeverExceedsTheSumOfTheMemoryEstimates) {
  std::vector<PoolJob> jobs = {{"a", 60}, {"b", 60}, {"c", 30}, {"d", 500}, {"e", 10}};
  uint64_t used = 0, running = 0;
  WorkerPool({4, 100}).run(
      jobs, [](size_t) { return Row{}; },
      [&](size_t index) {
        used += jobs[index].memory_bytes;
        ++running;
        EXPECT_TRUE(used <= 100 || running == 1) << jobs[index].label;
      },
      [&](size_t index, Result<Row>) {
        used -= jobs[index].memory_bytes;
        --running;
      });
  EXPECT_EQ(running, 0u);
}

} // namespace
