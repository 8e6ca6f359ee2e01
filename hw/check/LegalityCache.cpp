#include "hw/check/LegalityCache.h"

#include "hw/check/Legality.h"
#include "hw/numbers/Numbers.h"

namespace lockstep {
namespace {

/// The address fields in the order of the footprint's accesses.
struct AddressVisitor {
  std::array<uint64_t, 3> operator()(const LoadInstruction &t) const {
    return {t.external_address, t.local_address};
  }
  std::array<uint64_t, 3> operator()(const FillInstruction &t) const { return {t.local_address}; }
  std::array<uint64_t, 3> operator()(const StoreInstruction &t) const {
    return {t.local_address, t.external_address};
  }
  std::array<uint64_t, 3> operator()(const MatmulInstruction &m) const {
    return {m.stationary_address, m.streamed_address, m.accumulator_address};
  }
  std::array<uint64_t, 3> operator()(const RequantizeInstruction &q) const {
    const bool hasParameters = q.has_bias || q.per_channel;
    return {q.accumulator_address, hasParameters ? q.parameter_address : q.local_address, q.local_address};
  }
  std::array<uint64_t, 3> operator()(const ElementwiseInstruction &e) const {
    const bool hasB = static_cast<LaneType>(e.b_type) != LaneType::Immediate;
    return {e.a_address, hasB ? e.b_address : e.output_address, e.output_address};
  }
  std::array<uint64_t, 3> operator()(const ReduceInstruction &r) const {
    return {r.a_address, r.output_address};
  }
  std::array<uint64_t, 3> operator()(const TableInstruction &t) const { return {t.local_address}; }
  template <typename Other> std::array<uint64_t, 3> operator()(const Other &) const { return {}; }
};

std::array<uint64_t, 3> addressesOf(const Instruction &instruction) {
  return std::visit(AddressVisitor{}, instruction);
}

/// What relates the accesses of an instruction to each other: matmul_c8, elementwise_c9, reduce_c5.
bool keepApart(const Instruction &instruction, const Footprint &footprint, const Parameters &parameters) {
  if (std::holds_alternative<MatmulInstruction>(instruction))
    return !shareBank(footprint.accesses[0], footprint.accesses[1], parameters.scratchpadBankWords());
  if (std::holds_alternative<ElementwiseInstruction>(instruction) ||
      std::holds_alternative<ReduceInstruction>(instruction))
    return !overwrittenWhileRead(footprint);
  return true;
}

bool holds(const Region &region, const Access &access) {
  return access.low >= Wide{region.address} && access.high < Wide{region.address} + region.size_bytes &&
         (!access.writes || region.writable());
}

} // namespace

LegalityCache::LegalityCache(const Program &program)
    : program(program), entries(program.instructions.size()) {}

Status LegalityCache::check(const ResolvedInstruction &item) {
  Entry &entry = entries[item.index];
  current = &entry.footprint;
  if (entry.known && moveTo(entry, *item.instruction))
    return {};
  entry.known = false;
  Status status =
      checkInstruction(*item.instruction, item.index, program.parameters, program.regions, entry.footprint);
  entry.known = static_cast<bool>(status);
  entry.addresses = addressesOf(*item.instruction);
  return status;
}

/// False if something is illegal there, or a region has to be looked for.
bool LegalityCache::moveTo(Entry &entry, const Instruction &instruction) const {
  const std::array<uint64_t, 3> addresses = addressesOf(instruction);
  if (addresses == entry.addresses)
    return true;
  for (unsigned i = 0; i < entry.footprint.count; ++i) {
    Access &access = entry.footprint.accesses[i];
    const Wide distance = Wide{addresses[i]} - Wide{entry.addresses[i]};
    access.low += distance;
    access.high += distance;
    access.row_address += static_cast<uint64_t>(distance);
    if (!isLegalAt(access, addresses[i], entry))
      return false;
  }
  entry.addresses = addresses;
  return keepApart(instruction, entry.footprint, program.parameters);
}

bool LegalityCache::isLegalAt(const Access &access, uint64_t address, Entry &entry) const {
  if (access.space == Space::External) {
    for (size_t tries = 0; tries < program.regions.size(); ++tries) {
      if (holds(program.regions[entry.region], access))
        return true;
      entry.region = (entry.region + 1) % program.regions.size();
    }
    return false;
  }
  const Parameters &parameters = program.parameters;
  const bool stationary = access.rule == kStationaryRule;
  if (stationary && address % static_cast<uint64_t>(parameters.weightWordsPerCycle()) != 0)
    return false;
  const int64_t words =
      access.space == Space::Scratchpad ? parameters.scratchpadWords() : parameters.accumulatorWords();
  return access.low >= 0 && access.high < words;
}

} // namespace lockstep
