#include "cli/theory_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "experiments/plot.hpp"
#include "math/error.hpp"

namespace wfm::cli {

void add_machine_options(Command& command, TheoryOptions& options) {
  command.choice("--architecture", options.architecture, {"perceptron", "committee", "parity"}, "Machine");
  command.flag("--tree", options.tree,
               "Hidden units on disjoint inputs (the formulas of committee and parity are for trees)");
  command.choice("--weights", options.weights, {"binary", "spherical"}, "Kind of weights");
  command.option("--hidden", options.hidden, "Hidden units K, or inf (committee; default 3, parity 2)");
  command.choice("--activation", options.activation, {"sign", "erf", "relu"},
                 "Of the hidden units; erf and relu with --hidden inf");
}

theory::Machine machine_of(const TheoryOptions& options) {
  theory::Machine machine;
  machine.prior = options.weights == "binary" ? theory::Prior::binary : theory::Prior::spherical;
  machine.activation = options.activation == "sign"  ? theory::Activation::sign
                       : options.activation == "erf" ? theory::Activation::erf
                                                     : theory::Activation::relu;
  if (options.architecture == "perceptron") {
    require(options.hidden.empty() || options.hidden == "1",
            fmt::format("--hidden: a perceptron has one unit, got {}", options.hidden));
  } else {
    require(options.tree, fmt::format("--architecture {}: replica formulas are for trees, add --tree",
                                      options.architecture));
    const bool committee = options.architecture == "committee";
    machine.decoder = committee ? theory::Decoder::committee : theory::Decoder::parity;
    machine.hidden = committee ? 3 : 2;
    if (options.hidden == "inf") {
      machine.hidden = theory::infinitely_many;
    } else if (!options.hidden.empty()) {
      const char* end = options.hidden.data() + options.hidden.size();
      const auto [stop, error] = std::from_chars(options.hidden.data(), end, machine.hidden);
      require(error == std::errc() && stop == end && machine.hidden > 0,
              fmt::format("--hidden: must be a positive whole number or inf, got '{}'", options.hidden));
    }
  }
  theory::check_machine(machine);
  return machine;
}

void refuse_given(const TheoryOptions& options, std::initializer_list<const char*> flags,
                  const std::string& why) {
  for (const char* flag : flags) require(!options.called->given(flag), fmt::format("{}: {}", flag, why));
}

std::vector<double> required_list(const std::string& text, const std::string& option) {
  require(!text.empty(), fmt::format("{}: this calculation needs a value or a list", option));
  return parse_list(text, option);
}

std::vector<AlphaMargin> combinations(const TheoryOptions& options) {
  std::vector<AlphaMargin> points;
  for (const double alpha : required_list(options.alpha, "--alpha"))
    for (const double margin : parse_list(options.margin, "--margin")) points.push_back({alpha, margin});
  return points;
}

std::vector<theory::GibbsLoss> losses_of(const std::string& kind, const std::string& gammas,
                                         const std::string& margins, const std::string& margins_option) {
  theory::GibbsLoss loss;
  loss.kind = kind == "cross-entropy" ? theory::LossKind::cross_entropy
              : kind == "hinge"       ? theory::LossKind::hinge
                                      : theory::LossKind::error_counting;
  const bool sharpness = loss.kind == theory::LossKind::cross_entropy;
  std::vector<theory::GibbsLoss> losses;
  for (const double value : sharpness ? parse_list(gammas, "--gamma") : parse_list(margins, margins_option)) {
    (sharpness ? loss.gamma : loss.margin) = value;
    losses.push_back(loss);
  }
  return losses;
}

bool solutions_exist(const theory::RsResult& saddle, const theory::Machine& machine) {
  return saddle.converged && (machine.prior == theory::Prior::spherical || saddle.entropy >= 0);
}

void add_outcome(io::Json& row, bool converged, const std::string& reason) {
  row["converged"] = converged;
  row["reason"] = converged ? io::Json() : io::Json(reason);
}

int finish_theory(const io::Json& rows, const TheoryOptions& options, const experiments::RowChart& chart,
                  const std::vector<experiments::Series>& extra) {
  const bool converged = std::all_of(
      rows.begin(), rows.end(), [](const auto& row) { return row.at("converged").template get<bool>(); });
  const int code = finish_rows(rows, options.shared, converged);
  if (!options.plot.empty() && !chart.id.empty())
    experiments::plot_chart(experiments::chart_of_rows(rows, chart, extra), options.plot);
  return code;
}

}  // namespace wfm::cli
