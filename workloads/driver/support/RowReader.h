// Members of a spec out of a row of JSON.
#pragma once

#include "hw/support/Result.h"
#include "workloads/driver/support/Row.h"

#include <fmt/format.h>

#include <cstdint>
#include <initializer_list>
#include <string>

namespace lockstep {

/// A visitor for forEachField(): members that the row has get its values; status() then tells of a value of
/// another type than its member's, or of a key that is no member's.
class RowReader {
public:
  /// `name` begins each error; keys that are `derived` are allowed and not read. The row must outlive this.
  RowReader(std::string name, const Row &row, std::initializer_list<const char *> derived)
      : name(std::move(name)), row(row), unknown(row) {
    for (const char *key : derived)
      unknown.erase(key);
  }

  template <typename Value> void operator()(const char *key, Value &value) {
    unknown.erase(key);
    if (!row.contains(key))
      return;
    if (fits(row[key], value))
      row[key].get_to(value);
    else if (wrong.empty())
      wrong = fmt::format("{}: {} is {}, which is not of its type", name, key, row[key].dump());
  }

  /// Error (Usage): the first thing that is wrong.
  Status status() const {
    if (!wrong.empty())
      return Error{ErrorKind::Usage, wrong};
    if (!unknown.empty())
      return Error{ErrorKind::Usage, fmt::format("{}: the key `{}` is unknown", name, unknown.begin().key())};
    return {};
  }

private:
  static bool fits(const Row &value, const std::string &) { return value.is_string(); }
  static bool fits(const Row &value, bool) { return value.is_boolean(); }
  static bool fits(const Row &value, double) { return value.is_number(); }
  static bool fits(const Row &value, int64_t) { return value.is_number_integer(); }
  static bool fits(const Row &value, uint64_t) {
    return value.is_number_unsigned() || (value.is_number_integer() && value.get<int64_t>() >= 0);
  }

  const std::string name;
  const Row &row;
  Row unknown;
  std::string wrong;
};

} // namespace lockstep
