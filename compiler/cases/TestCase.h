// A case of ONNX's own operator tests: model.onnx, test_data_set_<n>/input_<i>.pb and output_<i>.pb.
#pragma once

#include "compiler/tensor/Tensor.h"
#include "hw/support/Result.h"

#include <string>
#include <vector>

namespace lockstep {

/// Inputs and the outputs that ONNX expects, by the names of the model's. bfloat16 is stored as uint16 in
/// these files.
struct CaseData {
  NamedTensors inputs, outputs;
  std::vector<std::string> misfits; // inputs that do not have the shape that their model declares
};

struct TestCase {
  std::string model_file;
  std::string operator_type; // of the only node, else of the last one
  std::vector<CaseData> sets;
};

/// Errors (Model): "... is not supported: ..." for inputs and outputs that are no tensors of numbers;
/// (Usage): files that are missing or malformed.
Result<TestCase> readTestCase(const std::string &folder);

/// All operator types of a case's graph; empty if its file cannot be read.
std::vector<std::string> operatorsOfCase(const std::string &folder);

/// The bytes of the model's file with some of its inputs as initializers. Errors: Usage.
Result<std::string> modelWithConstants(const std::string &file, const NamedTensors &constants);

/// The operator by which a case is counted, as far as its file can be read; "-" otherwise.
std::string operatorOfCase(const std::string &folder);

} // namespace lockstep
