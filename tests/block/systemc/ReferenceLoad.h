// Load and store unit of the reference.
#pragma once

#include "ReferenceUnit.h"

namespace lockstep::reference {

/// One piece of a row, of at most a burst; bytes of each beat.
struct Burst {
  uint64_t address = 0;
  std::vector<uint32_t> beats;
  bool first_of_block = false;
};

/// All bursts of a transfer with the manual's rules, by plain enumeration of bytes.
template <typename Transfer>
std::vector<std::vector<Burst>> rowsOf(const Transfer &t, uint64_t burstBytes, uint64_t beatBytes) {
  std::vector<std::vector<Burst>> rows;
  for (uint64_t i2 = 0; i2 < t.count_2; ++i2)
    for (uint64_t i1 = 0; i1 < t.count_1; ++i1)
      for (uint64_t i0 = 0; i0 < t.count_0; ++i0) {
        const uint64_t begin = t.external_address + i2 * t.external_stride_2 + i1 * t.external_stride_1 +
                               i0 * t.external_stride_0;
        rows.emplace_back();
        for (uint64_t b = 0; b < t.row_bytes; ++b) {
          const uint64_t address = begin + b;
          if (b == 0 || address % burstBytes == 0)
            rows.back().push_back({address, {}, b == 0 && i0 == 0});
          Burst &burst = rows.back().back();
          if (burst.beats.empty() || address % beatBytes == 0)
            burst.beats.push_back(0);
          ++burst.beats.back();
        }
      }
  return rows;
}

class ReferenceLoad : public ReferenceUnit {
public:
  explicit ReferenceLoad(Wires &wires) : ReferenceUnit(wires, Unit::Load) {}

protected:
  bool mayStart() override;
  void start(const Pending &pending) override;
  void work() override;
  std::string workClass() override { return formed ? "busy" : "stall_memory"; }

private:
  struct Beat {
    uint64_t arrival;
    uint32_t bytes;
    bool last_of_burst, first_of_block;
  };
  /// An instruction between its start and done.
  struct Job {
    Instruction instruction;
    uint64_t started;
    uint64_t words_left = 0; // fill
    // load:
    uint32_t chunk = 1;
    std::deque<uint32_t> row_left; // bytes not yet formed into words, by row
    uint32_t held = 0;
    bool transposed = false;
    uint64_t rows_per_block = 0, rows_in_block = 0, block_words = 0, blocks_left = 0;
    std::deque<uint64_t> taken_in; // cycles; blocks that wait to be drained
    std::vector<uint64_t> drained; // cycles of the drains' ends
    uint64_t drain_words = 0;      // of the block that is being drained
    uint64_t blocks_begun = 0;
  };

  void request();
  void unpack();
  void unpackLoad(Job &job);
  void form(Job &job);
  void drain(Job &job);
  bool mayPop(const Job &job) const;
  void done(Job &job);

  std::deque<Burst> to_request;
  uint64_t request_from = 0, front_free = 0;
  std::deque<Beat> beats;
  std::deque<Job> jobs;
  uint64_t slots_used = 0;     // registered
  uint64_t released = 0;       // in this cycle
  uint64_t done_at = kNever;   // the latest done
  std::vector<uint64_t> dones; // of all instructions
  uint64_t num_started = 0, num_bursts = 0;
  bool formed = false; // a word, in this cycle
};

class ReferenceStore : public ReferenceUnit {
public:
  explicit ReferenceStore(Wires &wires) : ReferenceUnit(wires, Unit::Store) {}
  /// Writes whose last beat is in this cycle reach memory after the reads of the cycle.
  void deliver();

protected:
  bool mayStart() override;
  void start(const Pending &pending) override;
  void work() override;
  std::string workClass() override { return word_read ? "busy" : "stall_memory"; }

private:
  struct Word {
    uint32_t begins = 0;                  // bursts
    std::vector<const Burst *> completed; // by beat: the burst that it ends, or null
  };
  struct Sent {
    const Burst *burst;
    uint64_t entered, first = 0, last = 0;
    bool ends_job;
  };
  struct Job {
    bool is_sync;
    uint64_t started;
    std::deque<std::vector<Burst>> rows;
    std::deque<Word> words;
    const Burst *last_burst = nullptr;
    uint64_t response = kNever;
  };

  void readWord();
  void sendBurst();
  void finishJobs();
  static void addWords(Job &job, const std::vector<Burst> &row, uint32_t chunk);

  std::deque<Job> jobs;    // started, not done
  std::deque<Job> history; // keeps bursts alive
  Job *reader = nullptr;
  uint64_t read_from = 0, front_free = 0;
  std::deque<Sent> entering, sending;
  uint64_t send_from = 0, slots_used = 0;
  std::vector<uint64_t> responses; // pending slot releases
  std::vector<uint64_t> dones;
  uint64_t num_started = 0, num_bursts = 0;
  bool word_read = false;
};

} // namespace lockstep::reference
