// The race detector against the definition: every pair of instructions, order by reachability in the graph of
// starts and finishes. Slow, and without vector clocks, histories or intervals per bank.
#include "hw/check/Footprint.h"
#include "hw/check/ProgramCheck.h"
#include "tests/unit/races/Weakened.h"

#include <gtest/gtest.h>

#include <deque>
#include <map>
#include <optional>

namespace lockstep {
namespace {

struct Executed {
  uint64_t index;
  Unit unit;
  Footprint footprint;
};

class Reference {
public:
  explicit Reference(const Program &program) : program(program) { walk(); }

  /// The first instruction that races with an earlier one, in program order; with the rules that it breaks.
  std::optional<std::pair<uint64_t, std::string>> firstRace() {
    for (size_t y = 0; y < list.size(); ++y) {
      std::string rules;
      for (size_t x = 0; x < y; ++x)
        if (list[x].unit != list[y].unit && !ordered(x, y))
          rules += brokenRules(list[x].footprint, list[y].footprint);
      if (!rules.empty())
        return std::make_pair(list[y].index, rules);
    }
    return std::nullopt;
  }

private:
  size_t start(size_t i) const { return 2 * i; }
  size_t finish(size_t i) const { return 2 * i + 1; }
  void edge(size_t from, size_t to) { before[to].push_back(from); }

  void walk() {
    const auto decoded = decodeProgram(program);
    Walker walker(*decoded, program.arguments);
    std::map<Unit, size_t> last;
    std::map<unsigned, std::deque<size_t>> posts;
    while (true) {
      const auto item = walker.next();
      if (!*item)
        break;
      const size_t i = list.size();
      const Instruction &instruction = *(*item)->instruction;
      list.push_back({(*item)->index, (*item)->unit, footprintOf(instruction, program.parameters)});
      before.resize(2 * list.size());
      edge(start(i), finish(i));
      if (last.count((*item)->unit)) {
        edge(start(last[(*item)->unit]), start(i));
        edge(finish(last[(*item)->unit]), finish(i));
      }
      last[(*item)->unit] = i;
      const SemaphoreList waits = waitsOf(instruction), posted = postsOf(instruction);
      for (unsigned w = 0; w < waits.count; ++w) {
        edge(finish(posts[waits.ids[w]].front()), start(i));
        posts[waits.ids[w]].pop_front();
      }
      for (unsigned p = 0; p < posted.count; ++p)
        posts[posted.ids[p]].push_back(i);
    }
    close();
  }

  /// reached[e]: events that come before e; all edges lead from lower to higher instructions or start to
  /// finish.
  void close() {
    reached.assign(before.size(), std::vector<bool>(before.size()));
    for (size_t i = 0; i < list.size(); ++i)
      for (size_t event : {start(i), finish(i)})
        for (size_t from : before[event]) {
          reached[event][from] = true;
          for (size_t e = 0; e < before.size(); ++e)
            if (reached[from][e])
              reached[event][e] = true;
        }
  }

  bool ordered(size_t x, size_t y) const { return reached[start(y)][finish(x)]; }

  std::string brokenRules(const Footprint &a, const Footprint &b) const {
    std::string rules;
    for (const Access &x : a)
      for (const Access &y : b) {
        if (x.space != y.space)
          continue;
        if (x.space == Space::External) {
          if ((x.writes || y.writes) && mayMeet(x, y))
            rules += "race_c1 ";
          continue;
        }
        // Word by word and bank by bank.
        const int64_t words = x.space == Space::Scratchpad ? program.parameters.scratchpadBankWords()
                                                           : program.parameters.accumulatorBankWords();
        std::vector<bool> bank(1024);
        bool sameWord = false, sameBank = false;
        for (auto w = static_cast<int64_t>(x.low); w <= static_cast<int64_t>(x.high); ++w) {
          bank[static_cast<size_t>(w / words)] = true;
          sameWord = sameWord || (w >= static_cast<int64_t>(y.low) && w <= static_cast<int64_t>(y.high));
        }
        for (auto w = static_cast<int64_t>(y.low); w <= static_cast<int64_t>(y.high); ++w)
          sameBank = sameBank || bank[static_cast<size_t>(w / words)];
        if (sameWord && (x.writes || y.writes))
          rules += "race_c1 ";
        if (sameBank && ((x.reads && y.reads) || (x.writes && y.writes)))
          rules += "race_c2 ";
      }
    return rules;
  }

  const Program &program;
  std::vector<Executed> list;
  std::vector<std::vector<size_t>> before;
  std::vector<std::vector<bool>> reached;
};

TEST(RaceDetector, AgreesWithTheDefinitionOnRandomPrograms) {
  int racy = 0, clean = 0;
  for (uint64_t seed = 0; seed < 400; ++seed) {
    const Program program = weakenedProgram(seed, static_cast<unsigned>(seed % 4));
    RacePair pair;
    const auto report = checkProgram(program, {}, &pair);
    if (!report && report.error().kind != ErrorKind::Race)
      continue; // a share of a semaphore vanished: semaphore_c2
    const auto expected = Reference(program).firstRace();
    ASSERT_EQ(!report, expected.has_value())
        << "seed " << seed << " " << (report ? "" : report.error().message);
    if (report) {
      ++clean;
      continue;
    }
    ++racy;
    EXPECT_EQ(pair.later, expected->first) << "seed " << seed << ": " << report.error().message;
    const std::string rule = report.error().message.substr(0, 7);
    EXPECT_NE(expected->second.find(rule), std::string::npos)
        << "seed " << seed << ": " << report.error().message;
  }
  EXPECT_GT(racy, 50);
  EXPECT_GT(clean, 50);
}

} // namespace
} // namespace lockstep
