#include "workloads/driver/support/Summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace lockstep {

namespace {

bool has(const Row &row, const char *key) { return row.contains(key) && !row[key].is_null(); }

double number(const Row &row, const char *key) { return has(row, key) ? row[key].get<double>() : 0; }

bool differs(const Row &row, const char *key) { return has(row, key) && !row[key].get<bool>(); }

} // namespace

Summary summarize(const std::vector<Row> &rows, uint64_t failed) {
  Summary summary;
  summary.failed = failed;
  double logarithms = 0;
  uint64_t timed = 0;
  for (const Row &row : rows) {
    ++summary.rows;
    summary.different += differs(row, "bits_equal") || differs(row, "cycles_equal");
    summary.bits_compared += has(row, "bits_equal");
    summary.cycles_compared += has(row, "cycles_equal");
    double macs = number(row, "m") * number(row, "n") * number(row, "k");
    summary.macs += macs;
    summary.simulation_seconds += number(row, "simulation_seconds");
    if (has(row, "onednn_macs_per_second")) {
      summary.onednn_macs += macs;
      summary.onednn_seconds += macs / number(row, "onednn_macs_per_second");
    }
    if (!has(row, "cycles"))
      continue;
    summary.cycles += number(row, "cycles");
    summary.bound_cycles += number(row, "bound_cycles");
    double percent = number(row, "bound_percent");
    logarithms += std::log(percent);
    summary.least_percent = timed++ == 0 ? percent : std::min(summary.least_percent, percent);
  }
  summary.geometric_mean_percent = timed ? std::exp(logarithms / double(timed)) : 0;
  return summary;
}

std::string showSummary(const Summary &summary, double elapsed_seconds) {
  std::string text =
      fmt::format("total: {} rows, {:.0f} cycles, bound {:.0f}, {} MACs, {:.1f} s\n", summary.rows,
                  summary.cycles, summary.bound_cycles, showRate(summary.macs), elapsed_seconds);
  if (summary.cycles > 0)
    text += fmt::format(
        "of the bound: geometric mean {:.2f} %, least {:.2f} %, all cycles together {:.2f} %\n",
        summary.geometric_mean_percent, summary.least_percent, 100 * summary.bound_cycles / summary.cycles);
  if (summary.simulation_seconds > 0)
    text += fmt::format("simulation: {} MAC/s, {} cycles/s on one core",
                        showRate(summary.macs / summary.simulation_seconds),
                        showRate(summary.cycles / summary.simulation_seconds));
  if (summary.simulation_seconds > 0 && summary.onednn_seconds > 0)
    text += fmt::format("; oneDNN {} MAC/s", showRate(summary.onednn_macs / summary.onednn_seconds));
  if (summary.simulation_seconds > 0)
    text += "\n";
  text += fmt::format("bits compared in {} rows, cycles and events in {}: {}; {} rows failed\n",
                      summary.bits_compared, summary.cycles_compared,
                      summary.different == 0 ? "all equal" : fmt::format("{} DIFFER", summary.different),
                      summary.failed);
  return text;
}

} // namespace lockstep
