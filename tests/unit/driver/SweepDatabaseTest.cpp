// A sweep's database: nothing lost, nothing run twice, whatever happens to the process.
#include "tests/unit/driver/TemporaryFolder.h"
#include "workloads/driver/sweep/Sweep.h"

#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <set>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace lockstep;

namespace {

std::vector<Row> numberedPoints(int count) {
  std::vector<Row> points;
  for (int i = 0; i < count; ++i)
    points.push_back({{"hw", "tiny"}, {"gemm", {{"m", i}}}});
  return points;
}

int numberOf(const Row &point) { return point["gemm"]["m"].get<int>(); }

/// The numbers of the points that ran to their end, one line each, from any process.
void logRun(const std::string &file, int number) {
  int log = open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0666);
  std::string line = std::to_string(number) + "\n";
  ASSERT_EQ(write(log, line.data(), line.size()), ssize_t(line.size()));
  close(log);
}

std::vector<int> loggedRuns(const std::string &file) {
  std::ifstream stream(file);
  return {std::istream_iterator<int>(stream), {}};
}

Status runLogged(SweepDatabase &database, const std::string &log, const std::function<void(int)> &before) {
  auto work = [&](const Row &point) -> Result<Row> {
    before(numberOf(point));
    logRun(log, numberOf(point));
    if (numberOf(point) == 5)
      return Error{ErrorKind::Parameter, "five is impossible"};
    return Row{{"cycles", 100 + numberOf(point)}};
  };
  return runSweep(
      database, {2, 0}, work, [](const Row &) { return 1; }, [](const Row &, const Result<Row> &) {});
}

/// A process that runs the sweep until its points from `hangAt` on hang, which is logged too.
pid_t startSweepThatHangs(const std::string &file, const std::string &log, const std::string &hanging,
                          int hangAt) {
  pid_t process = fork();
  if (process != 0)
    return process;
  auto database = SweepDatabase::open(file);
  Status status = runLogged(*database, log, [&](int number) {
    if (number >= hangAt)
      logRun(hanging, number);
    while (number >= hangAt)
      pause();
  });
  _exit(status ? 0 : 1);
}

TEST(SweepDatabase, LosesNothingAndRepeatsNothingAfterKillNine) {
  TemporaryFolder folder;
  const std::string file = folder.path("sweep.db"), log = folder.path("log");
  constexpr int total = 20, hangAt = 9;
  {
    auto database = SweepDatabase::open(file);
    ASSERT_TRUE(bool(database)) << database.error().message;
    ASSERT_TRUE(bool(database->addPoints(numberedPoints(total))));
  }
  // When both workers hang, every point before them has been committed.
  pid_t process = startSweepThatHangs(file, log, folder.path("hanging"), hangAt);
  while (loggedRuns(folder.path("hanging")).size() < 2)
    std::this_thread::yield();
  ASSERT_EQ(kill(process, SIGKILL), 0);
  waitpid(process, nullptr, 0);

  auto database = SweepDatabase::open(file);
  ASSERT_TRUE(bool(database)) << database.error().message;
  EXPECT_EQ(database->counts()->running, 0u);
  EXPECT_EQ(database->counts()->pending, uint64_t(total - hangAt));
  ASSERT_TRUE(bool(database->addPoints(numberedPoints(total))));
  ASSERT_TRUE(bool(runLogged(*database, log, [](int) {})));

  EXPECT_EQ(database->counts()->done, uint64_t(total - 1));
  EXPECT_EQ(database->counts()->failed, 1u);
  std::vector<int> runs = loggedRuns(log);
  EXPECT_EQ(runs.size(), size_t(total)) << "a point ran twice or not at all";
  EXPECT_EQ(std::set<int>(runs.begin(), runs.end()).size(), size_t(total));
  auto results = database->results();
  for (const Row &row : *results)
    EXPECT_TRUE(row["state"] == "failed" || row["cycles"] == 100 + row["m"].get<int>()) << row;
}

TEST(SweepDatabase, AddsAPointOnlyOnce) {
  TemporaryFolder folder;
  auto database = SweepDatabase::open(folder.path("sweep.db"));
  ASSERT_TRUE(bool(database->addPoints(numberedPoints(3))));
  ASSERT_TRUE(bool(database->addPoints(numberedPoints(5))));
  EXPECT_EQ(database->counts()->pending, 5u);
}

TEST(SweepDatabase, KeepsTheErrorOfAFailedPointAndRetriesOnDemand) {
  TemporaryFolder folder;
  auto database = SweepDatabase::open(folder.path("sweep.db"));
  ASSERT_TRUE(bool(database->addPoints(numberedPoints(6))));
  ASSERT_TRUE(bool(runLogged(*database, folder.path("log"), [](int) {})));
  EXPECT_EQ((*database->results())[5]["error"], "five is impossible");
  EXPECT_EQ(database->counts()->pending, 0u);
  ASSERT_TRUE(bool(database->retryFailed()));
  EXPECT_EQ(database->counts()->pending, 1u);
}

TEST(SweepDatabase, IsOpenInOneProcessAtATime) {
  TemporaryFolder folder;
  auto first = SweepDatabase::open(folder.path("sweep.db"));
  pid_t process = fork();
  if (process == 0) {
    auto second = SweepDatabase::open(folder.path("sweep.db"));
    _exit(!second && second.error().message.find("in use by another sweep") != std::string::npos ? 0 : 1);
  }
  int status = -1;
  waitpid(process, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(SweepDatabase, RefusesAFileThatIsSomethingElse) {
  TemporaryFolder folder;
  std::ofstream(folder.path("sweep.db")) << std::string(4096, 'x');
  auto database = SweepDatabase::open(folder.path("sweep.db"));
  ASSERT_FALSE(bool(database));
  EXPECT_EQ(database.error().kind, ErrorKind::Usage);
}

} // namespace
