#include "sim/rtl_engine/RtlEngine.h"

#include "sim/rtl_engine/ModelCache.h"
#include "sim/rtl_engine/RtlRun.h"
#include "sim/rtl_engine/SharedModel.h"

namespace lockstep {

namespace {

class RtlEngine final : public Engine {
public:
  RtlEngine(const Parameters &parameters, const RtlVariant &variant, std::unique_ptr<SharedModel> model)
      : parameters(parameters), variant(variant), model(std::move(model)) {}

  Result<RunResult> run(const Program &program, ExternalMemory &memory, const RunOptions &options) override {
    if (Status status = checkOptions(options); !status)
      return status.error();
    RtlRun run(model->functions(), parameters, program, memory, options);
    Result<RunResult> result = run.execute();
    state = OnChipState();
    if (!result || !options.values)
      return result;
    auto contents = run.readOnChip();
    if (!contents)
      return contents.error();
    state = std::move(*contents);
    return result;
  }

  const OnChipState &onChipState() const override { return state; }

private:
  Status checkOptions(const RunOptions &options) const {
    if (!options.wave_file.empty() && !variant.trace)
      return Error{ErrorKind::Usage,
                   "This RTL engine was made without trace and cannot write " + options.wave_file + "."};
    if (options.fault && !variant.faults)
      return Error{ErrorKind::Usage, "This RTL engine was made without faults and cannot switch on fault " +
                                         std::to_string(options.fault) + "."};
    return {};
  }

  const Parameters parameters;
  const RtlVariant variant;
  std::unique_ptr<SharedModel> model;
  OnChipState state;
};

} // namespace

Result<std::unique_ptr<Engine>> makeRtlEngine(const Parameters &parameters, const RtlVariant &variant) {
  auto file = cachedModel(parameters, variant);
  if (!file)
    return file.error();
  auto model = SharedModel::load(*file);
  if (!model)
    return model.error();
  return std::unique_ptr<Engine>(std::make_unique<RtlEngine>(parameters, variant, std::move(*model)));
}

Result<std::unique_ptr<Engine>> makeRtlEngine(const Parameters &parameters, bool assertions, bool trace) {
  RtlVariant variant;
  variant.assertions = assertions;
  variant.trace = trace;
  return makeRtlEngine(parameters, variant);
}

} // namespace lockstep
