#include "hw/check/Legality.h"

#include "hw/check/Footprint.h"
#include "hw/isa/Fields.h"
#include "hw/numbers/Numbers.h"

namespace lockstep {
namespace {

/// The first broken rule; nothing is formatted before one is found.
struct Finding {
  const char *rule = nullptr;
  const char *field = "";
  Wide value = 0;
  std::string allowed;
  const char *verb = "is"; // or "leads to"
  explicit operator bool() const { return rule != nullptr; }
};

struct InstructionChecker {
  const Instruction &instruction;
  const Parameters &parameters;
  const std::vector<Region> &regions;
  Footprint &footprint;
  Finding finding{};

  void require(bool holds, const char *rule, const char *field, Wide value, const char *allowed) {
    if (!holds && !finding)
      finding = {rule, field, value, allowed, "is"};
  }
  void range(const char *rule, const char *field, Wide value, Wide low, Wide high) {
    if ((value < low || value > high) && !finding)
      finding = {rule, field, value, toString(low) + " to " + toString(high), "is"};
  }
  void atLeastOne(const char *rule, const char *field, uint64_t value) {
    require(value >= 1, rule, field, Wide{value}, "1 or more");
  }

  template <typename T> void operator()(const T &) {} // the sequencer's own
  void operator()(const SyncInstruction &sync) {
    range("sync_c1", "unit", Wide{sync.unit}, 0, 3);
    checkUnit(sync);
  }
  void operator()(const LoadInstruction &load);
  void operator()(const FillInstruction &fill);
  void operator()(const StoreInstruction &store);
  void operator()(const MatmulInstruction &matmul);
  void operator()(const RequantizeInstruction &requantize);
  void operator()(const ElementwiseInstruction &elementwise);
  void operator()(const ReduceInstruction &reduce);
  void operator()(const TableInstruction &table);

  template <typename T> void checkUnit(const T &t);
  template <typename T> void checkCounts(const T &t, const char *rule);
  void checkTurning(const LoadInstruction &load);
  void checkZeroPoint(const char *field, int64_t value, uint64_t type);
  void checkStationary(const MatmulInstruction &matmul);
  void checkOutput(const RequantizeInstruction &requantize);
  void checkPlaces(const ElementwiseInstruction &elementwise);
  void checkArithmetic(const ElementwiseInstruction &elementwise);
  void checkFunction(const ElementwiseInstruction &elementwise);
  void checkOperandType(const char *rule, const char *field, uint64_t type, uint64_t memory);
  void checkKeptApart(const char *rule);
  void checkBounds();
  void checkAccess(const Access &access);
  void checkExternal(const Access &access);
};

bool repeats(uint64_t a, uint64_t b) { return a != 0 && a == b; }

template <typename T> void InstructionChecker::checkUnit(const T &t) {
  range("encoding_c3", "wait_0", Wide{t.wait_0}, 0, kNumSemaphores);
  range("encoding_c3", "wait_1", Wide{t.wait_1}, 0, kNumSemaphores);
  range("encoding_c3", "wait_2", Wide{t.wait_2}, 0, kNumSemaphores);
  range("encoding_c3", "post_0", Wide{t.post_0}, 0, kNumSemaphores);
  range("encoding_c3", "post_1", Wide{t.post_1}, 0, kNumSemaphores);
  range("encoding_c3", "post_2", Wide{t.post_2}, 0, kNumSemaphores);
  range("unit_c1", "unit_instance", Wide{t.unit_instance}, 0, 0);
  const char *other = "a semaphore that no other field of the kind names, or 0";
  require(!repeats(t.wait_1, t.wait_0), "unit_c2", "wait_1", Wide{t.wait_1}, other);
  require(!repeats(t.wait_2, t.wait_0) && !repeats(t.wait_2, t.wait_1), "unit_c2", "wait_2", Wide{t.wait_2},
          other);
  require(!repeats(t.post_1, t.post_0), "unit_c2", "post_1", Wide{t.post_1}, other);
  require(!repeats(t.post_2, t.post_0) && !repeats(t.post_2, t.post_1), "unit_c2", "post_2", Wide{t.post_2},
          other);
}

template <typename T> void InstructionChecker::checkCounts(const T &t, const char *rule) {
  atLeastOne(rule, "count_0", t.count_0);
  atLeastOne(rule, "count_1", t.count_1);
  atLeastOne(rule, "count_2", t.count_2);
}

void InstructionChecker::operator()(const LoadInstruction &load) {
  checkUnit(load);
  checkCounts(load, "load_c1");
  atLeastOne("load_c1", "row_bytes", load.row_bytes);
  const int64_t word = load.local_memory ? parameters.accumulatorWordBytes() : parameters.vectorBytes();
  range("load_c2", "chunk_bytes", Wide{load.chunk_bytes}, 1, word);
  if (load.transpose)
    checkTurning(load);
  checkBounds();
}

void InstructionChecker::checkTurning(const LoadInstruction &load) {
  const int64_t vectorBytes = parameters.vectorBytes();
  range("load_c5", "local_memory", Wide{load.local_memory}, 0, 0);
  range("load_c5", "count_0", Wide{load.count_0}, 1, vectorBytes);
  range("load_c5", "row_bytes", Wide{load.row_bytes}, 1, parameters.memory_burst_bytes);
  range("load_c5", "chunk_bytes", Wide{load.chunk_bytes}, vectorBytes, vectorBytes);
}

void InstructionChecker::operator()(const FillInstruction &fill) {
  checkUnit(fill);
  checkCounts(fill, "fill_c1");
  checkBounds();
}

void InstructionChecker::operator()(const StoreInstruction &store) {
  checkUnit(store);
  checkCounts(store, "store_c1");
  atLeastOne("store_c1", "row_bytes", store.row_bytes);
  range("store_c2", "chunk_bytes", Wide{store.chunk_bytes}, 1, parameters.vectorBytes());
  checkBounds();
}

void InstructionChecker::operator()(const MatmulInstruction &matmul) {
  checkUnit(matmul);
  range("matmul_c1", "dataflow", Wide{matmul.dataflow}, 0, 0);
  range("matmul_c1", "streamed_type", Wide{matmul.streamed_type}, 0, 1);
  range("matmul_c1", "stationary_type", Wide{matmul.stationary_type}, 0, 1);
  checkZeroPoint("streamed_zero_point", matmul.streamed_zero_point, matmul.streamed_type);
  checkZeroPoint("stationary_zero_point", matmul.stationary_zero_point, matmul.stationary_type);
  atLeastOne("matmul_c3", "tile_count_0", matmul.tile_count_0);
  atLeastOne("matmul_c3", "tile_count_1", matmul.tile_count_1);
  atLeastOne("matmul_c3", "tile_count_2", matmul.tile_count_2);
  atLeastOne("matmul_c3", "tile_count_3", matmul.tile_count_3);
  atLeastOne("matmul_c3", "stream_count_0", matmul.stream_count_0);
  atLeastOne("matmul_c3", "stream_count_1", matmul.stream_count_1);
  range("matmul_c4", "last_rows", Wide{matmul.last_rows}, 1, parameters.array_rows);
  range("matmul_c4", "last_columns", Wide{matmul.last_columns}, 1, parameters.array_columns);
  checkStationary(matmul);
  checkBounds();
  if (!finding)
    require(!shareBank(footprint.accesses[0], footprint.accesses[1], parameters.scratchpadBankWords()),
            "matmul_c8", "streamed_address", Wide{matmul.streamed_address},
            "words of banks without stationary words");
}

void InstructionChecker::checkZeroPoint(const char *field, int64_t value, uint64_t type) {
  const auto elementType = static_cast<ElementType>(type);
  range("matmul_c2", field, value, elementMinimum(elementType), elementMaximum(elementType));
}

void InstructionChecker::checkStationary(const MatmulInstruction &matmul) {
  const auto step = static_cast<uint64_t>(parameters.weightWordsPerCycle());
  const char *allowed = "a multiple of the words loaded per cycle";
  require(matmul.stationary_address % step == 0, "matmul_c5", "stationary_address",
          Wide{matmul.stationary_address}, allowed);
  require(matmul.stationary_stride % step == 0, "matmul_c5", "stationary_stride",
          Wide{matmul.stationary_stride}, allowed);
}

void InstructionChecker::operator()(const RequantizeInstruction &requantize) {
  checkUnit(requantize);
  range("requantize_c1", "output_type", Wide{requantize.output_type}, 0, 3);
  range("requantize_c2", "multiplier", Wide{requantize.multiplier}, 0, INT32_MAX);
  range("requantize_c2", "shift", Wide{requantize.shift}, 2, 62);
  atLeastOne("requantize_c3", "count_0", requantize.count_0);
  atLeastOne("requantize_c3", "count_1", requantize.count_1);
  range("requantize_c3", "last_columns", Wide{requantize.last_columns}, 1, parameters.array_columns);
  checkOutput(requantize);
  checkBounds();
}

void InstructionChecker::checkOutput(const RequantizeInstruction &requantize) {
  const auto type = static_cast<ElementType>(requantize.output_type);
  if (type == ElementType::Int32) {
    range("requantize_c7", "per_channel", Wide{requantize.per_channel}, 0, 0);
    range("requantize_c7", "transpose", Wide{requantize.transpose}, 0, 0);
    range("requantize_c7", "channel_axis", Wide{requantize.channel_axis}, 0, 0);
    return;
  }
  const int32_t low = elementMinimum(type), high = elementMaximum(type);
  range("requantize_c4", "output_zero_point", requantize.output_zero_point, low, high);
  range("requantize_c4", "clamp_minimum", requantize.clamp_minimum, low, high);
  range("requantize_c4", "clamp_maximum", requantize.clamp_maximum, requantize.clamp_minimum, high);
  if (type == ElementType::Int16)
    range("requantize_c7", "transpose", Wide{requantize.transpose}, 0, 0);
}

void InstructionChecker::operator()(const ElementwiseInstruction &elementwise) {
  checkUnit(elementwise);
  range("elementwise_c1", "operation", Wide{elementwise.operation}, 0, 4);
  range("elementwise_c1", "a_type", Wide{elementwise.a_type}, 0, 5);
  require(elementwise.b_type <= 5 || elementwise.b_type == 7, "elementwise_c1", "b_type",
          Wide{elementwise.b_type}, "0 to 5, or 7");
  range("elementwise_c1", "output_type", Wide{elementwise.output_type}, 0, 4);
  checkPlaces(elementwise);
  checkCounts(elementwise, "elementwise_c3");
  checkArithmetic(elementwise);
  checkFunction(elementwise);
  checkBounds();
  checkKeptApart("elementwise_c9");
}

void InstructionChecker::checkOperandType(const char *rule, const char *field, uint64_t type,
                                          uint64_t memory) {
  const auto lane = static_cast<LaneType>(type);
  if (memory)
    require(lane == LaneType::Int32 || lane == LaneType::Pair || lane == LaneType::Wide, rule, field,
            Wide{type}, "2, 4 or 5 (int32, pair, wide) in the accumulator");
  else
    require(type <= static_cast<uint64_t>(LaneType::Pair), rule, field, Wide{type},
            "0 to 4 (int8, uint8, int32, int16, pair) in the scratchpad");
}

void InstructionChecker::checkPlaces(const ElementwiseInstruction &elementwise) {
  checkOperandType("elementwise_c2", "a_type", elementwise.a_type, elementwise.a_memory);
  if (static_cast<LaneType>(elementwise.b_type) == LaneType::Immediate)
    range("elementwise_c2", "b_memory", Wide{elementwise.b_memory}, 0, 0);
  else
    checkOperandType("elementwise_c2", "b_type", elementwise.b_type, elementwise.b_memory);
  if (elementwise.output_memory)
    require(static_cast<LaneType>(elementwise.output_type) == LaneType::Int32, "elementwise_c2",
            "output_type", Wide{elementwise.output_type}, "2 (int32) in the accumulator");
}

/// The type of the clamped value: the function's argument, or the result.
ElementType clampedType(const ElementwiseInstruction &elementwise) {
  const auto function = static_cast<LaneFunction>(elementwise.function);
  const bool pair = static_cast<LaneType>(elementwise.output_type) == LaneType::Pair;
  return function == LaneFunction::Table16  ? ElementType::Int16
         : function == LaneFunction::Table8 ? ElementType::Int8
         : pair                             ? ElementType::Int16
                                            : static_cast<ElementType>(elementwise.output_type);
}

void InstructionChecker::checkArithmetic(const ElementwiseInstruction &elementwise) {
  const bool multiplies = static_cast<LaneOperation>(elementwise.operation) == LaneOperation::Multiply;
  range("elementwise_c4", "multiplier", Wide{elementwise.multiplier}, 0, multiplies ? 0 : INT32_MAX);
  range("elementwise_c4", "shift", Wide{elementwise.shift}, 0, 62);
  const ElementType type = clampedType(elementwise);
  const int32_t low = elementMinimum(type), high = elementMaximum(type);
  range("elementwise_c5", "clamp_minimum", elementwise.clamp_minimum, low, high);
  range("elementwise_c5", "clamp_maximum", elementwise.clamp_maximum, elementwise.clamp_minimum, high);
}

void InstructionChecker::checkFunction(const ElementwiseInstruction &elementwise) {
  const auto function = static_cast<LaneFunction>(elementwise.function);
  const auto type = static_cast<LaneType>(elementwise.output_type);
  const Wide lastTable = function == LaneFunction::None ? 0 : parameters.vector_tables - 1;
  range("elementwise_c6", "function", Wide{elementwise.function}, 0, 2);
  if (function == LaneFunction::Table16)
    require(type == LaneType::Int32 || type == LaneType::Int16 || type == LaneType::Pair, "elementwise_c6",
            "output_type", Wide{elementwise.output_type}, "2, 3 or 4 for a function on int16");
  if (function == LaneFunction::Table8)
    require(type != LaneType::Uint8, "elementwise_c6", "output_type", Wide{elementwise.output_type},
            "0, 2, 3 or 4 for a function on int8");
  range("elementwise_c6", "table", Wide{elementwise.table}, 0, lastTable);
}

void InstructionChecker::operator()(const ReduceInstruction &reduce) {
  checkUnit(reduce);
  checkOperandType("reduce_c1", "a_type", reduce.a_type, reduce.a_memory);
  atLeastOne("reduce_c2", "count_0", reduce.count_0);
  atLeastOne("reduce_c2", "count_1", reduce.count_1);
  range("reduce_c2", "last_columns", Wide{reduce.last_columns}, 1, parameters.array_columns);
  checkBounds();
  checkKeptApart("reduce_c5");
}

void InstructionChecker::operator()(const TableInstruction &table) {
  checkUnit(table);
  range("table_c1", "table", Wide{table.table}, 0, parameters.vector_tables - 1);
  checkBounds();
}

void InstructionChecker::checkKeptApart(const char *rule) {
  if (finding)
    return;
  if (const Access *read = overwrittenWhileRead(footprint)) {
    const Access &written = footprint.accesses[footprint.count - 1];
    finding = {rule, written.field, written.low,
               std::string("words that do not meet ") + toString(read->low) + " to " + toString(read->high) +
                   " of the " + spaceName(read->space) + ", which are read",
               "leads to"};
  }
}

void InstructionChecker::checkBounds() {
  if (finding)
    return;
  footprint = footprintOf(instruction, parameters);
  for (const Access &access : footprint)
    checkAccess(access);
}

void InstructionChecker::checkAccess(const Access &access) {
  if (access.space == Space::External)
    return checkExternal(access);
  const int64_t words =
      access.space == Space::Scratchpad ? parameters.scratchpadWords() : parameters.accumulatorWords();
  if ((access.low < 0 || access.high >= words) && !finding)
    finding = {access.rule, access.field, access.low < 0 ? access.low : access.high,
               "words 0 to " + std::to_string(words - 1) + " of the " + spaceName(access.space), "leads to"};
}

void InstructionChecker::checkExternal(const Access &access) {
  for (const Region &region : regions)
    if (access.low >= Wide{region.address} && access.high < Wide{region.address} + region.size_bytes &&
        (!access.writes || region.writable()))
      return;
  if (!finding)
    finding = {access.rule, access.field, access.low,
               std::string("bytes of one") + (access.writes ? " writable" : "") +
                   " region, the access takes " + toString(access.high - access.low + 1) +
                   " bytes from there",
               "leads to"};
}

Error describe(const Finding &finding, uint64_t index, const std::string &mnemonic) {
  return {ErrorKind::Legality, std::string(finding.rule) + ": instruction " + std::to_string(index) + " (" +
                                   mnemonic + "): " + finding.field + " " + finding.verb + " " +
                                   toString(finding.value) + "; allowed: " + finding.allowed + "."};
}

} // namespace

Status checkInstruction(const Instruction &resolved, uint64_t index, const Parameters &parameters,
                        const std::vector<Region> &regions, Footprint &footprint) {
  footprint.count = 0;
  InstructionChecker checker{resolved, parameters, regions, footprint};
  std::visit(checker, resolved);
  if (checker.finding)
    return describe(checker.finding, index, infoOf(resolved).mnemonic);
  return {};
}

Status checkInstruction(const Instruction &resolved, uint64_t index, const Parameters &parameters,
                        const std::vector<Region> &regions) {
  Footprint footprint;
  return checkInstruction(resolved, index, parameters, regions, footprint);
}

} // namespace lockstep
