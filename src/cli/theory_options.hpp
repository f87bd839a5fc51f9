// What the calculations of `wfm theory` share: options, machines, rows and pictures.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "cli/shared_options.hpp"
#include "experiments/row_chart.hpp"
#include "io/json.hpp"
#include "math/parallel.hpp"
#include "theory/machine.hpp"

namespace wfm::cli {

struct TheoryOptions {
  SharedOptions shared;
  std::string architecture = "perceptron", weights = "binary", hidden, activation = "sign", plot;
  bool tree = false, one_step = false, slow = false, teacher = false;
  std::string alpha, margin = "0", other_margin;
  std::string distance = "0.001,0.002,0.005,0.01:0.5:0.01";
  std::string reference_margin = "0", reference_loss = "margin", gamma = "1", beta;  // franz-parisi
  std::string replicas = "inf", centre = "none";                                     // local-entropy
  std::string names;                                                                 // thresholds
};

/// --architecture, --tree, --weights, --hidden, --activation; their values as a machine that theory knows (InvalidInput otherwise).
void add_machine_options(Command& command, TheoryOptions& options);
theory::Machine machine_of(const TheoryOptions& options);

/// A list that this calculation cannot do without.
std::vector<double> required_list(const std::string& text, const std::string& option);

struct AlphaMargin {
  double alpha = 0, margin = 0;
};
std::vector<AlphaMargin> combinations(const TheoryOptions& options);

/// One row for each of `points`, computed in parallel.
template <class Point, class MakeRow>
io::Json rows_of(const std::vector<Point>& points, int threads, MakeRow make_row) {
  std::vector<io::Json> rows(points.size());
  parallel_for(points.size(), threads, [&](std::size_t j) { rows[j] = make_row(points[j]); });
  return rows;
}

/// converged, and why not (null where it is).
void add_outcome(io::Json& row, bool converged, const std::string& reason);

/// Writes and prints the rows, draws --plot; the exit code: 1 where a row has not converged. A chart without an id draws nothing.
int finish_theory(const io::Json& rows, const TheoryOptions& options, const experiments::RowChart& chart,
                  const std::vector<experiments::Series>& extra = {});

/// The subcommands' declarations, one file each.
using Calculation = int (*)(const TheoryOptions&);
using AddCalculation = std::function<Command(const std::string& name, const std::string& help,
                                             const std::string& example, Calculation)>;
void add_storage_theory(const AddCalculation& add, TheoryOptions& options);
void add_franz_parisi_theory(const AddCalculation& add, TheoryOptions& options);
void add_local_entropy_theory(const AddCalculation& add, TheoryOptions& options);
void add_thresholds_theory(const AddCalculation& add, TheoryOptions& options);

}  // namespace wfm::cli
