#include "compiler/quantize/QuantizeFile.h"

#include "compiler/onnx/OnnxModel.h"
#include "compiler/quantize/Quantize.h"

namespace lockstep {

Result<QuantizationReport> quantizeFile(const std::string &in, const NamedTensors &batch,
                                        const QuantizeOptions &options, const std::string &out) {
  auto model = readModel(in);
  if (!model)
    return model.error();
  auto quantized = quantizeModel(*model, batch, options);
  if (!quantized)
    return Error{quantized.error().kind, in + ": " + quantized.error().message};
  if (Status status = writeModel(quantized->model, out); !status)
    return status.error();
  return std::move(quantized->report);
}

} // namespace lockstep
