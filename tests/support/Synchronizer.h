// Puts semaphores into a program until no race is left.
#pragma once

#include "tests/support/ProgramTree.h"
#include "tests/support/Random.h"

#include <optional>
#include <vector>

namespace lockstep {

/// Orders pairs of instructions by posts and waits that keep the semaphore rules by construction: an edge
/// lies in the innermost block that holds both. Forward, the first posts at its finish and the second waits.
/// Backward (the first stands later in a loop's body), the loop begins with credits: posts before it, waits
/// that drain them after it.
class Synchronizer {
public:
  Synchronizer(ProgramBlock &root, uint64_t firstFreeId, Random &random)
      : root(root), nextId(firstFreeId), random(random) {}

  /// Makes every execution of `earlier` finish before the executions of `later` that follow it. The two are
  /// unit instructions of different units. False: no semaphore is left, or very many edges are there already.
  bool order(const ProgramPath &earlier, const ProgramPath &later);

private:
  struct Edge {
    unsigned semaphore = 0;
    Unit poster{}, waiter{};
    uint64_t block = 0;        // id of the loop whose body it lies in, 0 for the root
    uint64_t from = 0, to = 0; // ids of the two nodes of the block
    bool forward = true;
  };

  bool orderForward(ProgramBlock &block, uint64_t blockId, size_t first, size_t second, Unit poster,
                    Unit waiter);
  bool orderBackward(ProgramBlock &parent, size_t loop, size_t first, size_t second, Unit poster,
                     Unit waiter);
  std::optional<unsigned> fresh();
  std::optional<unsigned> shared(const ProgramBlock &block, const Edge &wanted);
  bool fits(const ProgramBlock &block, const Edge &edge, const Edge &wanted) const;

  void putWait(ProgramBlock &block, size_t position, Unit unit, unsigned semaphore);
  void putPost(ProgramBlock &block, size_t position, Unit unit, unsigned semaphore);
  ProgramNode syncNode(Unit unit, std::optional<unsigned> wait, std::optional<unsigned> post);

  ProgramBlock &root;
  uint64_t nextId;
  Random &random;
  std::vector<Edge> edges;
  unsigned used = 0;
};

} // namespace lockstep
