#include "compiler/package/Package.h"

#include "compiler/package/Manifest.h"
#include "compiler/package/Sections.h"
#include "hw/support/Files.h"

namespace lockstep {
namespace {

constexpr char kMagic[] = "LSTK";
constexpr uint32_t kVersion = 1;
// Sections, in this order: the manifest, the machine's parameters (YAML), the code of each piece that has
// some, the host object if there is one.
constexpr char kManifest[] = "MANI", kParameters[] = "PARM", kCode[] = "CODE", kObject[] = "HOST";

Error problem(std::string text) { return {ErrorKind::Program, std::move(text)}; }

std::vector<uint8_t> bytesOf(const std::string &text) { return {text.begin(), text.end()}; }
std::string textOf(const std::vector<uint8_t> &bytes) { return {bytes.begin(), bytes.end()}; }

/// Hands out sections in order.
class SectionReader {
public:
  explicit SectionReader(std::vector<Section> sections) : sections(std::move(sections)) {}

  bool atEnd() const { return next == sections.size(); }
  Result<std::vector<uint8_t>> take(const std::string &tag) {
    if (atEnd() || sections[next].tag != tag)
      return problem("section " + tag + " is missing or not in its place");
    return std::move(sections[next++].payload);
  }

private:
  std::vector<Section> sections;
  size_t next = 0;
};

Status readManifestAndParameters(SectionReader &reader, Package &package, std::vector<bool> &hasCode) {
  auto manifest = reader.take(kManifest);
  if (!manifest)
    return manifest.error();
  if (Status status = parseManifest(textOf(*manifest), package, hasCode); !status)
    return status;
  auto yaml = reader.take(kParameters);
  if (!yaml)
    return yaml.error();
  Result<Parameters> parameters = parseParameters(textOf(*yaml), "section PARM");
  if (!parameters)
    return problem(parameters.error().message);
  package.parameters = *parameters;
  return {};
}

Result<Package> read(SectionReader reader) {
  Package package;
  std::vector<bool> hasCode;
  if (Status status = readManifestAndParameters(reader, package, hasCode); !status)
    return status.error();
  for (size_t i = 0; i < package.pieces.size(); ++i) {
    if (!hasCode[i])
      continue;
    auto code = reader.take(kCode);
    if (!code)
      return code.error();
    package.pieces[i].code = std::move(*code);
  }
  if (!reader.atEnd()) {
    auto object = reader.take(kObject);
    if (!object)
      return object.error();
    package.host_object = std::move(*object);
  }
  if (!reader.atEnd())
    return problem("a section follows the host object");
  if (Status status = checkPackage(package); !status)
    return status.error();
  return package;
}

} // namespace

std::vector<uint8_t> serializePackage(const Package &package) {
  std::vector<Section> sections = {{kManifest, bytesOf(printManifest(package))},
                                   {kParameters, bytesOf(printParameters(package.parameters))}};
  for (const Piece &piece : package.pieces)
    if (!piece.code.empty())
      sections.push_back({kCode, piece.code});
  if (!package.host_object.empty())
    sections.push_back({kObject, package.host_object});
  return serializeSections(kMagic, kVersion, sections);
}

Result<Package> parsePackage(const std::vector<uint8_t> &bytes, const std::string &origin) {
  auto sections = parseSections(bytes, kMagic, kVersion);
  Result<Package> package =
      sections ? read(SectionReader(std::move(*sections))) : Result<Package>(sections.error());
  if (!package)
    return Error{package.error().kind,
                 origin + ": this is no package that can be used: " + package.error().message};
  return package;
}

Result<Package> readPackage(const std::string &file) {
  const Result<std::vector<uint8_t>> bytes = readFileBytes(file);
  if (!bytes)
    return bytes.error();
  return parsePackage(*bytes, file);
}

Status writePackage(const Package &package, const std::string &file) {
  const std::vector<uint8_t> bytes = serializePackage(package);
  return writeFileBytes(file, bytes.data(), bytes.size());
}

} // namespace lockstep
