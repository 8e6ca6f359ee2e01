#include "compiler/accelerator/AcceleratorTarget.h"

#include <algorithm>

namespace lockstep {
namespace {

std::string head(const LayerPlan &layer) { return layer.label + ": " + layer.operation + "\n"; }

std::string indented(const std::string &text) {
  std::string out;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    out += "    " + text.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return out;
}

std::string percent(uint64_t part, uint64_t whole) {
  const uint64_t tenths = whole == 0 ? 0 : (1000 * part + whole / 2) / whole;
  return std::to_string(tenths / 10) + "." + std::to_string(tenths % 10);
}

} // namespace

std::string printMapped(const AcceleratorPiece &piece) {
  std::string text;
  for (const LayerPlan &layer : piece.layers) {
    text += head(layer) + "  taken: " + layer.mapping + "\n";
    for (const std::string &alternative : layer.alternatives)
      text += "    " + alternative + "\n";
  }
  return text;
}

std::string printScheduled(const AcceleratorPiece &piece) {
  std::string text;
  for (const LayerPlan &layer : piece.layers) {
    text += head(layer) + "  " + layer.mapping + ": " + std::to_string(layer.predicted_cycles) +
            " cycles predicted, bound " + std::to_string(layer.bound_cycles) + " (" +
            percent(layer.bound_cycles, layer.predicted_cycles) + " %)\n";
    if (layer.instructions > 0)
      text += "  instructions " + std::to_string(layer.first_instruction) + " to " +
              std::to_string(layer.first_instruction + layer.instructions - 1) + "\n";
    text += indented(layer.schedule);
  }
  return text;
}

} // namespace lockstep
