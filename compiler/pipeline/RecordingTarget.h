// The accelerator as a target that remembers what it made: layers for profiles, texts for --emit.
#pragma once

#include "compiler/accelerator/AcceleratorTarget.h"
#include "compiler/pipeline/Notes.h"

#include <memory>
#include <string>

namespace lockstep {

struct AcceleratorRecord {
  PieceLayers layers;
  std::string mapped, scheduled, program; // texts of all pieces, if wanted
  bool wants_texts = false;
  double seconds = 0; // mapping, scheduling and emission
};

/// makeAcceleratorTarget(), with every generated piece noted in `record`.
std::shared_ptr<const Target> makeRecordingAccelerator(const Parameters &parameters,
                                                       std::shared_ptr<AcceleratorRecord> record);

} // namespace lockstep
