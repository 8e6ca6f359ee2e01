// GridSample: each element of the result looks up the image at a place that data give.
#include "compiler/onnx/IndexingOps.h"
#include "compiler/onnx/ShapeBuilder.h"

#include <mlir/Dialect/Arith/IR/Arith.h>
#include <mlir/Dialect/Math/IR/Math.h>
#include <mlir/Dialect/Tensor/IR/Tensor.h>

namespace lockstep {

using mlir::Value;
namespace arith = mlir::arith;
namespace math = mlir::math;
using Values = llvm::SmallVector<Value>;

namespace {

enum class Padding { Zeros, Border, Reflection };

/// Emits the arithmetic of one element. Places are real numbers in pixels.
class GridSampler {
public:
  GridSampler(ScalarBuilder &b, Value image, mlir::ValueRange imageAndChannel, Padding padding,
              bool alignCorners)
      : b(b), image(image), outer(imageAndChannel), padding(padding), alignCorners(alignCorners) {}

  /// From -1 .. 1 to pixels, and back into the image where the padding says so.
  Value place(Value grid, size_t axis) {
    Value raised = scalarAdd(b, grid, number(1)), extent = number(double(extentOf(axis)));
    Value scaled = alignCorners ? scalarMul(b, raised, number(double(extentOf(axis) - 1)))
                                : scalarSub(b, scalarMul(b, raised, extent), number(1));
    Value result = scalarMul(b, scaled, number(0.5));
    if (padding == Padding::Border)
      return clamped(result, 0, double(extentOf(axis) - 1));
    return padding == Padding::Reflection ? reflected(result, axis) : result;
  }

  Value nearest(Value y, Value x) {
    return pixel(b.create<math::RoundEvenOp>(y), b.create<math::RoundEvenOp>(x));
  }

  Value bilinear(Value y, Value x) {
    return separable(y, x, 0, 2, [&](Value distance) { return scalarSub(b, number(1), distance); });
  }

  Value bicubic(Value y, Value x) {
    return separable(y, x, -1, 3, [&](Value distance) { return cubic(distance); });
  }

private:
  mlir::Type type() const { return elementOf(image); }
  Value number(double value) { return scalarConstant(b, type(), value); }
  int64_t extentOf(size_t axis) const { return shapeOf(image)[axis]; }
  Value clamped(Value x, double low, double high) {
    return b.create<arith::MinNumFOp>(b.create<arith::MaxNumFOp>(x, number(low)), number(high));
  }

  /// A triangle wave between the image's borders: the centres of its corner pixels, or their outer edges.
  Value reflected(Value x, size_t axis) {
    double low = alignCorners ? 0 : -0.5, range = double(extentOf(axis)) - (alignCorners ? 1 : 0);
    if (range == 0)
      return number(0);
    Value distance = b.create<math::AbsFOp>(scalarSub(b, x, number(low)));
    Value phase = b.create<arith::RemFOp>(distance, number(2 * range));
    Value folded = b.create<arith::MinNumFOp>(phase, scalarSub(b, number(2 * range), phase));
    return scalarAdd(b, folded, number(low));
  }

  /// The pixel at whole numbers; outside of the image what the padding says.
  Value pixel(Value y, Value x) {
    if (padding == Padding::Reflection) {
      y = reflected(y, 2);
      x = reflected(x, 3);
    }
    Values at(outer);
    at.append({index(y, 2), index(x, 3)});
    Value value = b.create<mlir::tensor::ExtractOp>(image, at);
    if (padding != Padding::Zeros)
      return value;
    Value inside = b.create<arith::AndIOp>(isInside(y, 2), isInside(x, 3));
    return scalarSelect(b, inside, value, number(0));
  }

  Value isInside(Value x, size_t axis) {
    Value low = scalarCompare(b, Comparison::LessOrEqual, number(0), x, false);
    return b.create<arith::AndIOp>(
        low, scalarCompare(b, Comparison::LessOrEqual, x, number(double(extentOf(axis) - 1)), false));
  }

  Value index(Value x, size_t axis) {
    Value bounded = clamped(x, 0, double(extentOf(axis) - 1));
    return safeIndex(b, scalarCast(b, bounded, false, b.getI64Type(), false), extentOf(axis));
  }

  /// Keys' kernel with a = -0.75 at a distance of 0 to 2.
  Value cubic(Value distance) {
    const double a = -0.75;
    auto polynomial = [&](std::initializer_list<double> coefficients) {
      Value sum;
      for (double coefficient : coefficients)
        sum = sum ? scalarAdd(b, scalarMul(b, sum, distance), number(coefficient)) : number(coefficient);
      return sum;
    };
    Value isNear = scalarCompare(b, Comparison::LessOrEqual, distance, number(1), false);
    return scalarSelect(b, isNear, polynomial({a + 2, -(a + 3), 0, 1}),
                        polynomial({a, -5 * a, 8 * a, -4 * a}));
  }

  /// Sum over neighbours floor + first .. floor + last - 1 on both axes, weighted by their distances.
  Value separable(Value y, Value x, int first, int last, llvm::function_ref<Value(Value)> weight) {
    Value top = b.create<math::FloorOp>(y), left = b.create<math::FloorOp>(x), sum = number(0);
    auto distanceTo = [&](Value neighbour, Value from) {
      return b.create<math::AbsFOp>(scalarSub(b, from, neighbour));
    };
    for (int i = first; i < last; ++i) {
      Value row = scalarAdd(b, top, number(i)), rowSum = number(0);
      for (int j = first; j < last; ++j) {
        Value column = scalarAdd(b, left, number(j));
        rowSum = scalarAdd(b, rowSum, scalarMul(b, pixel(row, column), weight(distanceTo(column, x))));
      }
      sum = scalarAdd(b, sum, scalarMul(b, rowSum, weight(distanceTo(row, y))));
    }
    return sum;
  }

  ScalarBuilder &b;
  Value image;
  Values outer;
  Padding padding;
  bool alignCorners;
};

std::optional<Padding> paddingNamed(const std::string &name) {
  if (name == "zeros")
    return Padding::Zeros;
  if (name == "border")
    return Padding::Border;
  return name == "reflection" ? std::optional<Padding>(Padding::Reflection) : std::nullopt;
}

Status importGridSample(NodeContext &context) {
  ImportedValue x = context.input(0), grid = context.input(1);
  std::string mode = context.stringAttribute("mode", "bilinear");
  auto padding = paddingNamed(context.stringAttribute("padding_mode", "zeros"));
  bool known = mode == "bilinear" || mode == "nearest" || mode == "bicubic";
  if (!padding || !known || x.shape().size() != 4 || grid.shape().size() != 4 || grid.shape()[3] != 2 ||
      grid.shape()[0] != x.shape()[0] || countOf(x.shape()) == 0)
    return context.unsupported("it needs images [n, c, h, w] and a grid [n, y, x, 2], and modes of opset 16");
  mlir::Type element = x.type().getElementType();
  if ((!element.isF32() && !element.isF64()) || x.element_type != grid.element_type)
    return context.unsupported("images and grid are " + x.element_type + " and " + grid.element_type);
  bool align = context.intAttribute("align_corners", 0);
  Extents shape{x.shape()[0], x.shape()[1], grid.shape()[1], grid.shape()[2]};
  Value result = mapIndices(context, shape, element, [&](ScalarBuilder &b, mlir::ValueRange at) {
    GridSampler sampler(b, x.value, at.take_front(2), *padding, align);
    auto coordinate = [&](int64_t which) {
      return b.create<mlir::tensor::ExtractOp>(grid.value,
                                               Values{at[0], at[2], at[3], indexConstant(b, which)});
    };
    Value column = sampler.place(coordinate(0), 3), row = sampler.place(coordinate(1), 2);
    if (mode == "nearest")
      return sampler.nearest(row, column);
    return mode == "bilinear" ? sampler.bilinear(row, column) : sampler.bicubic(row, column);
  });
  context.setOutput(0, result, x.element_type);
  return {};
}

} // namespace

void addGridSampleImporters(NodeImporters &importers) { importers["GridSample"] = importGridSample; }

} // namespace lockstep
