// What the calculations of `wfm theory` share: options, machines, rows and pictures.
#pragma once

#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include "cli/shared_options.hpp"
#include "experiments/row_chart.hpp"
#include "io/json.hpp"
#include "math/parallel.hpp"
#include "theory/gibbs_channel.hpp"
#include "theory/machine.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::cli {

struct TheoryOptions {
  SharedOptions shared;
  std::optional<Command> called;  // the calculation that was called: which options were given
  std::string architecture = "perceptron", weights = "binary", hidden, activation = "sign", plot;
  bool tree = false, one_step = false, slow = false, teacher = false, summary = false, freezing = false;
  std::string alpha, margin = "0", other_margin;
  std::string distance = "0.001,0.002,0.005,0.01:0.49:0.01";
  std::string stability;                                          // stabilities
  std::string loss = "cross-entropy", gamma = "1", beta;          // gibbs; gamma, beta: franz-parisi
  std::string reference_margin = "0", reference_loss = "margin";  // franz-parisi
  std::string replicas = "inf", centre = "none", centre_margin;   // local-entropy
  std::string names;                                              // thresholds
};

/// InvalidInput for the first of `flags` that was given: "FLAG: WHY". For options that would have no effect.
void refuse_given(const TheoryOptions& options, std::initializer_list<const char*> flags,
                  const std::string& why);

/// --architecture, --tree, --weights, --hidden, --activation; their values as a machine that theory knows (InvalidInput otherwise).
void add_machine_options(Command& command, TheoryOptions& options);
theory::Machine machine_of(const TheoryOptions& options);

/// A list that this calculation cannot do without.
std::vector<double> required_list(const std::string& text, const std::string& option);

struct AlphaMargin {
  double alpha = 0, margin = 0;
};
std::vector<AlphaMargin> combinations(const TheoryOptions& options);

/// --gamma (cross-entropy) or `margins` (hinge, errors) as losses.
std::vector<theory::GibbsLoss> losses_of(const std::string& kind, const std::string& gammas,
                                         const std::string& margins, const std::string& margins_option);

/// What the rows of each of `points` are, one array a point, in one array; computed in parallel.
template <class Point, class MakeRows>
io::Json grouped_rows_of(const std::vector<Point>& points, int threads, MakeRows make_rows) {
  std::vector<io::Json> groups(points.size());
  parallel_for(points.size(), threads, [&](std::size_t j) { groups[j] = make_rows(points[j]); });
  io::Json rows = io::Json::array();
  for (const auto& group : groups) rows.insert(rows.end(), group.begin(), group.end());
  return rows;
}

/// Spherical weights: where there is a saddle; binary ones: where its entropy is not negative, too.
bool solutions_exist(const theory::RsResult& saddle, const theory::Machine& machine);

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
void add_stabilities_theory(const AddCalculation& add, TheoryOptions& options);
void add_gibbs_theory(const AddCalculation& add, TheoryOptions& options);
void add_franz_parisi_theory(const AddCalculation& add, TheoryOptions& options);
void add_local_entropy_theory(const AddCalculation& add, TheoryOptions& options);
void add_thresholds_theory(const AddCalculation& add, TheoryOptions& options);

}  // namespace wfm::cli
