// DeepBench's recurrent layers, by the name of their table.
#pragma once

#include "hw/support/Result.h"

#include <cstdint>
#include <string>
#include <vector>

namespace lockstep {

/// Inputs have as many features as the state: x [timesteps, batch, hidden].
struct RecurrentTableRow {
  std::string type; // "gru", "lstm", "vanilla"
  int64_t hidden = 0, batch = 0, timesteps = 0;
};

/// "deepbench/rnn_inference_device", "deepbench/rnn_inference_server", "deepbench/rnn_train".
const std::vector<std::string> &recurrentTables();
/// True if the name is meant as one of a table of recurrent layers: its last part begins with "rnn".
bool isRecurrentTable(const std::string &name);

/// The rows of a table in their order; "deepbench/rnn_all" is all tables one after the other. Errors: Usage
/// for an unknown name (with the names that there are); System or Usage for a table that cannot be read (with
/// file and line).
Result<std::vector<RecurrentTableRow>> readRecurrentTable(const std::string &name);

/// The same from text with the header line "type,hidden,batch,timesteps"; `origin` is what messages call the
/// file.
Result<std::vector<RecurrentTableRow>> parseRecurrentTable(const std::string &text,
                                                           const std::string &origin);

} // namespace lockstep
