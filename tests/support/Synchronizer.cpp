#include "tests/support/Synchronizer.h"

#include <algorithm>

namespace lockstep {
namespace {

constexpr size_t kMaxEdges = 500;

/// Puts the field value into a free one of three, from `first` on, unless it is there already. False: no
/// place.
bool takeField(std::array<uint64_t *, 3> fields, uint64_t value, uint64_t first) {
  for (uint64_t *field : fields)
    if (*field == value)
      return false;
  for (uint64_t i = 0; i < 3; ++i)
    if (uint64_t &field = *fields[(first + i) % 3]; field == 0) {
      field = value;
      return true;
    }
  return false;
}

template <typename T, typename = void> struct IsUnitInstruction : std::false_type {};
template <typename T> struct IsUnitInstruction<T, std::void_t<decltype(T::wait_0)>> : std::true_type {};

bool addWait(Instruction &instruction, unsigned semaphore, uint64_t first) {
  return std::visit(
      [&](auto &fields) {
        if constexpr (IsUnitInstruction<std::decay_t<decltype(fields)>>::value)
          return takeField({&fields.wait_0, &fields.wait_1, &fields.wait_2}, semaphore + 1, first);
        else
          return false;
      },
      instruction);
}

bool addPost(Instruction &instruction, unsigned semaphore, uint64_t first) {
  return std::visit(
      [&](auto &fields) {
        if constexpr (IsUnitInstruction<std::decay_t<decltype(fields)>>::value)
          return takeField({&fields.post_0, &fields.post_1, &fields.post_2}, semaphore + 1, first);
        else
          return false;
      },
      instruction);
}

size_t positionOf(const ProgramBlock &block, uint64_t id) {
  const auto found =
      std::find_if(block.begin(), block.end(), [&](const ProgramNode &node) { return node.id == id; });
  return static_cast<size_t>(found - block.begin());
}

const ProgramNode &nodeAt(const ProgramBlock &root, const ProgramPath &path) {
  const ProgramBlock *block = &root;
  for (size_t level = 0; level + 1 < path.size(); ++level)
    block = &(*block)[path[level]].body;
  return (*block)[path.back()];
}

} // namespace

bool Synchronizer::order(const ProgramPath &earlier, const ProgramPath &later) {
  if (edges.size() == kMaxEdges)
    return false;
  const Unit poster = unitOf(nodeAt(root, earlier).instruction),
             waiter = unitOf(nodeAt(root, later).instruction);
  ProgramBlock *parent = nullptr, *block = &root;
  size_t level = 0;
  uint64_t blockId = 0;
  for (; earlier[level] == later[level]; ++level) {
    ProgramNode &loop = (*block)[earlier[level]];
    blockId = loop.id;
    parent = block;
    block = &loop.body;
  }
  const size_t first = earlier[level], second = later[level];
  if (first < second)
    return orderForward(*block, blockId, first, second, poster, waiter);
  return orderBackward(*parent, earlier[level - 1], first, second, poster, waiter);
}

bool Synchronizer::orderForward(ProgramBlock &block, uint64_t blockId, size_t first, size_t second,
                                Unit poster, Unit waiter) {
  Edge edge{0, poster, waiter, blockId, block[first].id, block[second].id, true};
  std::optional<unsigned> semaphore = random.chance(50) ? shared(block, edge) : std::nullopt;
  if (!semaphore)
    semaphore = fresh();
  if (!semaphore)
    semaphore = shared(block, edge);
  if (!semaphore)
    return false;
  edge.semaphore = *semaphore;
  edges.push_back(edge);
  putWait(block, second, waiter, *semaphore);
  putPost(block, first, poster, *semaphore);
  return true;
}

bool Synchronizer::orderBackward(ProgramBlock &parent, size_t loop, size_t first, size_t second, Unit poster,
                                 Unit waiter) {
  const std::optional<unsigned> semaphore = fresh();
  if (!semaphore)
    return false;
  ProgramBlock &body = parent[loop].body;
  // Two credits let the second run one iteration further ahead, as double buffers do; where that is a race
  // after all, the pair comes back and gets one.
  const uint64_t from = body[first].id, to = body[second].id;
  const bool again = std::any_of(edges.begin(), edges.end(), [&](const Edge &edge) {
    return !edge.forward && edge.from == from && edge.to == to;
  });
  const int credits = !again && random.chance(40) ? 2 : 1;
  edges.push_back({*semaphore, poster, waiter, parent[loop].id, from, to, false});
  putPost(body, first, poster, *semaphore);
  putWait(body, second, waiter, *semaphore);
  for (int i = 0; i < credits; ++i) {
    parent.insert(parent.begin() + static_cast<long>(loop) + 1, syncNode(waiter, semaphore, std::nullopt));
    parent.insert(parent.begin() + static_cast<long>(loop++), syncNode(poster, std::nullopt, semaphore));
  }
  return true;
}

std::optional<unsigned> Synchronizer::fresh() {
  return used < kNumSemaphores ? std::optional<unsigned>(used++) : std::nullopt;
}

/// Two forward edges of a block may share a semaphore if posts and waits come in the same order.
bool Synchronizer::fits(const ProgramBlock &block, const Edge &edge, const Edge &wanted) const {
  if (!edge.forward || edge.block != wanted.block || edge.poster != wanted.poster ||
      edge.waiter != wanted.waiter)
    return false;
  const size_t from = positionOf(block, edge.from), to = positionOf(block, edge.to);
  const size_t wantedFrom = positionOf(block, wanted.from), wantedTo = positionOf(block, wanted.to);
  return (from < wantedFrom && to < wantedTo) || (from > wantedFrom && to > wantedTo);
}

std::optional<unsigned> Synchronizer::shared(const ProgramBlock &block, const Edge &wanted) {
  for (const Edge &candidate : edges) {
    const bool allFit = std::all_of(edges.begin(), edges.end(), [&](const Edge &edge) {
      return edge.semaphore != candidate.semaphore || fits(block, edge, wanted);
    });
    if (allFit)
      return candidate.semaphore;
  }
  return std::nullopt;
}

ProgramNode Synchronizer::syncNode(Unit unit, std::optional<unsigned> wait, std::optional<unsigned> post) {
  SyncInstruction fields;
  fields.unit = static_cast<uint64_t>(unit);
  Instruction sync = fields;
  if (wait)
    addWait(sync, *wait, random.below(3));
  if (post)
    addPost(sync, *post, random.below(3));
  return {sync, {}, nextId++};
}

/// At the beginning of the node: in the instruction itself, or in a sync before it.
void Synchronizer::putWait(ProgramBlock &block, size_t position, Unit unit, unsigned semaphore) {
  if (random.chance(85) && addWait(block[position].instruction, semaphore, random.below(3)))
    return;
  block.insert(block.begin() + static_cast<long>(position), syncNode(unit, semaphore, std::nullopt));
}

/// At the end of the node: in the instruction itself, or in a sync after it.
void Synchronizer::putPost(ProgramBlock &block, size_t position, Unit unit, unsigned semaphore) {
  if (random.chance(85) && addPost(block[position].instruction, semaphore, random.below(3)))
    return;
  block.insert(block.begin() + static_cast<long>(position) + 1, syncNode(unit, std::nullopt, semaphore));
}

} // namespace lockstep
