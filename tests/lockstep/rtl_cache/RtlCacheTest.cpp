// Verilated models on disk: what a model's name depends on, what a failed build says, and builds of several
// processes at once.
#include "sim/rtl_engine/ModelCache.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace lockstep;
namespace fs = std::filesystem;

namespace {

Parameters tiny() {
  auto parameters = loadParameters("tiny");
  EXPECT_TRUE(bool(parameters));
  return *parameters;
}

/// A folder of its own, and the environment as it was, after each test.
class RtlCache : public ::testing::Test {
protected:
  void SetUp() override {
    folder = fs::temp_directory_path() / ("lockstep_rtl_cache_" + std::to_string(getpid()));
    fs::create_directories(folder / "rtl_copy");
    if (const char *cache = std::getenv("LOCKSTEP_CACHE_DIR"))
      former_cache = cache;
    setenv("LOCKSTEP_CACHE_DIR", (folder / "cache").c_str(), 1);
  }
  void TearDown() override {
    unsetenv("LOCKSTEP_RTL_DIR");
    former_cache.empty() ? unsetenv("LOCKSTEP_CACHE_DIR")
                         : setenv("LOCKSTEP_CACHE_DIR", former_cache.c_str(), 1);
    fs::remove_all(folder);
  }
  void useOwnRtl(const std::string &text) {
    std::ofstream(folder / "rtl_copy" / "lockstep_bench.sv") << text;
    setenv("LOCKSTEP_RTL_DIR", (folder / "rtl_copy").c_str(), 1);
  }
  static std::string keyOf(const Parameters &parameters, const RtlVariant &variant = {}) {
    auto sources = modelSources(parameters, variant);
    EXPECT_TRUE(bool(sources));
    auto key = modelKey(parameters, *sources);
    EXPECT_TRUE(bool(key));
    return *key;
  }

  fs::path folder;
  std::string former_cache;
};

TEST_F(RtlCache, NeedsNoNewModelForAnotherMemoryOrClock) {
  Parameters other = tiny();
  other.memory_model = MemoryModelKind::Dram;
  other.memory_latency_cycles = 100;
  other.dram_cl = 5;
  other.clock_core_mhz = 500;
  other.name = "another";
  EXPECT_EQ(keyOf(tiny()), keyOf(other));
}

TEST_F(RtlCache, NeedsANewModelForEveryStructuralParameter) {
  Parameters deeper = tiny(), wider = tiny();
  deeper.sequencer_queue_depth += 1;
  wider.memory_read_bytes_per_cycle *= 2;
  EXPECT_NE(keyOf(tiny()), keyOf(deeper));
  EXPECT_NE(keyOf(tiny()), keyOf(wider));
}

TEST_F(RtlCache, NeedsANewModelForEveryVariant) {
  RtlVariant variants[5];
  variants[1].assertions = variants[2].trace = variants[3].faults = variants[4].quick_build = true;
  std::vector<std::string> keys;
  for (const RtlVariant &variant : variants)
    keys.push_back(keyOf(tiny(), variant));
  std::sort(keys.begin(), keys.end());
  EXPECT_EQ(std::unique(keys.begin(), keys.end()), keys.end());
}

TEST_F(RtlCache, NeedsANewModelWhenTheRtlChanges) {
  useOwnRtl("module lockstep_bench; endmodule\n");
  const std::string before = keyOf(tiny());
  useOwnRtl("module lockstep_bench;  endmodule\n");
  EXPECT_NE(keyOf(tiny()), before);
}

TEST_F(RtlCache, NamesTheLogAndTheFirstErrorOfAFailedBuild) {
  useOwnRtl("module lockstep_bench; nonsense endmodule\n");
  auto model = cachedModel(tiny(), RtlVariant());
  ASSERT_FALSE(bool(model));
  const std::string message = model.error().message;
  EXPECT_NE(message.find("syntax error"), std::string::npos) << message;
  const size_t begin = message.find("(log: ") + 6, end = message.rfind(')');
  EXPECT_TRUE(fs::exists(message.substr(begin, end - begin))) << message;
}

TEST_F(RtlCache, SaysWhatToDoWithoutTheRtl) {
  setenv("LOCKSTEP_RTL_DIR", "/no/such/folder", 1);
  auto model = cachedModel(tiny(), RtlVariant());
  ASSERT_FALSE(bool(model));
  EXPECT_EQ(model.error().message, "The RTL's folder /no/such/folder does not exist; set LOCKSTEP_RTL_DIR to "
                                   "the folder rtl of the sources.");
}

TEST_F(RtlCache, SaysWhenTheCacheCannotBeWritten) {
  std::ofstream(folder / "file") << "x";
  setenv("LOCKSTEP_CACHE_DIR", (folder / "file").c_str(), 1);
  auto model = cachedModel(tiny(), RtlVariant());
  ASSERT_FALSE(bool(model));
  EXPECT_NE(model.error().message.find("set LOCKSTEP_CACHE_DIR"), std::string::npos);
}

TEST_F(RtlCache, IsBuiltOnceByProcessesThatAskAtTheSameTime) {
  RtlVariant variant;
  variant.quick_build = true;
  testing::internal::CaptureStderr();
  std::vector<pid_t> children;
  for (unsigned i = 0; i < 3; ++i) {
    children.push_back(fork());
    if (children.back() == 0)
      _exit(cachedModel(tiny(), variant) ? 0 : 1);
  }
  for (pid_t child : children) {
    int status = 1;
    waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
  }
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_NE(told.find("building the RTL of tiny (4x4)"), std::string::npos) << told;
  EXPECT_EQ(told.find("building the RTL", told.find("building the RTL") + 1), std::string::npos) << told;
}

} // namespace
