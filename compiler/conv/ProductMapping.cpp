#include "compiler/conv/ProductMapping.h"

#include "compiler/gemm/GemmLayer.h"
#include "compiler/gemm/GemmScheduler.h"

namespace lockstep {
namespace {

bool isPadded(const ConvProblem &p) {
  return p.pad_top != 0 || p.pad_bottom != 0 || p.pad_left != 0 || p.pad_right != 0;
}

/// 1x1 with stride 1: every pixel is a row of the product.
bool isPointwise(const ConvProblem &p) {
  return p.kernel_height == 1 && p.kernel_width == 1 && (p.stride_h == 1 || p.in_height == 1) &&
         (p.stride_w == 1 || p.in_width == 1);
}

/// A kernel as large as the image, without holes: every image is a row of the product.
bool coversImage(const ConvProblem &p) {
  return p.kernel_height == p.in_height && p.kernel_width == p.in_width &&
         (p.dilation_h == 1 || p.kernel_height == 1) && (p.dilation_w == 1 || p.kernel_width == 1);
}

const char *refusalOf(const ConvProblem &p) {
  const int64_t outputBytes = p.out_channels * (p.output == GemmOutput::Int32 ? 4 : 1);
  if (p.groups != 1)
    return "there are groups";
  if (isPadded(p))
    return "the image is padded";
  if (!isPointwise(p) && !coversImage(p))
    return "the kernel is neither 1x1 with stride 1 nor as large as the image";
  if ((p.input_pixel_stride != 0 && p.input_pixel_stride != p.in_channels) ||
      (p.output_pixel_stride != 0 && p.output_pixel_stride != outputBytes))
    return "pixels do not lie one behind the other in memory";
  return nullptr;
}

} // namespace

Result<GemmProblem> productOf(const ConvProblem &p) {
  if (const char *refusal = refusalOf(p))
    return Error{ErrorKind::Usage, refusal};
  GemmProblem product;
  product.m = p.batch * p.outHeight() * p.outWidth();
  product.n = p.out_channels;
  product.k = p.in_channels * p.kernel_height * p.kernel_width;
  product.a_zero_point = p.input_zero_point;
  product.b_zero_point = p.weight_zero_point;
  product.output = p.output;
  product.has_bias = p.has_bias;
  product.per_column = p.per_channel;
  product.multiplier = p.multiplier;
  product.shift = p.shift;
  product.output_zero_point = p.output_zero_point;
  product.clamp_minimum = p.clamp_minimum;
  product.clamp_maximum = p.clamp_maximum;
  return product;
}

Result<ConvSchedule> searchProduct(const ConvProblem &problem, const Parameters &parameters) {
  const Result<GemmProblem> product = productOf(problem);
  if (!product)
    return product.error();
  const Result<GemmSchedule> found = scheduleGemm(*product, parameters);
  if (!found)
    return found.error();
  ConvSchedule schedule;
  schedule.mapping = ConvMapping::MatrixProduct;
  schedule.product = *found;
  schedule.predicted_cycles = found->predicted_cycles;
  return schedule;
}

Result<std::vector<Instruction>> emitProduct(const ConvProblem &problem, const GemmSchedule &schedule,
                                             const ConvAddresses &addresses, const Parameters &parameters) {
  const Result<GemmProblem> product = productOf(problem);
  if (!product)
    return product.error();
  GemmAddresses operands;
  operands.a = addresses.input;
  operands.b = addresses.weights;
  operands.c = addresses.output;
  operands.parameters = addresses.parameters;
  operands.parameter_array_bytes = addresses.parameter_array_bytes;
  return emitGemmLayer(*product, schedule, operands, parameters);
}

} // namespace lockstep
