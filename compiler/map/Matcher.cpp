#include "compiler/map/Matcher.h"

#include <mlir/IR/MLIRContext.h>

#include <algorithm>
#include <optional>

namespace lockstep {
namespace {

using Iterators = std::vector<unsigned>;

/// In which operands an iterator is: bit 0 left (of a unit: streamed), bit 1 right (stationary), bit 2
/// result.
unsigned signatureOf(const IndexExpression &e, unsigned iterator, bool swapped) {
  const IndexOperand &first = swapped ? e.right : e.left, &second = swapped ? e.left : e.right;
  return (e.uses(first, iterator) ? 1 : 0) | (e.uses(second, iterator) ? 2 : 0) |
         (e.uses(e.result, iterator) ? 4 : 0);
}
constexpr unsigned kStreamed = 1, kStationary = 2, kResult = 4, kAll = 7;

/// What the array handles at once, found by the signatures of the unit's iterators.
struct ArrayExtent {
  int64_t rows = 1, columns = 1;
};
ArrayExtent arrayOf(const IndexExpression &unit) {
  ArrayExtent array;
  for (unsigned i = 0; i < unit.iterators.size(); ++i) {
    const unsigned signature = signatureOf(unit, i, false);
    if (signature == (kStreamed | kStationary))
      array.rows = unit.iterators[i].extent;
    if (signature == (kStationary | kResult))
      array.columns = unit.iterators[i].extent;
  }
  return array;
}

int64_t ceilDivide(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Does every axis that the iterator moves along stay inside of the tensor?
bool staysInside(const IndexExpression &e, const IndexOperand &operand, unsigned iterator) {
  for (unsigned axis = 0; axis < operand.shape.size(); ++axis) {
    if (!operand.map.getResult(axis).isFunctionOfDim(iterator))
      continue;
    const auto [low, high] = e.range(operand, axis);
    if (low < 0 || high >= operand.shape[axis])
      return false;
  }
  return true;
}

/// Stride of the innermost of the iterators if they are one dense run in the operand: each begins where the
/// one inside of it ends, and only the outermost one may run into padding. 0 if there are none; nothing if
/// they are not dense.
std::optional<int64_t> denseStride(const IndexExpression &e, const IndexOperand &operand,
                                   const Iterators &chosen) {
  std::optional<int64_t> inner;
  int64_t next = 0;
  for (size_t i = chosen.size(); i-- > 0;) {
    const int64_t stride = e.stride(operand, chosen[i]);
    if ((inner && stride != next) || (i > 0 && !staysInside(e, operand, chosen[i])))
      return {};
    if (!inner)
      inner = stride;
    next = stride * e.iterators[chosen[i]].extent;
  }
  return inner.value_or(0);
}

bool isUnit(const std::optional<int64_t> &stride) { return stride && *stride <= 1; } // 0: a single element

/// A window: an axis that two iterators move along (an image's y and r), whose rows overlap in memory.
bool isWindowed(const IndexExpression &e, const IndexOperand &operand) {
  return llvm::any_of(operand.map.getResults(), [&](mlir::AffineExpr axis) {
    unsigned count = 0;
    for (unsigned i = 0; i < e.iterators.size(); ++i)
      count += axis.isFunctionOfDim(i);
    return count > 1;
  });
}

class Matcher {
public:
  Matcher(const IndexExpression &e, const IndexExpression &unit) : e(e), array(arrayOf(unit)) {}

  std::vector<MappingWay> match() {
    for (bool stationaryIsLeft : {false, true})
      matchRoles(stationaryIsLeft);
    dropRepeatedRefusals();
    for (MappingWay &way : ways)
      count(way);
    std::stable_sort(ways.begin(), ways.end(), [](const MappingWay &a, const MappingWay &b) {
      return std::pair(!a.refusal.empty(), a.array_cycles) < std::pair(!b.refusal.empty(), b.array_cycles);
    });
    return std::move(ways);
  }

private:
  void matchRoles(bool stationaryIsLeft);
  void addWays(bool stationaryIsLeft, const Iterators &reductions, const Iterators &outputs,
               const Iterators &streams, const Iterators &rest, const std::string &diagonal);
  void addWay(MappingWay way, const Iterators &reductions, const Iterators &outputs, const Iterators &rest);
  void dropRepeatedRefusals();
  void sortByStride(Iterators &list, const IndexOperand &operand) const;
  bool anyContiguous(const Iterators &streams, const IndexOperand &operand) const;
  std::string check(MappingWay &way) const;
  std::string checkStreamed(MappingWay &way) const;
  std::string checkStationary(MappingWay &way) const;
  std::string checkOutput(MappingWay &way) const;
  void count(MappingWay &way) const;

  const IndexExpression &e;
  const ArrayExtent array;
  std::vector<MappingWay> ways;
};

/// All subsets but the empty one, the largest first, each in the list's order; only the empty one of an empty
/// list.
std::vector<Iterators> subsetsOf(const Iterators &list) {
  std::vector<Iterators> subsets;
  const unsigned all = (1u << list.size()) - 1;
  for (unsigned bits = all; bits > 0; --bits) {
    subsets.emplace_back();
    for (size_t i = 0; i < list.size(); ++i)
      if (bits >> (list.size() - 1 - i) & 1)
        subsets.back().push_back(list[i]);
  }
  if (subsets.empty())
    subsets.emplace_back();
  return subsets;
}

Iterators without(const Iterators &list, const Iterators &taken) {
  Iterators rest;
  for (unsigned iterator : list)
    if (std::find(taken.begin(), taken.end(), iterator) == taken.end())
      rest.push_back(iterator);
  return rest;
}

/// Sorts the iterators (those of one value lie nowhere) into those that may lie on rows, on columns, stream,
/// and the rest.
void Matcher::matchRoles(bool stationaryIsLeft) {
  Iterators reductions, outputs, streams, rest, shared;
  for (unsigned i = 0; i < e.iterators.size(); ++i) {
    if (e.iterators[i].extent == 1)
      continue;
    const unsigned signature = signatureOf(e, i, stationaryIsLeft);
    Iterators &target = signature == (kStreamed | kStationary) && e.iterators[i].is_reduction ? reductions
                        : signature == (kStationary | kResult)                                ? outputs
                        : signature == (kStreamed | kResult)                                  ? streams
                                                                                              : rest;
    target.push_back(i);
    if (signature == kAll)
      shared.push_back(i);
  }
  addWays(stationaryIsLeft, reductions, outputs, streams, rest, "");
  const IndexOperand &stationary = stationaryIsLeft ? e.left : e.right;
  if (!stationary.is_constant)
    return;
  for (unsigned iterator : shared) {
    Iterators rows = reductions, columns = outputs;
    rows.insert(rows.begin(), iterator);
    columns.insert(columns.begin(), iterator);
    addWays(stationaryIsLeft, rows, columns, streams, without(rest, {iterator}), e.iterators[iterator].name);
  }
}

void Matcher::addWays(bool stationaryIsLeft, const Iterators &reductions, const Iterators &outputs,
                      const Iterators &streams, const Iterators &rest, const std::string &diagonal) {
  for (const Iterators &rows : subsetsOf(reductions))
    for (const Iterators &columns : subsetsOf(outputs)) {
      MappingWay way;
      way.stationary_is_left = stationaryIsLeft;
      way.rows = rows;
      way.columns = columns;
      way.streams = streams;
      way.diagonal = diagonal;
      addWay(way, reductions, outputs, rest);
    }
}

/// A diagonal way has its iterator on rows and on columns, as the outermost of both, beside all that is
/// inside of it.
void Matcher::addWay(MappingWay way, const Iterators &reductions, const Iterators &outputs,
                     const Iterators &rest) {
  way.loops = rest;
  for (unsigned iterator : without(reductions, way.rows))
    way.loops.push_back(iterator);
  for (unsigned iterator : without(outputs, way.columns))
    way.loops.push_back(iterator);
  if (!way.diagonal.empty()) {
    const unsigned shared = reductions.front();
    if (way.rows.front() != shared || way.columns.front() != shared)
      return;
  }
  std::sort(way.loops.begin(), way.loops.end());
  sortByStride(way.rows, way.stationary_is_left ? e.right : e.left);
  sortByStride(way.columns, e.result);
  way.refusal = check(way);
  ways.push_back(std::move(way));
}

/// The order in which several iterators are joined to one: outermost in memory first.
void Matcher::sortByStride(Iterators &list, const IndexOperand &operand) const {
  std::stable_sort(list.begin(), list.end(),
                   [&](unsigned a, unsigned b) { return e.stride(operand, a) > e.stride(operand, b); });
}

bool Matcher::anyContiguous(const Iterators &streams, const IndexOperand &operand) const {
  return llvm::any_of(streams, [&](unsigned i) { return e.stride(operand, i) == 1; });
}

/// One example of each reason is enough.
void Matcher::dropRepeatedRefusals() {
  std::vector<std::string> seen;
  auto isRepeated = [&](const MappingWay &way) {
    if (way.refusal.empty())
      return false;
    const std::string key = std::to_string(way.stationary_is_left) + way.refusal;
    const bool repeated = std::find(seen.begin(), seen.end(), key) != seen.end();
    seen.push_back(key);
    return repeated;
  };
  ways.erase(std::remove_if(ways.begin(), ways.end(), isRepeated), ways.end());
}

std::string Matcher::check(MappingWay &way) const {
  for (const auto &test : {&Matcher::checkStreamed, &Matcher::checkStationary, &Matcher::checkOutput})
    if (std::string refusal = (this->*test)(way); !refusal.empty())
      return refusal;
  return {};
}

/// A word of the streamed operand holds the rows of one stream: contiguous bytes, or, through the transposer,
/// one byte of each of several memory rows whose streams are contiguous.
std::string Matcher::checkStreamed(MappingWay &way) const {
  const IndexOperand &streamed = way.stationary_is_left ? e.right : e.left;
  if (streamed.is_constant) // packed as it streams
    return {};
  const std::optional<int64_t> rows = denseStride(e, streamed, way.rows);
  if (!rows)
    return "its rows are no dense run of " + streamed.name;
  if (isUnit(rows))
    return {};
  if (way.streams.empty()) {
    way.turned_streamed = true;
    return {};
  }
  if (!anyContiguous(way.streams, streamed) || isWindowed(e, streamed))
    return "neither rows nor streams are contiguous in " + streamed.name;
  way.turned_streamed = true;
  return {};
}

/// A constant is packed as the array wants it; else a word of the tile is a row of it or a column.
std::string Matcher::checkStationary(MappingWay &way) const {
  const IndexOperand &stationary = way.stationary_is_left ? e.left : e.right;
  if (stationary.is_constant)
    return {};
  const std::optional<int64_t> rows = denseStride(e, stationary, way.rows);
  const std::optional<int64_t> columns = denseStride(e, stationary, way.columns);
  if (!rows || !columns)
    return "rows or columns are no dense run of " + stationary.name;
  way.turned_stationary = !isUnit(columns) && isUnit(rows);
  if (isUnit(columns) || isUnit(rows))
    return {};
  return "neither rows nor columns are contiguous in " + stationary.name;
}

/// Words of the output hold the columns of one stream, or (int8) one column of several streams.
std::string Matcher::checkOutput(MappingWay &way) const {
  if (isUnit(denseStride(e, e.result, way.columns)))
    return {};
  if (!anyContiguous(way.streams, e.result))
    return "neither columns nor streams are contiguous in " + e.result.name;
  if (e.element_bytes_of_result != 1)
    return "int32 results cannot be turned";
  way.turned_output = true;
  return {};
}

void Matcher::count(MappingWay &way) const {
  const auto tiles = static_cast<uint64_t>(ceilDivide(e.extent(way.rows), array.rows) *
                                           ceilDivide(e.extent(way.columns), array.columns));
  const auto vectors =
      static_cast<uint64_t>(e.extent(way.streams)) * static_cast<uint64_t>(e.extent(way.loops));
  way.array_cycles = vectors * tiles;
  if (!way.diagonal.empty()) // a tile off the diagonal is zero and left out
    way.array_cycles =
        vectors * static_cast<uint64_t>(std::max(ceilDivide(e.extent(way.rows), array.rows),
                                                 ceilDivide(e.extent(way.columns), array.columns)));
  double work = 1;
  for (const IndexIterator &iterator : e.iterators)
    work *= static_cast<double>(iterator.extent);
  way.array_share =
      work / (static_cast<double>(way.array_cycles) * static_cast<double>(array.rows * array.columns));
}

std::string namesOf(const char *role, const Iterators &chosen, const IndexExpression &e) {
  std::string text;
  for (unsigned iterator : chosen)
    text += " " + e.iterators[iterator].name;
  return text.empty() ? "" : std::string(role) + text + ", ";
}

} // namespace

std::vector<MappingWay> matchUnit(const IndexExpression &computation, const Capability &unit,
                                  mlir::MLIRContext &context) {
  const IndexExpression own = capabilityExpression(unit, context);
  return Matcher(computation, own).match();
}

std::string printWay(const MappingWay &way, const IndexExpression &e) {
  std::string text = namesOf("rows", way.rows, e) + namesOf("columns", way.columns, e) +
                     namesOf("streams", way.streams, e) + namesOf("loops", way.loops, e);
  text += (way.stationary_is_left ? e.left.name : e.right.name) + " in the array";
  if (!way.diagonal.empty())
    text += ", zeros off the diagonal of " + way.diagonal;
  for (const auto &[turned, what] : {std::pair{way.turned_streamed, "streamed operand"},
                                     {way.turned_stationary, "stationary operand"},
                                     {way.turned_output, "result"}})
    if (turned)
      text += std::string(", ") + what + " turned";
  return text;
}

} // namespace lockstep
