#include "compiler/package/Manifest.h"

#include <nlohmann/json.hpp>

namespace lockstep {
namespace {

using nlohmann::json;

Error problem(std::string text) { return {ErrorKind::Program, std::move(text)}; }

json describe(const PackageTensor &tensor) {
  return {{"name", tensor.name}, {"element_type", tensor.element_type}, {"shape", tensor.shape}};
}

json describe(const Piece &piece) {
  return {{"name", piece.name},       {"target", piece.target}, {"inputs", piece.inputs},
          {"outputs", piece.outputs}, {"layers", piece.layers}, {"has_code", !piece.code.empty()}};
}

/// A whole number of at most `limit`; JSON's own conversion would take -1 and 1.5 too.
uint64_t wholeNumber(const json &value, uint64_t limit) {
  if (!value.is_number_unsigned() || value.get<uint64_t>() > limit)
    throw std::invalid_argument(value.dump() + " is not a whole number of 0 to " + std::to_string(limit));
  return value.get<uint64_t>();
}

std::vector<unsigned> indicesOf(const json &list) {
  std::vector<unsigned> indices;
  for (const json &value : list.get_ref<const json::array_t &>())
    indices.push_back(static_cast<unsigned>(wholeNumber(value, UINT32_MAX)));
  return indices;
}

PackageTensor tensorFrom(const json &value) {
  PackageTensor tensor{value.at("name").get<std::string>(), value.at("element_type").get<std::string>(), {}};
  for (const json &extent : value.at("shape").get_ref<const json::array_t &>())
    tensor.shape.push_back(wholeNumber(extent, INT64_MAX));
  return tensor;
}

Piece pieceFrom(const json &value) {
  Piece piece;
  piece.name = value.at("name").get<std::string>();
  piece.target = value.at("target").get<std::string>();
  piece.inputs = indicesOf(value.at("inputs"));
  piece.outputs = indicesOf(value.at("outputs"));
  piece.layers = value.at("layers").get<std::vector<std::string>>();
  return piece;
}

void readManifest(const json &manifest, Package &package, std::vector<bool> &hasCode) {
  package.model = manifest.at("model").get<std::string>();
  package.host_triple = manifest.at("host_triple").get<std::string>();
  for (const json &tensor : manifest.at("tensors").get_ref<const json::array_t &>())
    package.tensors.push_back(tensorFrom(tensor));
  package.inputs = indicesOf(manifest.at("inputs"));
  package.outputs = indicesOf(manifest.at("outputs"));
  for (const json &piece : manifest.at("pieces").get_ref<const json::array_t &>()) {
    package.pieces.push_back(pieceFrom(piece));
    hasCode.push_back(piece.at("has_code").get<bool>());
  }
  package.notes = manifest.at("notes").get<std::map<std::string, std::string>>();
}

/// Follows the pieces in order.
class Check {
public:
  explicit Check(const Package &package) : package(package), written(package.tensors.size()) {}

  Status run() {
    for (const PackageTensor &tensor : package.tensors)
      if (Status status = checkTensor(tensor); !status)
        return status;
    if (Status status = write(package.inputs, "the model's inputs"); !status)
      return status;
    for (const Piece &piece : package.pieces) {
      if (Status status = read(piece.inputs, "piece `" + piece.name + "`"); !status)
        return status;
      if (Status status = write(piece.outputs, "piece `" + piece.name + "`"); !status)
        return status;
    }
    return read(package.outputs, "the model's outputs");
  }

private:
  static constexpr uint64_t kMaxTensorBytes = uint64_t{1} << 36;

  Status checkTensor(const PackageTensor &tensor) {
    const uint64_t bytes = elementBytes(tensor.element_type);
    if (bytes == 0)
      return problem("tensor `" + tensor.name + "` has the unknown element type `" + tensor.element_type +
                     "`");
    if (elementCount(tensor.shape) > kMaxTensorBytes / bytes)
      return problem("tensor `" + tensor.name + "` " + shapeText(tensor.shape) + " has over 2^36 bytes");
    return {};
  }
  Status inRange(unsigned index, const std::string &who) {
    if (index < package.tensors.size())
      return {};
    return problem(who + " refer to tensor " + std::to_string(index) + " of " +
                   std::to_string(package.tensors.size()));
  }
  Status write(const std::vector<unsigned> &indices, const std::string &who) {
    for (unsigned index : indices) {
      if (Status status = inRange(index, who); !status)
        return status;
      if (written[index])
        return problem(who + " define tensor `" + package.tensors[index].name + "` a second time");
      written[index] = true;
    }
    return {};
  }
  Status read(const std::vector<unsigned> &indices, const std::string &who) {
    for (unsigned index : indices) {
      if (Status status = inRange(index, who); !status)
        return status;
      if (!written[index])
        return problem(who + " read tensor `" + package.tensors[index].name + "` before it is defined");
    }
    return {};
  }

  const Package &package;
  std::vector<bool> written;
};

} // namespace

std::string printManifest(const Package &package) {
  json manifest = {{"model", package.model},
                   {"host_triple", package.host_triple},
                   {"inputs", package.inputs},
                   {"outputs", package.outputs},
                   {"notes", package.notes}};
  manifest["tensors"] = json::array();
  for (const PackageTensor &tensor : package.tensors)
    manifest["tensors"].push_back(describe(tensor));
  manifest["pieces"] = json::array();
  for (const Piece &piece : package.pieces)
    manifest["pieces"].push_back(describe(piece));
  // Names may be any bytes; what is not UTF-8 is replaced.
  return manifest.dump(1, ' ', false, json::error_handler_t::replace);
}

Status parseManifest(const std::string &text, Package &package, std::vector<bool> &hasCode) {
  try {
    readManifest(json::parse(text), package, hasCode);
  } catch (const std::exception &error) {
    return problem(std::string("its manifest is not what it should be: ") + error.what());
  }
  return {};
}

Status checkPackage(const Package &package) { return Check(package).run(); }

} // namespace lockstep
