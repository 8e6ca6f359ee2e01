// The event log as a file for ui.perfetto.dev or chrome://tracing.
#pragma once

#include "hw/program/Program.h"
#include "sim/engine/Events.h"
#include "sim/trace/SemaphoreTimeline.h"

#include <array>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace lockstep {

/// Chrome's JSON trace format, written while the run goes on; one microsecond of the viewer is one cycle. A
/// track for each unit (instructions that overlap in time get lanes of their own), one for the beats of each
/// burst stream, and a counter for each semaphore that the program uses. Slices carry index, place in the
/// program, disassembly and cycles.
class PerfettoTrace final : public EventSink {
public:
  /// Errors: the file cannot be written.
  static Result<std::unique_ptr<PerfettoTrace>> open(const std::string &file, const Program &program);
  ~PerfettoTrace() override;

  void instruction(const InstructionEvent &event) override;
  void burst(const BurstEvent &event) override;

  /// What follows are events of another program, whose cycle 0 is cycle `offset` of the trace.
  void nextProgram(const Program &program, uint64_t offset);
  /// A slice on a track of that name (a layer of a model, say), in cycles of the trace; slices of one track
  /// do not overlap.
  void slice(const std::string &track, const std::string &name, uint64_t begin, uint64_t end);

  /// Ends the file. Errors: the disk is full.
  Status finish();

private:
  struct Label {
    std::string mnemonic, text; // text: disassembly, escaped
    SemaphoreList waits, posts;
  };

  PerfettoTrace(FILE *file, const std::string &name, const Program &program);
  void readLabels(const Program &program);
  void flushSemaphores();
  unsigned laneOf(Track track, uint64_t begin, uint64_t end);
  void nameThread(unsigned thread, const std::string &name);
  void begin();
  void count(unsigned semaphore, uint64_t cycle, int64_t value);

  FILE *file;
  const std::string file_name;
  std::vector<Label> labels;                           // for each instruction of the program
  std::array<std::vector<uint64_t>, kNumTracks> lanes; // cycle from which each lane is free
  std::array<SemaphoreTimeline, kNumSemaphores> semaphores;
  std::map<std::string, unsigned> named_tracks; // threads of slice()
  uint64_t offset = 0;                          // cycle 0 of the program in the trace
  bool first_entry = true;
};

} // namespace lockstep
