#include "sim/trace/PerfettoTrace.h"

#include "hw/isa/Assembler.h"

#include <cinttypes>

namespace lockstep {

namespace {

constexpr unsigned kLanesPerTrack = 100; // thread numbers: track * kLanesPerTrack + lane

std::string escaped(const std::string &text) {
  std::string result;
  for (char c : text)
    if (c == '"' || c == '\\')
      result += std::string("\\") + c;
    else if (uint8_t(c) >= 0x20)
      result += c;
  return result;
}

const char *titleOf(Track track) {
  static const char *const titles[] = {"load",        "matrix",     "vector",     "store",
                                       "fetch beats", "load beats", "store beats"};
  return titles[size_t(track)];
}

} // namespace

Result<std::unique_ptr<PerfettoTrace>> PerfettoTrace::open(const std::string &file, const Program &program) {
  FILE *stream = fopen(file.c_str(), "w");
  if (!stream)
    return Error{ErrorKind::System, "The trace file " + file + " cannot be written."};
  return std::unique_ptr<PerfettoTrace>(new PerfettoTrace(stream, file, program));
}

PerfettoTrace::PerfettoTrace(FILE *file, const std::string &name, const Program &program)
    : file(file), file_name(name) {
  readLabels(program);
  fputs("{\"traceEvents\":[\n", file);
}

void PerfettoTrace::readLabels(const Program &program) {
  labels.clear();
  for (const EncodedInstruction &bits : program.instructions) {
    auto instruction = decode(bits);
    if (!instruction) {
      labels.push_back({"illegal", "", {}, {}});
      continue;
    }
    const std::string text = escaped(disassembleInstruction(*instruction));
    labels.push_back({text.substr(0, text.find(' ')), text, waitsOf(*instruction), postsOf(*instruction)});
  }
}

void PerfettoTrace::nextProgram(const Program &program, uint64_t newOffset) {
  flushSemaphores();
  semaphores = {};
  readLabels(program);
  offset = newOffset;
}

PerfettoTrace::~PerfettoTrace() {
  if (file)
    (void)finish();
}

/// Separates entries.
void PerfettoTrace::begin() {
  if (!first_entry)
    fputs(",\n", file);
  first_entry = false;
}

void PerfettoTrace::nameThread(unsigned thread, const std::string &name) {
  begin();
  fprintf(file, R"({"ph":"M","pid":1,"tid":%u,"name":"thread_name","args":{"name":"%s"}})", thread,
          name.c_str());
  begin();
  fprintf(file, R"({"ph":"M","pid":1,"tid":%u,"name":"thread_sort_index","args":{"sort_index":%u}})", thread,
          thread);
}

unsigned PerfettoTrace::laneOf(Track track, uint64_t begin, uint64_t end) {
  std::vector<uint64_t> &free_from = lanes[size_t(track)];
  unsigned lane = 0;
  while (lane < free_from.size() && free_from[lane] > begin)
    ++lane;
  const unsigned thread = unsigned(track) * kLanesPerTrack + lane;
  if (lane == free_from.size()) {
    free_from.push_back(0);
    nameThread(thread, titleOf(track) + (lane ? " " + std::to_string(lane + 1) : std::string()));
  }
  free_from[lane] = end;
  return thread;
}

void PerfettoTrace::slice(const std::string &track, const std::string &name, uint64_t first, uint64_t end) {
  auto [found, isNew] =
      named_tracks.emplace(track, kNumTracks * kLanesPerTrack + unsigned(named_tracks.size()));
  if (isNew)
    nameThread(found->second, escaped(track));
  begin();
  fprintf(file, R"({"ph":"X","pid":1,"tid":%u,"ts":%)" PRIu64 R"(,"dur":%)" PRIu64 R"(,"name":"%s"})",
          found->second, first, end - first, escaped(name).c_str());
}

void PerfettoTrace::instruction(const InstructionEvent &event) {
  InstructionEvent e = event;
  for (uint64_t *cycle : {&e.dispatched, &e.started, &e.finished})
    *cycle += offset;
  const uint64_t end = e.finished + 1; // busy in the cycle of the finish too
  const unsigned thread = laneOf(e.track, e.started, end);
  static const Label unknown{"unknown", "", {}, {}};
  const Label &label = e.instruction < labels.size() ? labels[e.instruction] : unknown;
  begin();
  fprintf(file,
          R"({"ph":"X","pid":1,"tid":%u,"ts":%)" PRIu64 R"(,"dur":%)" PRIu64
          R"(,"name":"%s","args":{"index":%)" PRIu64 R"(,"instruction":%)" PRIu64 R"(,"dispatched":%)" PRIu64
          R"(,"started":%)" PRIu64 R"(,"finished":%)" PRIu64 R"(,"text":"%s"}})",
          thread, e.started, end - e.started, label.mnemonic.c_str(), e.index, e.instruction, e.dispatched,
          e.started, e.finished, label.text.c_str());
  for (unsigned i = 0; i < label.waits.count; ++i) {
    const unsigned id = label.waits.ids[i];
    semaphores[id].wait(e.started + 1, [&](uint64_t cycle, int64_t value) { count(id, cycle, value); });
  }
  for (unsigned i = 0; i < label.posts.count; ++i) {
    const unsigned id = label.posts.ids[i];
    semaphores[id].post(e.finished + 1, [&](uint64_t cycle, int64_t value) { count(id, cycle, value); });
  }
}

void PerfettoTrace::burst(const BurstEvent &event) {
  BurstEvent e = event;
  for (uint64_t *cycle : {&e.requested, &e.first_beat, &e.last_beat, &e.response})
    *cycle += offset;
  const unsigned thread = laneOf(e.track, e.first_beat, e.last_beat + 1);
  begin();
  fprintf(file,
          R"({"ph":"X","pid":1,"tid":%u,"ts":%)" PRIu64 R"(,"dur":%)" PRIu64 R"(,"name":"0x%)" PRIx64
          R"(","args":{"index":%)" PRIu64 R"(,"beats":%u,"requested":%)" PRIu64 R"(,"first_beat":%)" PRIu64
          R"(,"last_beat":%)" PRIu64 R"(,"response":%)" PRIu64 "}}",
          thread, e.first_beat, e.last_beat + 1 - e.first_beat, e.address, e.index, e.beats, e.requested,
          e.first_beat, e.last_beat, e.response);
}

void PerfettoTrace::count(unsigned semaphore, uint64_t cycle, int64_t value) {
  begin();
  fprintf(file,
          R"({"ph":"C","pid":1,"ts":%)" PRIu64 R"(,"name":"semaphore %u","args":{"count":%)" PRId64 "}}",
          cycle, semaphore, value);
}

void PerfettoTrace::flushSemaphores() {
  for (unsigned id = 0; id < kNumSemaphores; ++id)
    semaphores[id].flush([&](uint64_t cycle, int64_t value) { count(id, cycle, value); });
}

Status PerfettoTrace::finish() {
  flushSemaphores();
  fputs("\n]}\n", file);
  const bool failed = ferror(file) != 0;
  const bool closed = fclose(file) == 0;
  file = nullptr;
  if (failed || !closed)
    return Error{ErrorKind::System, "The trace file " + file_name + " could not be written completely."};
  return {};
}

} // namespace lockstep
