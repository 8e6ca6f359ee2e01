#include "compiler/conv/LoopRoller.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <tuple>

namespace lockstep {
namespace {

constexpr uint64_t kFirstRegister = 9; // 1 to 8 are the program's arguments
constexpr size_t kMaxRegisters = kNumRegisters - kFirstRegister;
constexpr size_t kMaxBody = 96; // instructions; longer ones would hardly fit an instruction buffer

/// An address and the register that is added to it.
struct Field {
  uint64_t *address = nullptr, *reg = nullptr;
  bool external = false, in_accumulator = false;
};
using Fields = std::array<Field, 3>;

Fields fieldsOf(Instruction &instruction) {
  if (auto *i = std::get_if<LoadInstruction>(&instruction))
    return {Field{&i->external_address, &i->external_register, true, false},
            Field{&i->local_address, &i->local_register, false, i->local_memory == 1}, Field{}};
  if (auto *i = std::get_if<FillInstruction>(&instruction))
    return {Field{&i->local_address, &i->local_register, false, i->local_memory == 1}, Field{}, Field{}};
  if (auto *i = std::get_if<MatmulInstruction>(&instruction))
    return {Field{&i->stationary_address, &i->stationary_register, false, false},
            Field{&i->streamed_address, &i->streamed_register, false, false},
            Field{&i->accumulator_address, &i->accumulator_register, false, true}};
  if (auto *i = std::get_if<RequantizeInstruction>(&instruction))
    return {Field{&i->accumulator_address, &i->accumulator_register, false, true},
            Field{&i->parameter_address, &i->parameter_register, false, true},
            Field{&i->local_address, &i->local_register, false, false}};
  if (auto *i = std::get_if<StoreInstruction>(&instruction))
    return {Field{&i->external_address, &i->external_register, true, false},
            Field{&i->local_address, &i->local_register, false, false}, Field{}};
  return {};
}

/// An address as a place that moves (bytes, or a slot of a ring) and what is added to it.
struct Moving {
  uint64_t place = 0, modulus = 0; // modulus 0: linear
  bool moves = false;              // false: the address is part of the instruction as it is
};

/// How much further b is than a.
uint64_t distance(const Moving &a, const Moving &b) {
  return a.modulus == 0 ? b.place - a.place : (b.place + a.modulus - a.place) % a.modulus;
}

class Roller {
public:
  Roller(const std::vector<Instruction> &code, const CodeRings &rings);
  std::vector<Instruction> run();

private:
  /// From which instruction on, how long, how often.
  struct Choice {
    size_t body = 1, count = 1;
  };
  using Key = std::tuple<uint64_t, uint64_t, uint64_t>; // distance, modulus, place (of rings)

  Moving movingOf(const Field &field, const CodeRings &rings) const;
  bool repeats(size_t i, size_t period) const;
  std::map<Key, uint64_t> registersOf(size_t i, size_t body) const;
  void choose(size_t i);
  void emitLoop(size_t i, const Choice &choice, std::vector<Instruction> &out) const;

  const std::vector<Instruction> &code;
  std::vector<std::array<Moving, 3>> moving;
  std::vector<EncodedInstruction> shapes; // without what moves
  std::vector<size_t> runs;               // by period: for how many instructions from here on it holds
  std::vector<size_t> lengths;            // of the shortest code from each instruction on
  std::vector<Choice> choices;
};

Roller::Roller(const std::vector<Instruction> &code, const CodeRings &rings)
    : code(code), runs(kMaxBody + 1, 0), lengths(code.size() + 1, 0), choices(code.size()) {
  for (Instruction instruction : code) {
    std::array<Moving, 3> places;
    const Fields fields = fieldsOf(instruction);
    for (size_t f = 0; f < 3; ++f) {
      places[f] = movingOf(fields[f], rings);
      if (places[f].moves)
        *fields[f].address -= places[f].place;
      if (places[f].moves && fields[f].external)
        *fields[f].address = 0;
    }
    moving.push_back(places);
    shapes.push_back(*encode(instruction));
  }
}

Moving Roller::movingOf(const Field &field, const CodeRings &rings) const {
  if (!field.address)
    return {};
  if (field.external)
    return {*field.address, 0, true};
  for (const Ring &ring : field.in_accumulator ? rings.accumulator : rings.scratchpad) {
    const auto address = static_cast<int64_t>(*field.address);
    if (ring.slots > 1 && address >= ring.base_word && address < ring.endWord())
      return {static_cast<uint64_t>((address - ring.base_word) / ring.slot_words * ring.slot_words),
              static_cast<uint64_t>(ring.words()), true};
  }
  return {};
}

/// Instructions i, i + period and i + 2 period differ by equal distances.
bool Roller::repeats(size_t i, size_t period) const {
  const size_t second = i + period, third = second + period;
  if (third >= code.size() || shapes[i] != shapes[second] || shapes[second] != shapes[third])
    return false;
  for (size_t f = 0; f < 3; ++f)
    if (moving[i][f].moves &&
        distance(moving[i][f], moving[second][f]) != distance(moving[second][f], moving[third][f]))
      return false;
  return true;
}

/// What moves needs a register: linear addresses one for each distance, places in rings one for each place.
std::map<Roller::Key, uint64_t> Roller::registersOf(size_t i, size_t body) const {
  std::map<Key, uint64_t> registers;
  for (size_t j = i; j < i + body; ++j)
    for (size_t f = 0; f < 3; ++f) {
      const Moving &now = moving[j][f];
      const uint64_t moved = now.moves ? distance(now, moving[j + body][f]) : 0;
      if (moved != 0)
        registers.emplace(Key{moved, now.modulus, now.modulus == 0 ? 0 : now.place},
                          kFirstRegister + registers.size());
    }
  return registers;
}

/// The shortest code from instruction i on.
void Roller::choose(size_t i) {
  lengths[i] = lengths[i + 1] + 1;
  for (size_t body = 1; body <= kMaxBody; ++body) {
    runs[body] = repeats(i, body) ? runs[body] + 1 : 0;
    if (runs[body] < body)
      continue;
    const size_t count = runs[body] / body + 2, rest = lengths[i + body * count];
    if (rest + body + 2 >= lengths[i])
      continue;
    const size_t registers = registersOf(i, body).size(), length = rest + body + 2 + 2 * registers;
    if (registers > kMaxRegisters || length >= lengths[i])
      continue;
    lengths[i] = length;
    choices[i] = {body, count};
  }
}

void Roller::emitLoop(size_t i, const Choice &choice, std::vector<Instruction> &out) const {
  const std::map<Key, uint64_t> registers = registersOf(i, choice.body);
  for (const auto &[key, reg] : registers) {
    SetInstruction set;
    set.destination_register = reg;
    set.value = std::get<2>(key);
    out.push_back(set);
  }
  LoopInstruction loop;
  loop.count = choice.count;
  out.push_back(loop);
  for (size_t j = i; j < i + choice.body; ++j) {
    Instruction instruction = code[j];
    const Fields fields = fieldsOf(instruction);
    for (size_t f = 0; f < 3; ++f) {
      const Moving &now = moving[j][f];
      const uint64_t moved = now.moves ? distance(now, moving[j + choice.body][f]) : 0;
      if (moved == 0)
        continue;
      const uint64_t place = now.modulus == 0 ? 0 : now.place;
      *fields[f].address -= place;
      *fields[f].reg = registers.at(Key{moved, now.modulus, place});
    }
    out.push_back(instruction);
  }
  for (const auto &[key, reg] : registers) {
    AddInstruction add;
    add.destination_register = add.source_register = reg;
    add.value = static_cast<int64_t>(std::get<0>(key));
    add.modulus = std::get<1>(key);
    out.push_back(add);
  }
  out.push_back(EndInstruction{});
}

std::vector<Instruction> Roller::run() {
  for (size_t i = code.size(); i-- > 0;)
    choose(i);
  std::vector<Instruction> out;
  for (size_t i = 0; i < code.size(); i += choices[i].body * choices[i].count)
    if (choices[i].count == 1)
      out.push_back(code[i]);
    else
      emitLoop(i, choices[i], out);
  return out;
}

} // namespace

std::vector<Instruction> rollLoops(const std::vector<Instruction> &code, const CodeRings &rings) {
  for (const Instruction &instruction : code)
    if (!encode(instruction))
      return code; // the caller reports it
  return Roller(code, rings).run();
}

} // namespace lockstep
