// wfm theory thresholds: loads at which an answer of the theory changes, each with its definition and error.
#include <fmt/format.h>

#include "cli/theory_options.hpp"
#include "math/error.hpp"
#include "theory/thresholds.hpp"

namespace wfm::cli {

namespace {

std::vector<std::string> names_of(const TheoryOptions& options, const theory::Machine& machine) {
  std::vector<std::string> names;
  if (options.names.empty()) {
    for (const auto& kind : theory::threshold_kinds(machine))
      if (options.slow || kind.cost == "seconds") names.push_back(kind.name);
    return names;
  }
  for (std::size_t from = 0; from <= options.names.size();) {
    const std::size_t comma = std::min(options.names.find(',', from), options.names.size());
    names.push_back(options.names.substr(from, comma - from));
    from = comma + 1;
  }
  return names;
}

int thresholds(const TheoryOptions& options) {
  require(
      options.plot.empty(),
      fmt::format(
          "--plot: thresholds are no curve, got {}; wfm reproduce alpha-le draws the curves that show them",
          options.plot));
  const theory::Machine machine = machine_of(options);
  const io::Json rows =
      rows_of(names_of(options, machine), options.shared.threads, [&](const std::string& name) {
        const auto threshold = theory::find_threshold(machine, name);
        io::Json row = {{"name", threshold.name},
                        {"machine", name_of(threshold.machine)},
                        {"alpha", io::number(threshold.alpha)},
                        {"error", io::number(threshold.error)},
                        {"distance", io::number(threshold.distance)},
                        {"replicas", io::number(threshold.replicas)},
                        {"ansatz", threshold.ansatz},
                        {"definition", threshold.definition}};
        add_outcome(row, threshold.converged, threshold.reason);
        return row;
      });
  return finish_theory(rows, options, {});
}

}  // namespace

void add_thresholds_theory(const AddCalculation& add, TheoryOptions& options) {
  Command command =
      add("thresholds", "Loads at which an answer of the theory changes, with definition and error",
          "wfm theory thresholds --weights binary", thresholds);
  add_machine_options(command, options);
  command.option("--name", options.names, "Names, separated by commas (default: all that take seconds)");
  command.flag("--slow", options.slow, "Those that take longer too, up to minutes");
}

}  // namespace wfm::cli
