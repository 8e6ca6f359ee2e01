#include "compiler/gemm/GemmScheduler.h"
namespace lockstep {
uint64_t boundCycles(const GemmProblem &, const Parameters &) { return 0; }
}
