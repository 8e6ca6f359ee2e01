#include "compiler/pipeline/Notes.h"

#include <nlohmann/json.hpp>

namespace lockstep {

namespace {

using Json = nlohmann::ordered_json;

Json jsonOf(const LayerPlan &layer) {
  return {{"label", layer.label},
          {"operation", layer.operation},
          {"mapping", layer.mapping},
          {"schedule", layer.schedule},
          {"bound_cycles", layer.bound_cycles},
          {"predicted_cycles", layer.predicted_cycles},
          {"first_instruction", layer.first_instruction},
          {"instructions", layer.instructions}};
}

LayerPlan layerOf(const Json &json) {
  LayerPlan layer;
  layer.label = json.value("label", "");
  layer.operation = json.value("operation", "");
  layer.mapping = json.value("mapping", "");
  layer.schedule = json.value("schedule", "");
  layer.bound_cycles = json.value("bound_cycles", uint64_t(0));
  layer.predicted_cycles = json.value("predicted_cycles", uint64_t(0));
  layer.first_instruction = json.value("first_instruction", uint64_t(0));
  layer.instructions = json.value("instructions", uint64_t(0));
  return layer;
}

/// `read` may throw what the JSON library throws: the note was then written by somebody else.
template <typename Value, typename Read> Value readNote(const Package &package, const char *name, Read read) {
  auto note = package.notes.find(name);
  if (note == package.notes.end())
    return {};
  try {
    return read(Json::parse(note->second));
  } catch (const nlohmann::json::exception &) {
    return {};
  }
}

} // namespace

void noteLayers(Package &package, const PieceLayers &layers) {
  Json note = Json::object();
  for (const auto &[piece, plans] : layers) {
    Json &list = note[piece] = Json::array();
    for (const LayerPlan &plan : plans)
      list.push_back(jsonOf(plan));
  }
  package.notes["layers"] = note.dump();
}

void notePlaces(Package &package, const std::vector<OperatorPlace> &places) {
  Json note = Json::array();
  for (const OperatorPlace &place : places)
    note.push_back({{"label", place.label},
                    {"operation", place.operation},
                    {"target", place.target},
                    {"reason", place.reason}});
  package.notes["places"] = note.dump();
}

PieceLayers layersOf(const Package &package) {
  return readNote<PieceLayers>(package, "layers", [](const Json &note) {
    PieceLayers layers;
    for (const auto &[piece, plans] : note.items())
      for (const Json &plan : plans)
        layers[piece].push_back(layerOf(plan));
    return layers;
  });
}

std::vector<OperatorPlace> placesOf(const Package &package) {
  return readNote<std::vector<OperatorPlace>>(package, "places", [](const Json &note) {
    std::vector<OperatorPlace> places;
    for (const Json &place : note)
      places.push_back({place.value("label", ""), place.value("operation", ""), place.value("target", ""),
                        place.value("reason", "")});
    return places;
  });
}

} // namespace lockstep
