// The instructions of a recurrent layer.
#pragma once

#include "compiler/gemm/CodeBuilder.h"
#include "compiler/recurrent/RecurrentCells.h"
#include "compiler/recurrent/RecurrentSchedule.h"
#include "compiler/recurrent/RecurrentScheduler.h"

#include <array>
#include <functional>
#include <vector>

namespace lockstep {

constexpr size_t kMaxRecurrentInstructions = kMaxLayerInstructions - 1; // without halt

/// The program of a layer:
///   tables, parameters, identity, first weights
///   for each group of rows: state, then for each step, for each phase of it, with n chunks
///     inputs 0, products 0, { inputs j, products j and meanwhile cell j - 1 }, cell n - 1
/// Loads of streamed weights run slots_ahead slots before the products, across steps and groups, up to the
/// very end.
class RecurrentEmitter {
public:
  RecurrentEmitter(const RecurrentProblem &problem, const RecurrentSchedule &schedule,
                   const RecurrentAddresses &addresses, const Parameters &parameters);
  std::vector<Instruction> emit();

private:
  using Pointer = CodeBuilder::Pointer;
  /// What is special about a step.
  struct Step {
    bool brings_weights = false; // resident weights arrive during it
    bool ends_group = false;     // final states are written, nobody waits for the state
    bool ends_all = false;       // no weights are needed behind it
  };

  // the whole
  void addPointers();
  void addGates();
  void begin();
  void loadTables();
  void readTables();
  void loadParameters();
  void loadWeightsAtOnce();
  void group(bool last);
  void nextGroup(int64_t rows);
  void beginState();
  void beginCells(int64_t blocks);
  void step(const Step &kind);
  void phase(const RecurrentPhase &phase, const Step &kind);
  void nextInputSlot();
  void middleChunks(const RecurrentPhase &phase, const Step &kind);

  // matrix unit (RecurrentProducts.cpp)
  void products(const RecurrentPhase &phase, int64_t blocks, bool firstOfPhase,
                const std::function<void()> &meanwhile);
  MatmulInstruction matmul(const RecurrentPhase &phase, int64_t blocks) const;
  void handState(const RecurrentPhase &phase, int64_t blocks);
  void gateProducts(const RecurrentPhase &phase, int64_t blocks);
  void residentProducts(const RecurrentPhase &phase, int64_t gates, int64_t count, int64_t blocks,
                        uint64_t post);
  void streamedPart(const RecurrentPhase &phase, int64_t part, int64_t blocks);
  void rounds(int64_t count, int64_t slots, const std::function<void()> &body);
  void appendSync(const std::array<uint64_t, 3> &waits, uint64_t post);
  void appendProduct(MatmulInstruction product);
  void loadSlot();

  // load and store unit (RecurrentTransfers.cpp)
  void inputs(const RecurrentPhase &phase, int64_t blocks, int64_t elements, bool firstOfStep,
              const Step &kind);
  void stateInputs(int64_t blocks, int64_t elements, bool last);
  void residentWeights(const RecurrentPhase &phase, int64_t blocks);
  void store(int64_t blocks, int64_t elements, bool final);
  LoadInstruction chunkCells(const RecurrentPhase &phase, int64_t blocks) const;
  StoreInstruction storedCells(int64_t blocks) const;
  void storeFirstCells(int64_t blocks);
  int64_t cellBytesOf(int64_t blocks) const { return s.cellWords(blocks) * shape.vector_bytes; }
  LoadInstruction chunkParameters(const RecurrentPhase &phase, int64_t blocks) const;
  int64_t parameterBytes(const RecurrentPhase &phase, int64_t blocks) const;
  std::vector<StoreInstruction> outputRows(AddressOperand external, bool halves, int64_t blocks,
                                           int64_t elements, AddressOperand local) const;
  void appendLoads(std::vector<LoadInstruction> loads, uint64_t wait, uint64_t post);
  LoadInstruction words(AddressOperand external, AddressOperand local, int64_t count) const;
  void loadWords(AddressOperand external, AddressOperand local, int64_t count, uint64_t wait, uint64_t post);

  // vector unit
  void cell(const RecurrentPhase &phase, int64_t blocks, int64_t elements, const Step &kind,
            bool lastOfPhase);
  ChunkOperands operands(int64_t blocks) const;
  void finishOperations(std::vector<VectorOperation> &list, bool postsState, bool makesState);

  int64_t elementsOf(int64_t chunk) const;
  int64_t direction() const { return p.reverse ? -1 : 1; }
  int64_t rowBytes() const { return 2 * p.hidden; } // of an int16 [hidden]

  const RecurrentProblem &p;
  const RecurrentSchedule &s;
  const RecurrentShape &shape;
  const RecurrentAddresses &addresses;
  const Parameters &machine;
  const ConstantLayout layout;
  const int64_t plane_words; // of one of the state's planes
  const int64_t y_step_bytes;
  CodeBuilder code;

  // external, linear
  Pointer x_from = 0, y_to = 0, mask_from = 0, state_rows = 0, output_rows = 0, resident_from = 0;
  Pointer cells_from = 0, cells_to = 0; // external, round all cells
  // round rings
  Pointer weights_from = 0, parameters_from = 0;                   // constants
  Pointer weights_to = 0, weights_at = 0, resident_at = 0;         // scratchpad
  Pointer state_in = 0, hand_in = 0, state_out = 0, reset_out = 0; // planes
  Pointer x_at = 0, mask_at = 0, cell_at = 0, out_at = 0;
  Pointer sums_to = 0, sums_from = 0, parameters_at = 0; // accumulator
  unsigned weights = 0, first_weights = 0, setup = 0, chunk_inputs = 0, sums = 0, state = 0, reset = 0,
           outputs = 0, tables_done = 0, stored_cells = 0;
  // fields of semaphores that the next products still have to take
  std::array<uint64_t, 3> first_waits{};
  uint64_t resident_wait = 0;
  bool limited = false; // only loads_left more slots are loaded
  int64_t loads_left = 0;
};

} // namespace lockstep
