#include "compiler/pipeline/RecordingTarget.h"

#include "hw/isa/Assembler.h"

#include <chrono>

namespace lockstep {

namespace {

class RecordingTarget final : public Target {
public:
  RecordingTarget(const Parameters &parameters, std::shared_ptr<AcceleratorRecord> record)
      : parameters(parameters), inner(makeAcceleratorTarget(parameters)), record(std::move(record)) {}

  std::string name() const override { return inner->name(); }
  TargetMatch match(mlir::Operation *anchor) const override { return inner->match(anchor); }
  bool mergesGroups() const override { return inner->mergesGroups(); }

  Result<std::vector<uint8_t>> generate(mlir::func::FuncOp function) const override {
    auto begin = std::chrono::steady_clock::now();
    auto piece = compileAcceleratorPiece(function, parameters);
    if (!piece)
      return piece.error();
    note(function.getName().str(), *piece);
    record->seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return serializeProgram(piece->program);
  }

private:
  void note(const std::string &name, const AcceleratorPiece &piece) const {
    record->layers[name] = piece.layers;
    if (!record->wants_texts)
      return;
    record->mapped += "// " + name + "\n" + printMapped(piece);
    record->scheduled += "// " + name + "\n" + printScheduled(piece);
    record->program += "; " + name + "\n" + disassembleProgram(piece.program);
  }

  const Parameters parameters;
  const std::shared_ptr<const Target> inner;
  const std::shared_ptr<AcceleratorRecord> record;
};

} // namespace

std::shared_ptr<const Target> makeRecordingAccelerator(const Parameters &parameters,
                                                       std::shared_ptr<AcceleratorRecord> record) {
  return std::make_shared<RecordingTarget>(parameters, std::move(record));
}

} // namespace lockstep
