// The package file: what goes in comes out, and nothing else is taken for a package.
#include "compiler/package/Package.h"
#include "compiler/package/Manifest.h"
#include "compiler/package/Sections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdio>

namespace lockstep {
namespace {

using testing::HasSubstr;

Package smallPackage() {
  Package package;
  package.model = "digits.onnx";
  package.parameters = *loadParameters("tiny");
  package.tensors = {{"image", "float32", {1, 4}}, {"x", "int8", {4}}, {"y \"quoted\"\n", "int32", {}}};
  package.inputs = {0};
  package.outputs = {2, 1};
  package.pieces = {{"host_0", "host", {0}, {1}, {}, {"Gemm_0", "Relu_1"}},
                    {"accelerator_0", "accelerator", {1, 1}, {2}, {1, 2, 3}, {}}};
  package.host_triple = "aarch64-linux-gnu";
  package.host_object = {0x7f, 'E', 'L', 'F', 0};
  package.notes = {{"quantization", "{\"bits\": 8}"}};
  return package;
}

std::string errorOf(const Package &package) {
  Result<Package> read = parsePackage(serializePackage(package), "p.lsp");
  return read ? "" : read.error().message;
}

TEST(Package, ComesBackAsItWas) {
  const Package package = smallPackage();
  const std::vector<uint8_t> bytes = serializePackage(package);
  Result<Package> read = parsePackage(bytes, "p.lsp");
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(serializePackage(*read), bytes);
  EXPECT_EQ(read->model, package.model);
  EXPECT_EQ(read->tensors[2].name, package.tensors[2].name);
  EXPECT_EQ(read->tensors[0].shape, package.tensors[0].shape);
  EXPECT_EQ(read->outputs, package.outputs);
  EXPECT_EQ(read->pieces[0].layers, package.pieces[0].layers);
  EXPECT_TRUE(read->pieces[0].code.empty());
  EXPECT_EQ(read->pieces[1].code, package.pieces[1].code);
  EXPECT_EQ(read->pieces[1].inputs, package.pieces[1].inputs);
  EXPECT_EQ(read->host_triple, package.host_triple);
  EXPECT_EQ(read->host_object, package.host_object);
  EXPECT_EQ(read->notes, package.notes);
  EXPECT_EQ(printParameters(read->parameters), printParameters(package.parameters));
}

TEST(Package, IsWrittenToAFileAndRead) {
  const std::string file = testing::TempDir() + "package_test.lsp";
  ASSERT_TRUE(writePackage(smallPackage(), file));
  Result<Package> read = readPackage(file);
  ASSERT_TRUE(read);
  EXPECT_EQ(serializePackage(*read), serializePackage(smallPackage()));
  std::remove(file.c_str());
  EXPECT_FALSE(readPackage(file));
}

TEST(Package, IsRefusedWhereverItIsCutOff) {
  const std::vector<uint8_t> bytes = serializePackage(smallPackage());
  for (size_t length = 0; length < bytes.size(); ++length)
    EXPECT_FALSE(parsePackage({bytes.begin(), bytes.begin() + length}, "p.lsp")) << length;
}

TEST(Package, IsRefusedWhateverByteDiffers) {
  std::vector<uint8_t> bytes = serializePackage(smallPackage());
  for (uint8_t &byte : bytes)
    for (unsigned bit : {0, 3, 7}) {
      byte ^= 1u << bit;
      EXPECT_FALSE(parsePackage(bytes, "p.lsp")) << "byte " << (&byte - bytes.data()) << ", bit " << bit;
      byte ^= 1u << bit;
    }
  bytes.push_back(0);
  EXPECT_FALSE(parsePackage(bytes, "p.lsp"));
}

/// The file with another manifest and right checksums.
std::string errorWithManifest(const std::string &manifest) {
  auto sections = parseSections(serializePackage(smallPackage()), "LSTK", 1);
  (*sections)[0].payload.assign(manifest.begin(), manifest.end());
  Result<Package> read = parsePackage(serializeSections("LSTK", 1, *sections), "p.lsp");
  return read ? "" : read.error().message;
}

TEST(Package, SaysWhatIsWrongWithAManifestThatSomebodyElseWrote) {
  const std::string good = printManifest(smallPackage());
  ASSERT_EQ(errorWithManifest(good), "");
  EXPECT_THAT(errorWithManifest("{"), HasSubstr("manifest"));
  EXPECT_THAT(errorWithManifest("[]"), HasSubstr("manifest"));
  EXPECT_THAT(errorWithManifest("{}"), HasSubstr("model"));
  const auto replaced = [&](const std::string &from, const std::string &to) {
    std::string text = good;
    const size_t at = text.find(from);
    EXPECT_NE(at, std::string::npos) << from;
    return errorWithManifest(text.replace(at, from.size(), to));
  };
  EXPECT_THAT(replaced("\"digits.onnx\"", "5"), HasSubstr("string"));
  EXPECT_THAT(replaced("4\n", "-4\n"), HasSubstr("whole number"));
  EXPECT_THAT(replaced("4\n", "1e30\n"), HasSubstr("whole number"));
  EXPECT_THAT(replaced("true", "1"), HasSubstr("boolean"));
  EXPECT_THAT(replaced("true", "false"), HasSubstr("section"));
  EXPECT_EQ(errorWithManifest(std::string(100000, '[')).empty(), false);
}

TEST(Package, MustDefineEveryTensorOnceBeforeItIsRead) {
  Package package = smallPackage();
  std::swap(package.pieces[0], package.pieces[1]);
  EXPECT_THAT(errorOf(package), HasSubstr("before it is defined"));
  package = smallPackage();
  package.pieces[1].outputs = {1};
  EXPECT_THAT(errorOf(package), HasSubstr("a second time"));
  package = smallPackage();
  package.outputs = {3};
  EXPECT_THAT(errorOf(package), HasSubstr("tensor 3 of 3"));
  package = smallPackage();
  package.pieces.pop_back();
  EXPECT_THAT(errorOf(package), HasSubstr("before it is defined"));
}

TEST(Package, KnowsElementTypesAndBoundsSizes) {
  Package package = smallPackage();
  package.tensors[0].element_type = "int7";
  EXPECT_THAT(errorOf(package), HasSubstr("int7"));
  package = smallPackage();
  package.tensors[0].shape = {uint64_t{1} << 40, uint64_t{1} << 40};
  EXPECT_THAT(errorOf(package), HasSubstr("2^36"));
}

} // namespace
} // namespace lockstep
