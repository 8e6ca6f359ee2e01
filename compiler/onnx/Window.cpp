#include "compiler/onnx/Window.h"

#include <fmt/format.h>

namespace lockstep {

namespace {

using Extents = llvm::SmallVector<int64_t>;

constexpr int64_t kLargest = int64_t(1) << 31; // of any attribute: no product of two overflows

/// As many outputs as input / stride, rounded up; what is missing is padded on both sides.
void padSame(Window &window, llvm::ArrayRef<int64_t> spatial, bool upper) {
  for (size_t i = 0; i < window.rank(); ++i) {
    const int64_t outputs = (spatial[i] + window.strides[i] - 1) / window.strides[i];
    const int64_t total =
        std::max<int64_t>((outputs - 1) * window.strides[i] + window.span(i) - spatial[i], 0);
    window.pads_begin[i] = upper ? total / 2 : total - total / 2;
    window.pads_end[i] = total - window.pads_begin[i];
  }
}

Status setPads(const NodeContext &context, Window &window, llvm::ArrayRef<int64_t> spatial) {
  const size_t rank = window.rank();
  window.pads_begin.assign(rank, 0);
  window.pads_end.assign(rank, 0);
  const std::string automatic = context.stringAttribute("auto_pad", "NOTSET");
  if (automatic == "VALID")
    return {};
  if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
    padSame(window, spatial, automatic == "SAME_UPPER");
    return {};
  }
  if (automatic != "NOTSET" && !automatic.empty())
    return context.unsupported(fmt::format("auto_pad '{}'", automatic));
  Result<Extents> pads = spatialAttribute(context, "pads", 2 * rank, 0, 0);
  if (!pads)
    return pads.error();
  window.pads_begin.assign(pads->begin(), pads->begin() + static_cast<long>(rank));
  window.pads_end.assign(pads->begin() + static_cast<long>(rank), pads->end());
  return {};
}

} // namespace

bool Window::isDilated() const {
  return llvm::any_of(dilations, [](int64_t dilation) { return dilation != 1; });
}

bool Window::isPadded() const {
  const auto nonzero = [](int64_t pad) { return pad != 0; };
  return llvm::any_of(pads_begin, nonzero) || llvm::any_of(pads_end, nonzero);
}

Result<Extents> spatialAttribute(const NodeContext &context, const std::string &name, size_t rank,
                                 int64_t otherwise, int64_t least) {
  const std::vector<int64_t> given = context.intsAttribute(name);
  if (given.empty())
    return Extents(rank, otherwise);
  if (given.size() != rank)
    return context.unsupported(fmt::format("attribute {} has {} values, not {}", name, given.size(), rank));
  for (int64_t value : given)
    if (value < least || value > kLargest)
      return context.unsupported(fmt::format("attribute {} has {}, allowed: {} to 2^31", name, value, least));
  return Extents(given.begin(), given.end());
}

Result<Window> windowOf(const NodeContext &context, llvm::ArrayRef<int64_t> spatial,
                        llvm::ArrayRef<int64_t> kernel) {
  Window window;
  window.kernel = Extents(kernel);
  if (spatial.size() != kernel.size())
    return context.unsupported(
        fmt::format("{} spatial axes, but a kernel of {}", spatial.size(), kernel.size()));
  for (int64_t extent : kernel)
    if (extent < 1 || extent > kLargest)
      return context.unsupported(fmt::format("a kernel extent of {}, allowed: 1 to 2^31", extent));
  for (auto [name, member] : {std::pair{"strides", &Window::strides}, {"dilations", &Window::dilations}}) {
    Result<Extents> values = spatialAttribute(context, name, kernel.size(), 1, 1);
    if (!values)
      return values.error();
    window.*member = *values;
  }
  if (Status status = setPads(context, window, spatial); !status)
    return status.error();
  for (size_t i = 0; i < window.rank(); ++i)
    if (spatial[i] + window.pads_begin[i] + window.pads_end[i] < window.span(i))
      return context.unsupported(
          fmt::format("the kernel spans {} positions of axis {}, which has {} with pads", window.span(i), i,
                      spatial[i] + window.pads_begin[i] + window.pads_end[i]));
  return window;
}

} // namespace lockstep
