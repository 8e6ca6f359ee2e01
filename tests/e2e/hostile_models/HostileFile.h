// A file that is read as a model, from a folder of its own.
#pragma once

#include "compiler/cases/HostModel.h"
#include "tests/unit/onnx_import/ModelText.h"

#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>

namespace lockstep {

class HostileFile : public testing::Test {
protected:
  HostileFile()
      : folder(std::filesystem::temp_directory_path() / ("lockstep_hostile_" + std::to_string(::getpid()))) {
    std::filesystem::create_directories(folder / "model");
  }
  ~HostileFile() override { std::filesystem::remove_all(folder); }

  /// Read, import and compile: "" if all goes well. Every error must be of kind Model, one line, and name the
  /// file.
  std::string errorOf(const std::string &bytes, const ImportOptions &options = {}) {
    const std::string file = (folder / "model" / "m.onnx").string();
    std::ofstream(file, std::ios::binary) << bytes;
    const auto model = HostModel::compile(file, options);
    if (model)
      return "";
    EXPECT_EQ(model.error().kind, ErrorKind::Model) << model.error().message;
    EXPECT_FALSE(model.error().message.empty());
    EXPECT_LT(model.error().message.size(), 1000u) << model.error().message;
    return model.error().message;
  }
  std::string errorOf(const onnx::ModelProto &model, const ImportOptions &options = {}) {
    return errorOf(model.SerializeAsString(), options);
  }

  std::filesystem::path folder;
};

inline testing::AssertionResult says(const std::string &message, const std::string &part) {
  if (message.find(part) != std::string::npos)
    return testing::AssertionSuccess();
  return testing::AssertionFailure() << "'" << message << "' does not say '" << part << "'";
}

} // namespace lockstep
