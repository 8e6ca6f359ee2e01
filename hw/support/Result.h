// Errors as values: a kind and one helpful sentence.
#pragma once

#include <string>
#include <utility>
#include <variant>

namespace lockstep {

enum class ErrorKind {
  Usage,     // a command line or file that cannot be understood
  Parameter, // a machine parameter that is unknown, malformed or impossible
  Program,   // a program file that is truncated, corrupted or of another version
  Legality,  // an instruction that breaks a labelled rule
  Race,      // two accesses that no semaphore orders
  Deadlock,  // units that wait for each other for ever
  Bounds,    // an address outside of the memory map
  Limit,     // --max-cycles reached
  Mismatch,  // two executions that differ
  System,    // the operating system refused something
  Model,     // a neural network's file that is malformed, or asks for what is not supported
};

/// One sentence: what was wrong, where (file, line, field), what is allowed.
struct Error {
  ErrorKind kind = ErrorKind::Usage;
  std::string message;
};

/// Either a value or an Error. `if (!result) return result.error();`
template <typename T> class [[nodiscard]] Result {
public:
  Result(T value) : state(std::in_place_index<0>, std::move(value)) {}
  Result(Error error) : state(std::in_place_index<1>, std::move(error)) {}

  explicit operator bool() const { return state.index() == 0; }
  T &operator*() { return std::get<0>(state); }
  const T &operator*() const { return std::get<0>(state); }
  T *operator->() { return &std::get<0>(state); }
  const T *operator->() const { return &std::get<0>(state); }
  const Error &error() const { return std::get<1>(state); }

private:
  std::variant<T, Error> state;
};

/// Success, or an Error.
class [[nodiscard]] Status {
public:
  Status() = default;
  Status(Error error) : failed(true), failure(std::move(error)) {}
  explicit operator bool() const { return !failed; }
  const Error &error() const { return failure; }

private:
  bool failed = false;
  Error failure;
};

} // namespace lockstep
