// Deliberate faults of the model, for the tests of the tests: RunOptions.fault selects at most one; 0 none.
#pragma once

namespace lockstep {

/// Numbers below 100 belong to the RTL.
enum SystemCFault : unsigned {
  kFaultPostLost = 101,          // the third post of the run never reaches its semaphore
  kFaultVectorShort = 102,       // the vector unit's pipeline is one cycle short
  kFaultExtraCredit = 103,       // the load unit has one burst more in flight than it may
  kFaultLoadAddress = 104,       // the load unit writes one word beyond the right one
  kFaultAccumulateIgnored = 105, // matmul overwrites where it should accumulate
  kFaultFetchPriority = 106,     // a fetch does not keep the load unit from the read port
  kFaultTurningBuffer = 107,     // the load unit turns as if there were three turning buffers
  kFaultQueueDeep = 108,         // the queues hold one instruction more
  kFaultWeightSwap = 109,        // the matrix unit loads weights while their buffer is still in use
  kFaultElementwiseShort = 110,  // elementwise takes one cycle less
  kFaultReduceGap = 111,         // reduce forgets the gap and the work of one row
  kFaultPairOffset = 112,        // pairs lack the 128 of their low half
};

} // namespace lockstep
