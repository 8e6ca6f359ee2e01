#include "compiler/tensor/TensorFile.h"

#include "hw/support/Files.h"

#include <fmt/format.h>

#include <map>
#include <regex>

namespace lockstep {

namespace {

const std::map<std::string, std::string> typesByDescriptor = {
    {"|i1", "int8"},  {"<i2", "int16"},  {"<i4", "int32"},  {"<i8", "int64"},   {"|u1", "uint8"},   {"<u2", "uint16"},
    {"<u4", "uint32"}, {"<u8", "uint64"}, {"|b1", "bool"}, {"<f2", "float16"}, {"<f4", "float32"}, {"<f8", "float64"}};

constexpr char npyMagic[] = "\x93NUMPY";
constexpr size_t npyMagicBytes = 6;

bool endsWith(const std::string &text, const std::string &end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

Error usage(std::string message) { return {ErrorKind::Usage, std::move(message)}; }

std::string descriptorOf(const std::string &elementType) {
  for (const auto &[descriptor, type] : typesByDescriptor)
    if (type == elementType)
      return descriptor;
  return "";
}

std::vector<uint64_t> parseShape(const std::string &text) {
  static const std::regex number("[0-9]+");
  std::vector<uint64_t> shape;
  for (std::sregex_iterator it(text.begin(), text.end(), number), end; it != end; ++it)
    shape.push_back(std::strtoull(it->str().c_str(), nullptr, 10));
  return shape;
}

/// Offset and length of the header's text, or a length of 0.
std::pair<size_t, size_t> npyHeader(const std::string &bytes) {
  if (bytes.size() < 12 || bytes.compare(0, npyMagicBytes, npyMagic, npyMagicBytes) != 0)
    return {0, 0};
  unsigned lengthBytes = bytes[6] == 1 ? 2 : 4;
  size_t length = 0;
  for (unsigned i = 0; i < lengthBytes; ++i)
    length |= size_t(uint8_t(bytes[8 + i])) << (8 * i);
  size_t offset = 8 + lengthBytes;
  return length <= bytes.size() - offset ? std::make_pair(offset, length)
                                         : std::make_pair(size_t(0), size_t(0));
}

} // namespace

Result<Tensor> decodeNpy(const std::string &bytes, const std::string &origin) {
  auto [offset, length] = npyHeader(bytes);
  if (length == 0)
    return usage(fmt::format("{}: not a NumPy file, or cut off in its header", origin));
  static const std::regex pattern(
      R"re('descr':\s*'([^']*)'.*'fortran_order':\s*(True|False).*'shape':\s*\(([0-9,\s]*)\))re");
  std::string header = bytes.substr(offset, length);
  std::smatch match;
  if (!std::regex_search(header, match, pattern))
    return usage(fmt::format("{}: its NumPy header names no descr, fortran_order and shape", origin));
  auto type = typesByDescriptor.find(match[1]);
  if (type == typesByDescriptor.end() || match[2] == "True")
    return usage(fmt::format("{}: its elements are `{}`; allowed are |b1, |i1, |u1 and <i, <u, <f of 2 to 8 bytes, in C order", origin,
                             match[1].str()));
  Tensor tensor{type->second, parseShape(match[3]), {}};
  uint64_t present = bytes.size() - offset - length, count = elementCount(tensor.shape);
  if (present % elementBytes(type->second) != 0 || count != present / elementBytes(type->second))
    return usage(fmt::format("{}: its shape {} does not match its {} bytes of data", origin,
                             shapeText(tensor.shape), present));
  tensor.bytes.assign(bytes.begin() + ptrdiff_t(offset + length), bytes.end());
  return tensor;
}

std::vector<uint8_t> encodeNpy(const Tensor &tensor) {
  std::string shape;
  for (uint64_t extent : tensor.shape)
    shape += fmt::format("{}, ", extent);
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}",
                                   descriptorOf(tensor.element_type), shape);
  header.append(63 - (npyMagicBytes + 4 + header.size()) % 64, ' ');
  header += '\n';
  std::string start(npyMagic, npyMagicBytes);
  start += std::string("\x01\x00", 2);
  start += char(header.size() & 255);
  start += char(header.size() >> 8);
  start += header;
  std::vector<uint8_t> bytes(start.begin(), start.end());
  bytes.insert(bytes.end(), tensor.bytes.begin(), tensor.bytes.end());
  return bytes;
}

Result<Tensor> readTensor(const std::string &file) {
  if (!endsWith(file, ".npy") && !endsWith(file, ".bin"))
    return usage(fmt::format("{}: tensors are read from .npy or .bin (raw bytes)", file));
  auto bytes = readFileBytes(file);
  if (!bytes)
    return bytes.error();
  if (endsWith(file, ".npy"))
    return decodeNpy({bytes->begin(), bytes->end()}, file);
  return Tensor{"", {}, std::move(*bytes)};
}

Status writeTensor(const Tensor &tensor, const std::string &file) {
  if (!endsWith(file, ".npy") && !endsWith(file, ".bin"))
    return usage(fmt::format("{}: tensors are written as .npy or .bin (raw bytes)", file));
  std::vector<uint8_t> bytes = endsWith(file, ".npy") ? encodeNpy(tensor) : tensor.bytes;
  return writeFileBytes(file, bytes.data(), bytes.size());
}

} // namespace lockstep
