#include "compiler/tensor/TensorFile.h"
#include "compiler/tensor/ZipArchive.h"
#include "hw/support/Files.h"

#include <fmt/format.h>

#include <set>

namespace lockstep {

namespace {

const std::string ending = ".npy";

bool isArray(const std::string &name) {
  return name.size() > ending.size() && name.compare(name.size() - ending.size(), ending.size(), ending) == 0;
}

} // namespace

Result<NamedTensors> readNpz(const std::string &file) {
  auto bytes = readFileBytes(file);
  if (!bytes)
    return bytes.error();
  auto entries = unpackZip({bytes->begin(), bytes->end()}, file);
  if (!entries)
    return entries.error();
  NamedTensors tensors;
  std::set<std::string> names;
  for (const ZipEntry &entry : *entries) {
    if (!isArray(entry.name) || !names.insert(entry.name).second)
      return Error{ErrorKind::Usage,
                   fmt::format("{}: entry {}: an .npz file holds arrays, each named NAME.npy and once", file,
                               entry.name)};
    auto tensor = decodeNpy(entry.bytes, file + ": " + entry.name);
    if (!tensor)
      return tensor.error();
    tensors.push_back({entry.name.substr(0, entry.name.size() - ending.size()), std::move(*tensor)});
  }
  return tensors;
}

Status writeNpz(const NamedTensors &tensors, const std::string &file) {
  std::vector<ZipEntry> entries;
  for (const NamedTensor &named : tensors) {
    std::vector<uint8_t> bytes = encodeNpy(named.tensor);
    entries.push_back({named.name + ending, {bytes.begin(), bytes.end()}});
  }
  auto archive = packZip(entries);
  return archive ? writeFileBytes(file, archive->data(), archive->size()) : Status(archive.error());
}

} // namespace lockstep
