#include "compiler/host/HostTarget.h"

namespace lockstep {
namespace {

class HostTarget final : public Target {
public:
  std::string name() const override { return "host"; }
  TargetMatch match(mlir::Operation *anchor) const override { return {{anchor}, ""}; }
  bool inHostObject() const override { return true; }
  Result<std::vector<uint8_t>> generate(mlir::func::FuncOp) const override { return std::vector<uint8_t>(); }
};

} // namespace

std::shared_ptr<const Target> makeHostTarget() { return std::make_shared<HostTarget>(); }

} // namespace lockstep
