// Core cycles as SystemC time, and wake-ups of methods at cycles.
#pragma once

#include <systemc>

#include <cstdint>

namespace lockstep {

/// Stands for "not known yet" wherever a cycle is asked for, and for "never".
constexpr uint64_t kUnknownCycle = ~uint64_t{0};

/// One core cycle is 1 ns of SystemC time, whatever the clock of the machine: kernel time only orders what
/// happens. A process elaborates once and runs many programs, so cycle 0 of a run is the kernel time at which
/// the run began.
class CycleClock {
public:
  void restart() {
    tick = sc_core::sc_time(1, sc_core::SC_NS).value();
    base = sc_core::sc_time_stamp().value();
  }
  uint64_t now() const { return (sc_core::sc_time_stamp().value() - base) / tick; }
  sc_core::sc_time duration(uint64_t cycles) const { return sc_core::sc_time::from_value(cycles * tick); }
  /// Rounded up to whole cycles.
  uint64_t cycles(const sc_core::sc_time &time) const { return (time.value() + tick - 1) / tick; }

private:
  uint64_t tick = 1000, base = 0;
};

/// The earliest requested wake-up of one method; later ones are dropped, so a method asks again whenever it
/// runs.
class Wakeup {
public:
  const sc_core::sc_event &event() const { return notified; }

  /// In `cycle`, or in the next delta if that is not in the future.
  void at(uint64_t cycle, const CycleClock &clock) {
    if (cycle >= pending)
      return;
    pending = cycle;
    const uint64_t now = clock.now();
    notified.notify(cycle > now ? clock.duration(cycle - now) : sc_core::SC_ZERO_TIME);
  }
  /// To be called when the method runs.
  void taken() { pending = kUnknownCycle; }
  void cancel() {
    notified.cancel();
    taken();
  }

private:
  sc_core::sc_event notified;
  uint64_t pending = kUnknownCycle;
};

} // namespace lockstep
