// Included before everything else in a model's sources: sends what the design prints to the model's message
// buffer.
#pragma once
int lockstepModelPrint(const char *format, ...) __attribute__((format(printf, 1, 2)));
#define VL_PRINTF lockstepModelPrint
