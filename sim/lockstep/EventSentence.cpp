#include "sim/lockstep/EventSentence.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace lockstep {

namespace {

const char *const kBefore = "; everything before is equal";

std::string hex(uint64_t value) {
  char text[24];
  snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(value));
  return text;
}

std::string nameOf(const InstructionEvent &event) {
  return std::string(trackName(event.track)) + " " + std::to_string(event.index) + " (instruction " +
         std::to_string(event.instruction) + ")";
}

std::string nameOf(const BurstEvent &event) {
  return std::string(trackName(event.track)) + " " + std::to_string(event.index) + " (address " +
         hex(event.address) + ")";
}

std::string pairText(const std::string &a, const std::string &b, const SideNames &names) {
  return " " + a + " in " + names.first + ", " + b + " in " + names.second;
}

struct Moment {
  const char *what;
  uint64_t first, second; // cycles
};

template <size_t N>
std::optional<Difference> compareMoments(const std::string &name, const std::array<Moment, N> &moments,
                                         const SideNames &names) {
  for (const Moment &moment : moments)
    if (moment.first != moment.second)
      return Difference{std::min(moment.first, moment.second),
                        name + " " + moment.what + " in cycle" +
                            pairText(std::to_string(moment.first), std::to_string(moment.second), names) +
                            kBefore};
  return {};
}

std::optional<Difference> compare(const InstructionEvent &a, const InstructionEvent &b,
                                  const SideNames &names) {
  if (a.instruction != b.instruction)
    return Difference{std::min(a.dispatched, b.dispatched),
                      std::string(trackName(a.track)) + " " + std::to_string(a.index) + " is instruction" +
                          pairText(std::to_string(a.instruction), std::to_string(b.instruction), names) +
                          kBefore};
  return compareMoments<3>(nameOf(a),
                           {{{"was dispatched", a.dispatched, b.dispatched},
                             {"started", a.started, b.started},
                             {"finished", a.finished, b.finished}}},
                           names);
}

std::optional<Difference> compareShape(const BurstEvent &a, const BurstEvent &b, const SideNames &names) {
  const uint64_t cycle = std::min(a.requested, b.requested);
  const std::string burst = std::string(trackName(a.track)) + " " + std::to_string(a.index);
  if (a.address != b.address)
    return Difference{cycle, burst + " asks for address" + pairText(hex(a.address), hex(b.address), names) +
                                 kBefore};
  if (a.beats != b.beats)
    return Difference{cycle, nameOf(a) + " has a length in beats of" +
                                 pairText(std::to_string(a.beats), std::to_string(b.beats), names) + kBefore};
  return {};
}

std::optional<Difference> compare(const BurstEvent &a, const BurstEvent &b, const SideNames &names) {
  if (auto difference = compareShape(a, b, names))
    return difference;
  return compareMoments<4>(nameOf(a),
                           {{{"was requested", a.requested, b.requested},
                             {"had its first beat", a.first_beat, b.first_beat},
                             {"had its last beat", a.last_beat, b.last_beat},
                             {"was answered", a.response, b.response}}},
                           names);
}

} // namespace

const char *trackName(Track track) {
  static const std::array<const char *, kNumTracks> names = {
      "load", "matrix", "vector", "store", "fetch burst", "load burst", "store burst"};
  return names[size_t(track)];
}

Track trackOf(const Event &event) {
  return std::visit([](const auto &e) { return e.track; }, event);
}

uint64_t lastCycleOf(const Event &event) {
  if (const auto *instruction = std::get_if<InstructionEvent>(&event))
    return instruction->finished;
  return std::get<BurstEvent>(event).response;
}

std::optional<Difference> compareEvents(const Event &first, const Event &second, const SideNames &names) {
  if (const auto *a = std::get_if<InstructionEvent>(&first))
    return compare(*a, std::get<InstructionEvent>(second), names);
  return compare(std::get<BurstEvent>(first), std::get<BurstEvent>(second), names);
}

Difference missingEvent(const Event &event, const std::string &owner) {
  if (const auto *e = std::get_if<InstructionEvent>(&event))
    return {e->dispatched, nameOf(*e) + ", dispatched in cycle " + std::to_string(e->dispatched) +
                               " and finished in cycle " + std::to_string(e->finished) + ", is in " + owner +
                               " only" + kBefore};
  const auto &burst = std::get<BurstEvent>(event);
  return {burst.requested, nameOf(burst) + ", requested in cycle " + std::to_string(burst.requested) +
                               ", is in " + owner + " only" + kBefore};
}

} // namespace lockstep
