// Models written in ONNX's text format.
#pragma once

#include <gtest/gtest.h>
#include <onnx/defs/parser.h>
#include <onnx/onnx_pb.h>

#include <string>

namespace lockstep {

/// `graphs`: the main graph, then functions.
inline onnx::ModelProto modelOf(const std::string &graphs, int opset = 17, const std::string &domains = "") {
  const std::string text =
      "<ir_version: 8, opset_import: [\"\" : " + std::to_string(opset) + domains + "]>\n" + graphs;
  onnx::ModelProto model;
  onnx::OnnxParser parser(text.c_str());
  const auto status = parser.Parse(model);
  EXPECT_TRUE(status.IsOK()) << status.ErrorMessage();
  return model;
}

} // namespace lockstep
