// A compiled model: tensors, and pieces that run one after the other. The .lsp file.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "hw/machine/Parameters.h"
#include "hw/support/Result.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace lockstep {

/// What runs on one target without interruption. Indices are into Package::tensors.
struct Piece {
  std::string name;   // of the outlined function: "accelerator_0"
  std::string target; // "accelerator", "onednn", "host", ...
  std::vector<unsigned> inputs, outputs;
  std::vector<uint8_t> code;       // accelerator: a program file, symbols in_0.., out_0..; host: empty, the
                                   // function is in host_object
  std::vector<std::string> layers; // labels of the ONNX nodes inside
};

struct PackageTensor {
  std::string name, element_type;
  std::vector<uint64_t> shape;
};

struct Package {
  std::string model;     // file name that it was compiled from
  Parameters parameters; // machine that it was compiled for
  std::vector<PackageTensor> tensors;
  std::vector<unsigned> inputs, outputs; // of the model, in its order
  std::vector<Piece> pieces;             // in an order in which they can run
  std::string host_triple;
  std::vector<uint8_t> host_object; // functions of all host pieces; empty if there are none
  std::map<std::string, std::string>
      notes; // for people: quantization summary, the partition's table, ... as JSON text
};

/// One file of tagged sections with checksums (CRC-32): a manifest (JSON) and the bytes of pieces and object.
/// Errors: truncated, corrupted, of another version, indices or sizes out of range (Program); System. Never
/// crashes.
Result<Package> readPackage(const std::string &file);
Result<Package> parsePackage(const std::vector<uint8_t> &bytes, const std::string &origin);
std::vector<uint8_t> serializePackage(const Package &package);
Status writePackage(const Package &package, const std::string &file);

} // namespace lockstep
