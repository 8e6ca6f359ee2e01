#include "tests/support/TablePrograms.h"

#include "hw/isa/LaneRows.h"
#include "tests/support/ProgramBuilder.h"
#include "tests/support/Random.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace lockstep {
namespace {

constexpr uint64_t kTable = 0x10000, kInput = 0x100000, kOutput = 0x800000;
constexpr uint64_t kRegister = 9; // bytes from the begin of x and y
constexpr int kTableThere = 0, kRowsThere = 1, kResultsThere = 2, kRowsFree = 3; // semaphores

Table16 sampled(double (*function)(double)) {
  Table16 table;
  for (int i = 0; i <= 512; ++i) {
    const double value = std::round(function((128.0 * i - 32768) / 4096) * 32768);
    table[static_cast<size_t>(i)] = static_cast<int16_t>(std::clamp(value, -32768.0, 32767.0));
  }
  return table;
}

template <typename Table> Table randomTable(uint64_t seed) {
  Random random(seed);
  Table table;
  for (auto &entry : table)
    entry = static_cast<std::decay_t<decltype(entry)>>(random.next());
  return table;
}

/// From one limit to the other and back, every `period` entries.
template <typename Table> Table steps(size_t period) {
  using Entry = typename Table::value_type;
  Table table;
  for (size_t i = 0; i < table.size(); ++i)
    table[i] = i / period % 2 ? std::numeric_limits<Entry>::max() : std::numeric_limits<Entry>::min();
  return table;
}

template <typename T> std::vector<uint8_t> bytesOf(const T *values, size_t count) {
  std::vector<uint8_t> bytes(count * sizeof(T));
  std::memcpy(bytes.data(), values, bytes.size());
  return bytes;
}

/// Where everything stands: entries, then the rows of a round, then their results.
struct TableLayout {
  int64_t lane_bytes = 2;
  uint64_t row_bytes = 0, row_words = 0, table_words = 0;
  uint64_t rows = 0, rounds = 0; // rows of a round
  uint64_t values() const { return rounds * rows * row_bytes / static_cast<uint64_t>(lane_bytes); }

  TableLayout(const Parameters &parameters, bool int8) : lane_bytes(int8 ? 1 : 2) {
    const auto columns = static_cast<uint64_t>(parameters.array_columns);
    row_bytes = columns * static_cast<uint64_t>(lane_bytes);
    const LaneType type = int8 ? LaneType::Int8 : LaneType::Int16;
    row_words = static_cast<uint64_t>(wordsOfRow(type, false, parameters));
    table_words = static_cast<uint64_t>(wordsOfTable(int8, parameters));
    const uint64_t needed = ((int8 ? 256 : 65536) + columns - 1) / columns;
    const uint64_t room =
        (static_cast<uint64_t>(parameters.scratchpadWords()) - table_words) / (2 * row_words);
    rounds = (needed + std::min<uint64_t>(room, 4096) - 1) / std::min<uint64_t>(room, 4096);
    rows = (needed + rounds - 1) / rounds; // the last round may have a few values too many
  }
  uint64_t inputWord() const { return table_words; }
  uint64_t outputWord() const { return table_words + rows * row_words; }
};

LoadInstruction loadTable(const Parameters &parameters, const TableLayout &layout) {
  LoadInstruction load;
  const bool int8 = layout.lane_bytes == 1;
  load.external_address = kTable;
  load.row_bytes = int8 ? 256 : 1026;
  load.chunk_bytes =
      static_cast<uint64_t>(int8 ? parameters.vectorBytes() : parameters.vectorBytes() / 2 * 2);
  load.chunk_stride = 1;
  load.count_0 = load.count_1 = load.count_2 = 1;
  return load;
}

template <typename Transfer> Transfer rowsOf(const Parameters &parameters, const TableLayout &layout) {
  Transfer transfer;
  transfer.external_register = kRegister;
  transfer.row_bytes = layout.row_bytes;
  transfer.chunk_bytes = static_cast<uint64_t>(parameters.vectorBytes());
  transfer.chunk_stride = 1;
  transfer.count_0 = layout.rows, transfer.count_1 = transfer.count_2 = 1;
  transfer.external_stride_0 = static_cast<int64_t>(layout.row_bytes);
  transfer.local_stride_0 = static_cast<int64_t>(layout.row_words);
  return transfer;
}

ElementwiseInstruction lookUp(const TableLayout &layout, uint64_t index) {
  const bool int8 = layout.lane_bytes == 1;
  ElementwiseInstruction e;
  e.function = static_cast<uint64_t>(int8 ? LaneFunction::Table8 : LaneFunction::Table16);
  e.table = index;
  e.a_type = e.output_type = static_cast<uint64_t>(int8 ? LaneType::Int8 : LaneType::Int16);
  e.b_type = static_cast<uint64_t>(LaneType::Immediate);
  e.a_address = layout.inputWord(), e.output_address = layout.outputWord();
  e.multiplier = 1;
  e.clamp_minimum = int8 ? INT8_MIN : INT16_MIN, e.clamp_maximum = int8 ? INT8_MAX : INT16_MAX;
  e.count_0 = layout.rows, e.count_1 = e.count_2 = 1;
  e.a_stride_0 = e.output_stride_0 = static_cast<int64_t>(layout.row_words);
  return e;
}

/// `table` and `values` as bytes. Rounds come one after the other: rows in, through the function, results
/// out.
Program tableProgram(const Parameters &parameters, const TableLayout &layout, uint64_t index,
                     std::vector<uint8_t> table, std::vector<uint8_t> values) {
  const uint64_t bytes = values.size();
  auto load = rowsOf<LoadInstruction>(parameters, layout);
  load.external_address = kInput, load.local_address = layout.inputWord();
  auto store = rowsOf<StoreInstruction>(parameters, layout);
  store.external_address = kOutput, store.local_address = layout.outputWord();
  TableInstruction take;
  take.table = index, take.table_type = layout.lane_bytes == 1;
  ProgramBuilder builder(parameters);
  builder.region("table", kTable, table.size(), RegionKind::Constant);
  builder.region("x", kInput, bytes, RegionKind::Input).region("y", kOutput, bytes, RegionKind::Output);
  builder.data(kTable, std::move(table)).data(kInput, std::move(values));
  builder.add(synchronized(loadTable(parameters, layout), -1, kTableThere));
  builder.add(synchronized(take, kTableThere, -1));
  builder.add(syncOf(Unit::Store, -1, kRowsFree));
  builder.add(loopOf(layout.rounds));
  builder.add(synchronized(load, kRowsFree, kRowsThere));
  builder.add(synchronized(lookUp(layout, index), kRowsThere, kResultsThere));
  builder.add(synchronized(store, kResultsThere, kRowsFree));
  builder.add(addOf(kRegister, kRegister, static_cast<int64_t>(layout.rows * layout.row_bytes)));
  builder.add(EndInstruction{});
  builder.add(syncOf(Unit::Load, kRowsFree, -1));
  Program program = builder.finish();
  const std::string type = layout.lane_bytes == 1 ? "int8" : "int16";
  program.symbols = {{"x", kInput, type, {layout.values()}}, {"y", kOutput, type, {layout.values()}}};
  return program;
}

template <typename T> std::vector<uint8_t> ascending(uint64_t count) {
  std::vector<T> values(count);
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<T>(std::numeric_limits<T>::min() + static_cast<int64_t>(i));
  return bytesOf(values.data(), values.size());
}

template <typename T>
std::vector<T> resultsOf(const Program &program, const ExternalMemory &memory, size_t count) {
  std::vector<T> results(count);
  std::memcpy(results.data(), memory.find(program.symbols[1].address, count * sizeof(T)), count * sizeof(T));
  return results;
}

} // namespace

std::vector<NamedTable16> sampleTables16() {
  return {{"sigmoid", sampled([](double x) { return 1 / (1 + std::exp(-x)); })},
          {"tanh", sampled([](double x) { return std::tanh(x); })},
          {"exp", sampled([](double x) { return std::exp(x - 8); })},
          {"random", randomTable<Table16>(1)},
          {"a step at every entry", steps<Table16>(1)},
          {"a step at every third entry", steps<Table16>(3)}};
}

std::vector<NamedTable8> sampleTables8() {
  Table8 tanh;
  for (int i = 0; i < 256; ++i)
    tanh[static_cast<size_t>(i)] = static_cast<int8_t>(std::round(127 * std::tanh((i - 128) / 32.0)));
  return {{"tanh", tanh}, {"random", randomTable<Table8>(2)}, {"steps", steps<Table8>(1)}};
}

int16_t expectedOfTable16(int16_t value, const Table16 &table) {
  const double position = (value + 32768.0) / 128, left = std::floor(position), part = position - left;
  const auto i = static_cast<size_t>(left);
  const double exact = table[i] * (1 - part) + table[i + 1] * part; // multiples of 1/128: exact in double
  return static_cast<int16_t>(std::clamp(std::floor(exact + 0.5), -32768.0, 32767.0));
}

Program table16Program(const Parameters &parameters, const Table16 &table, uint64_t index) {
  const TableLayout layout(parameters, false);
  return tableProgram(parameters, layout, index, bytesOf(table.data(), table.size()),
                      ascending<int16_t>(layout.values()));
}

Program table8Program(const Parameters &parameters, const Table8 &table, uint64_t index) {
  const TableLayout layout(parameters, true);
  return tableProgram(parameters, layout, index, bytesOf(table.data(), table.size()),
                      ascending<int8_t>(layout.values()));
}

int64_t wordsOfTable16Program(const Parameters &parameters) {
  return wordsOfTable(false, parameters) + 2 * wordsOfRow(LaneType::Int16, false, parameters);
}

std::vector<int16_t> resultsOfTable16(const Program &program, const ExternalMemory &memory) {
  return resultsOf<int16_t>(program, memory, 65536);
}

std::vector<int8_t> resultsOfTable8(const Program &program, const ExternalMemory &memory) {
  return resultsOf<int8_t>(program, memory, 256);
}

} // namespace lockstep
