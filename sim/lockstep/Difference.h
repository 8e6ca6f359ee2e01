// The first place where two executions part.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace lockstep {

/// One sentence, and the cycle of the difference (that of the earlier side); 0 where no cycle is known.
struct Difference {
  uint64_t cycle = 0;
  std::string sentence;
};

} // namespace lockstep
