// wfm theory thresholds: loads at which an answer of the theory changes, each with its definition and error.
#include <fmt/format.h>

#include "cli/theory_options.hpp"
#include "math/error.hpp"
#include "theory/thresholds.hpp"

namespace wfm::cli {

namespace {

std::vector<std::string> names_of(const TheoryOptions& options, const theory::Machine& machine) {
  if (!options.names.empty()) return experiments::split_list(options.names);
  std::vector<std::string> names;
  for (const auto& kind : theory::threshold_kinds(machine))
    if (options.slow || kind.cost == "seconds") names.push_back(kind.name);
  require(!names.empty(), fmt::format("thresholds: none is known for the {}", name_of(machine)));
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
