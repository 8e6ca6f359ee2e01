// Words for the values of some fields, in assembly and in the manual: `output_type=uint8`.
#pragma once

#include <string>
#include <vector>

namespace lockstep {

/// The words of a field's values 0, 1, ...; empty for fields whose values are numbers. A value without a word has an
/// empty one.
const std::vector<std::string> &valueNames(const std::string &fieldName);

} // namespace lockstep
