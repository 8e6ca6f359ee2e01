// The read port and the write port: every burst of the machine, in the order in which memory sees it.
#pragma once

#include "sim/memory/FixedMemory.h"
#include "sim/systemc/RunState.h"
#include "sim/systemc/SocketMemory.h"

#include <tlm>
#include <tlm_utils/simple_initiator_socket.h>

namespace lockstep {

class LoadBlock;
class StoreBlock;

/// Two ways of being exact:
/// - if the target offers its MemoryModel (ModelExtension), bursts are timed when somebody needs to know, up
/// to the present
///   cycle, many in one loop; stores all at once where reads and writes are independent;
/// - with any other target each burst is one b_transport in its very cycle: a read at its request, a write at
/// its last
///   beat, reads first (SocketMemory).
class MemoryPort : public sc_core::sc_module {
public:
  SC_HAS_PROCESS(MemoryPort);
  explicit MemoryPort(sc_core::sc_module_name name);

  tlm_utils::simple_initiator_socket<MemoryPort> socket;

  void connect(LoadBlock &loadBlock, StoreBlock &storeBlock);
  /// Asks the target for its model; forgets all bursts of the run before.
  void reset(RunState &newRun);
  void cancel();

  /// Times all bursts that arrive before the present cycle. To be called by whoever then reads their times.
  void advance();
  /// A fetch is requested in `cycle`, before any load of the same cycle: now, or later if mayFetchAhead()
  /// says so.
  BurstTiming fetch(uint64_t address, uint64_t cycle);
  /// Whether all that a fetch in `cycle` depends on is known: no other fetch comes before it (the caller's
  /// promise), so with `fixed` memory it is enough that the load that requests now will still do so then.
  bool mayFetchAhead(uint64_t cycle);
  /// New bursts may be due from now on.
  void expect();
  /// Whether bursts are timed by the closed forms of `fixed` memory.
  bool isFixed() const { return fixed != nullptr; }
  /// Whether bursts are timed in their very cycle, one by one.
  bool isExact() const { return model == &through_socket; }

private:
  void commitUntil(uint64_t limit);
  void commitInOrder(uint64_t limit);
  void commitPresent();
  void deferCommit();

  RunState *run = nullptr;
  LoadBlock *load = nullptr;
  StoreBlock *store = nullptr;
  SocketMemory through_socket;
  MemoryModel *model = nullptr;
  FixedMemory *fixed = nullptr;
  uint32_t fetch_beats = 1;
  Wakeup due;                // some burst arrives in this cycle
  sc_core::sc_event present; // the same cycle, after fetches have had their turn
};

} // namespace lockstep
