#include "sim/trace/CollectSink.h"
#include "sim/trace/DigestSink.h"
#include "sim/trace/PerfettoTrace.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

using namespace lockstep;

namespace {

InstructionEvent event(Track track, uint64_t index, uint64_t started, uint64_t finished) {
  return {track, index, uint64_t(track) == 0 ? 0u : 1u, 0, started, finished};
}

TEST(DigestSink, DoesNotDependOnTheInterleavingOfTracks) {
  DigestSink a, b;
  a.instruction(event(Track::Load, 0, 1, 5));
  a.instruction(event(Track::Store, 0, 2, 6));
  b.instruction(event(Track::Store, 0, 2, 6));
  b.instruction(event(Track::Load, 0, 1, 5));
  EXPECT_EQ(a.digest(), b.digest());
}

TEST(DigestSink, ChangesWithEveryFieldAndOrder) {
  const auto digestOf = [](std::vector<InstructionEvent> events) {
    DigestSink sink;
    for (const auto &e : events)
      sink.instruction(e);
    return sink.digest();
  };
  const uint64_t base = digestOf({event(Track::Load, 0, 1, 5), event(Track::Load, 1, 2, 6)});
  EXPECT_NE(base, digestOf({event(Track::Load, 0, 1, 5), event(Track::Load, 1, 2, 7)}));
  EXPECT_NE(base, digestOf({event(Track::Load, 1, 2, 6), event(Track::Load, 0, 1, 5)}));
  EXPECT_NE(base, digestOf({event(Track::Load, 0, 1, 5)}));
}

TEST(CollectSink, KeepsEachTrackInOrder) {
  CollectSink sink;
  sink.instruction(event(Track::Load, 0, 1, 5));
  sink.instruction(event(Track::Load, 1, 2, 6));
  sink.burst({Track::StoreBurst, 0, 64, 4, 1, 1, 4, 24});
  EXPECT_EQ(sink.instructions[size_t(Track::Load)].at(1).finished, 6u);
  EXPECT_EQ(sink.bursts[size_t(Track::StoreBurst)].at(0).response, 24u);
}

/// The entries of a trace of two loads that overlap, one of which posts what a store waits for.
std::vector<nlohmann::json> writeTrace() {
  Program program;
  LoadInstruction load;
  load.post_0 = 4; // semaphore 3
  StoreInstruction store;
  store.wait_0 = 4;
  program.instructions = {*encode(load), *encode(store)};
  const std::string file = (std::filesystem::temp_directory_path() / "lockstep_trace_test.json").string();
  auto trace = PerfettoTrace::open(file, program);
  EXPECT_TRUE(bool(trace));
  (*trace)->instruction(event(Track::Load, 0, 10, 30));
  (*trace)->instruction(event(Track::Load, 1, 20, 40));
  (*trace)->instruction(event(Track::Store, 0, 31, 60));
  (*trace)->burst({Track::LoadBurst, 0, 0x1000, 4, 11, 31, 34, 34});
  EXPECT_TRUE(bool((*trace)->finish()));
  std::ifstream stream(file);
  auto json = nlohmann::json::parse(stream);
  std::filesystem::remove(file);
  return json["traceEvents"];
}

std::vector<nlohmann::json> select(const std::string &key, const nlohmann::json &value) {
  std::vector<nlohmann::json> found;
  for (const auto &entry : writeTrace())
    if (entry.contains(key) && entry[key] == value)
      found.push_back(entry);
  return found;
}

TEST(PerfettoTrace, GivesInstructionsThatOverlapTheirOwnLanes) {
  auto loads = select("name", "load");
  ASSERT_EQ(loads.size(), 2u);
  EXPECT_NE(loads[0]["tid"], loads[1]["tid"]);
  EXPECT_EQ(loads[0]["ts"], 10);
  EXPECT_EQ(loads[0]["dur"], 21);
}

TEST(PerfettoTrace, CountsSemaphoresInOrderOfTime) {
  std::vector<std::pair<int, int>> counts;
  for (const auto &entry : select("name", "semaphore 3"))
    counts.emplace_back(entry["ts"], entry["args"]["count"]);
  EXPECT_EQ(counts, (std::vector<std::pair<int, int>>{{31, 1}, {32, 0}, {41, 1}}));
}

TEST(PerfettoTrace, ShowsTheBeatsOfABurst) {
  auto bursts = select("name", "0x1000");
  ASSERT_EQ(bursts.size(), 1u);
  EXPECT_EQ(bursts[0]["ts"], 31);
  EXPECT_EQ(bursts[0]["dur"], 4);
  EXPECT_EQ(bursts[0]["args"]["requested"], 11);
}

TEST(PerfettoTrace, NamesEachTrack) {
  std::vector<std::string> names;
  for (const auto &entry : select("name", "thread_name"))
    names.push_back(entry["args"]["name"]);
  EXPECT_EQ(names, (std::vector<std::string>{"load", "load 2", "store", "load beats"}));
}

TEST(PerfettoTrace, SaysWhichFileCannotBeWritten) {
  auto trace = PerfettoTrace::open("/no/such/folder/trace.json", Program());
  ASSERT_FALSE(bool(trace));
  EXPECT_EQ(trace.error().message, "The trace file /no/such/folder/trace.json cannot be written.");
}

} // namespace
