// Random small pieces: products and convolutions in chains and branches, shapes near the edges of tiles.
#pragma once

#include <cstdint>
#include <string>

namespace lockstep::test {

/// A function of one to five layers; `tile` is the array's extent that shapes are biased to. The same for the
/// same seed.
std::string randomFunction(uint64_t seed, int64_t tile);

} // namespace lockstep::test
