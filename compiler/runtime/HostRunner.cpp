// Pieces that are functions of the package's host object.
#include "compiler/host/HostModule.h"
#include "compiler/runtime/PackageRunner.h"

namespace lockstep {
namespace {

class HostRunner final : public PieceRunner {
public:
  explicit HostRunner(std::unique_ptr<HostModule> code) : code(std::move(code)) {}

  Status run(const Package &, const Piece &piece, const std::vector<const Tensor *> &inputs,
             const std::vector<Tensor *> &outputs) override {
    if (!code)
      return Error{ErrorKind::Usage,
                   "the package has no host object, but piece `" + piece.name + "` is in it"};
    return code->call(piece.name, inputs, outputs);
  }

private:
  std::unique_ptr<HostModule> code; // null: a package without host pieces
};

} // namespace

Result<std::shared_ptr<PieceRunner>> makeHostRunner(const Package &package) {
  if (package.host_object.empty())
    return std::shared_ptr<PieceRunner>(std::make_shared<HostRunner>(nullptr));
  Result<std::unique_ptr<HostModule>> code = loadHostObject(package.host_object);
  if (!code)
    return code.error();
  return std::shared_ptr<PieceRunner>(std::make_shared<HostRunner>(std::move(*code)));
}

} // namespace lockstep
