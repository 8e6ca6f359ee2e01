#include "tests/support/ShrinkProgram.h"

#include "hw/check/ProgramCheck.h"
#include "hw/isa/Fields.h"

#include <cstring>
#include <string>

namespace lockstep {
namespace {

using Text = std::vector<Instruction>;

class Shrinker {
public:
  Shrinker(const Program &program, const std::function<bool(const Program &)> &stillFails,
           unsigned mostTrials)
      : best(program), stillFails(stillFails), trials(mostTrials) {
    for (const EncodedInstruction &bits : program.instructions)
      text.push_back(*decode(bits));
  }

  Program run() {
    while (leaveOutInstructions() | unwindLoops() | becomeSyncs() | leaveOutSemaphores() | reduceFields()) {
    }
    return best;
  }

private:
  /// Takes the candidate over if it is legal and still fails.
  bool accept(const Text &candidate) {
    if (trials == 0)
      return false;
    Program program = best;
    program.instructions.clear();
    for (const Instruction &instruction : candidate) {
      const Result<EncodedInstruction> bits = encode(instruction);
      if (!bits)
        return false;
      program.instructions.push_back(*bits);
    }
    if (!checkProgram(program, CheckLimits{1000000}))
      return false;
    --trials;
    if (!stillFails(program))
      return false;
    best = program;
    text = candidate;
    return true;
  }

  bool leaveOutInstructions() {
    bool any = false;
    for (size_t size = text.size() / 2; size > 0; size /= 2)
      for (size_t at = 0; at + size < text.size();) {
        Text candidate = text;
        const auto first = candidate.begin() + static_cast<long>(at);
        candidate.erase(first, first + static_cast<long>(size));
        if (accept(candidate))
          any = true;
        else
          ++at;
      }
    return any;
  }

  /// A loop's body runs once, and its instructions and `end` go.
  bool unwindLoops() {
    bool any = false;
    for (size_t at = 0; at < text.size(); ++at) {
      if (!std::holds_alternative<LoopInstruction>(text[at]))
        continue;
      Text candidate = text;
      candidate.erase(candidate.begin() + static_cast<long>(endOf(at)));
      candidate.erase(candidate.begin() + static_cast<long>(at));
      any = accept(candidate) || any;
    }
    return any;
  }

  size_t endOf(size_t loop) const {
    size_t depth = 0, at = loop;
    do {
      depth += std::holds_alternative<LoopInstruction>(text[at]);
      depth -= std::holds_alternative<EndInstruction>(text[at]);
      ++at;
    } while (depth > 0);
    return at - 1;
  }

  static SyncInstruction syncLike(const Instruction &instruction) {
    SyncInstruction sync;
    sync.unit = static_cast<uint64_t>(unitOf(instruction));
    const SemaphoreList waits = waitsOf(instruction), posts = postsOf(instruction);
    uint64_t *waitFields[] = {&sync.wait_0, &sync.wait_1, &sync.wait_2};
    uint64_t *postFields[] = {&sync.post_0, &sync.post_1, &sync.post_2};
    for (unsigned i = 0; i < waits.count; ++i)
      *waitFields[i] = waits.ids[i] + 1u;
    for (unsigned i = 0; i < posts.count; ++i)
      *postFields[i] = posts.ids[i] + 1u;
    return sync;
  }

  bool becomeSyncs() {
    bool any = false;
    for (size_t at = 0; at < text.size(); ++at) {
      if (unitOf(text[at]) == Unit::Sequencer || std::holds_alternative<SyncInstruction>(text[at]))
        continue;
      Text candidate = text;
      candidate[at] = syncLike(text[at]);
      any = accept(candidate) || any;
    }
    return any;
  }

  bool leaveOutSemaphores() {
    bool any = false;
    for (uint64_t semaphore = 1; semaphore <= kNumSemaphores; ++semaphore) {
      Text candidate = text;
      bool used = false;
      for (Instruction &instruction : candidate)
        std::visit(
            [&](auto &fields) {
              forEachField(fields, [&](const char *, unsigned, FieldKind kind, auto &value) {
                if (kind == FieldKind::Semaphore && static_cast<uint64_t>(value) == semaphore)
                  value = 0, used = true;
              });
            },
            instruction);
      any = (used && accept(candidate)) || any;
    }
    return any;
  }

  /// Fields that make an instruction larger or stranger go to 0, to 1, or half way there.
  bool reduceFields() {
    bool any = false;
    for (size_t at = 0; at < text.size(); ++at)
      for (const FieldInfo &field : infoOf(text[at]).fields)
        if (isReducible(field))
          any = reduce(at, field.name) || any;
    return any;
  }

  static bool isReducible(const FieldInfo &field) {
    const bool address = field.name.find("address") != std::string::npos;
    return field.kind != FieldKind::Semaphore && !address && field.name != "unit" &&
           field.name.find("destination") == std::string::npos && field.name != "shift" &&
           field.name != "modulus";
  }

  bool reduce(size_t at, const std::string &name) {
    const int64_t now = valueOf(text[at], name);
    for (const int64_t smaller : {int64_t{0}, int64_t{1}, now / 2}) {
      if (now == smaller || now == 0 || (now == 1 && smaller != 0))
        continue;
      Text candidate = text;
      setValue(candidate[at], name, smaller);
      if (accept(candidate))
        return true;
    }
    return false;
  }

  static int64_t valueOf(const Instruction &instruction, const std::string &name) {
    int64_t found = 0;
    std::visit(
        [&](const auto &fields) {
          forEachField(fields, [&](const char *field, unsigned, FieldKind, auto value) {
            if (name == field)
              found = static_cast<int64_t>(value);
          });
        },
        instruction);
    return found;
  }

  static void setValue(Instruction &instruction, const std::string &name, int64_t wanted) {
    std::visit(
        [&](auto &fields) {
          forEachField(fields, [&](const char *field, unsigned, FieldKind, auto &value) {
            if (name == field)
              value = static_cast<std::decay_t<decltype(value)>>(wanted);
          });
        },
        instruction);
  }

  Program best;
  Text text; // of `best`
  const std::function<bool(const Program &)> &stillFails;
  unsigned trials;
};

} // namespace

Program shrinkProgram(const Program &program, const std::function<bool(const Program &)> &stillFails,
                      unsigned mostTrials) {
  return Shrinker(program, stillFails, mostTrials).run();
}

} // namespace lockstep
