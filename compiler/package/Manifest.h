// The package's manifest: all of it except parameters, code and object, as JSON.
#pragma once

#include "compiler/package/Package.h"

#include <string>

namespace lockstep {

std::string printManifest(const Package &package);

/// Fills `package`; `hasCode` says for each piece whether a code section follows. Errors (Program): no JSON,
/// a key that is missing or of another kind.
Status parseManifest(const std::string &text, Package &package, std::vector<bool> &hasCode);

/// What every package that runs satisfies: element types known, sizes within 2^36 bytes a tensor, indices in
/// range, every tensor written once, before it is read. Errors (Program).
Status checkPackage(const Package &package);

} // namespace lockstep
