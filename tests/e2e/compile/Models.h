// The models and data sets that come with the project.
#pragma once

#include <string>

namespace lockstep {

inline std::string modelFile(const std::string &name) { return std::string(LOCKSTEP_MODELS) + "/" + name; }
inline const std::string &digitsCalibration() {
  static const std::string file = modelFile("digits_calibration.npz");
  return file;
}
inline const std::string &digitsTest() {
  static const std::string file = modelFile("digits_test.npz");
  return file;
}

} // namespace lockstep
