// The reference manual: the chapters of hw/manual, then what is printed from the lists.
#pragma once

#include <string>

namespace lockstep {

/// Chapters in the order of their numbers, compiled in; a null pointer ends the list. Written by
/// EmbedManual.cmake.
extern const char *const kManualChapters[];

/// Markdown: all chapters, then the table of parameters, the instruction reference (bits, limits, meaning of
/// each field), the error codes and the labelled rules.
std::string printManual();

/// The generated parts one by one, each with its heading.
std::string printParameterReference();
std::string printInstructionReference();
std::string printErrorReference();
std::string printRuleReference();

} // namespace lockstep
