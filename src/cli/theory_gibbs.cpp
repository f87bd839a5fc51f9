// wfm theory gibbs: a Gibbs measure of a loss on random patterns, at temperatures or where it freezes.
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "cli/theory_options.hpp"
#include "math/error.hpp"
#include "theory/gibbs_measure.hpp"

namespace wfm::cli {

namespace {

struct Measure {
  double alpha = 0;
  theory::GibbsLoss loss;
  std::optional<double> beta;  // empty where it freezes
};

io::Json row_of(const Measure& measure, const std::string& loss, const theory::GibbsState& state, double beta,
                double error) {
  const bool sharpness = measure.loss.kind == theory::LossKind::cross_entropy;
  io::Json row = {{"alpha", measure.alpha},
                  {"loss", loss},
                  {"gamma", sharpness ? io::Json(measure.loss.gamma) : io::Json()},
                  {"margin", sharpness ? io::Json() : io::Json(measure.loss.margin)},
                  {"beta", io::number(beta)},
                  {"beta_error", io::number(error)},
                  {"entropy", io::number(state.entropy)},
                  {"free_entropy", io::number(state.free_entropy)},
                  {"energy", io::number(state.energy)},
                  {"error_probability", io::number(state.error_probability)},
                  {"q", io::number(state.q)},
                  {"qhat", io::number(state.qhat)},
                  {"replicon", io::number(state.replicon)},
                  {"residual", io::number(state.residual)},
                  {"quadrature_error", io::number(state.quadrature_error)}};
  row["stable"] = state.converged && state.replicon < 1;
  row["configurations_exist"] = state.converged && state.entropy > -1e-9;
  add_outcome(row, state.converged, state.reason);
  return row;
}

theory::GibbsState no_state(const std::string& reason) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  return {nan, nan, nan, nan, nan, nan, nan, nan, nan, false, reason};
}

io::Json row_of(const Measure& measure, const std::string& loss) {
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  const auto at = [&](double beta) { return theory::gibbs_measure(measure.alpha, measure.loss, beta); };
  if (measure.beta) return row_of(measure, loss, at(*measure.beta), *measure.beta, nan);
  const auto frozen = theory::freezing(measure.alpha, measure.loss);
  return row_of(measure, loss, frozen.converged ? at(frozen.beta) : no_state(frozen.reason), frozen.beta,
                frozen.error);
}

int gibbs(const TheoryOptions& options) {
  if (options.loss == "cross-entropy")
    refuse_given(options, {"--margin"}, "is of the losses hinge and errors, the cross-entropy has --gamma");
  else
    refuse_given(options, {"--gamma"},
                 fmt::format("is of the cross-entropy, the loss {} has --margin", options.loss));
  std::vector<std::optional<double>> betas{std::nullopt};
  if (options.freezing) {
    refuse_given(options, {"--beta"}, "--freezing looks for it, give one of the two");
  } else {
    require(!options.beta.empty(), "--beta: this calculation needs a value or a list, or --freezing");
    const auto given = parse_list(options.beta, "--beta");
    betas.assign(given.begin(), given.end());
  }
  std::vector<Measure> measures;
  for (const double alpha : required_list(options.alpha, "--alpha"))
    for (const auto& loss : losses_of(options.loss, options.gamma, options.margin, "--margin"))
      for (const auto& beta : betas) measures.push_back({alpha, loss, beta});
  const io::Json rows = rows_of(measures, options.shared.threads,
                                [&](const Measure& measure) { return row_of(measure, options.loss); });
  const std::vector<std::string> keys = options.freezing
                                            ? std::vector<std::string>{"gamma", "alpha", "margin"}
                                            : std::vector<std::string>{"beta", "gamma", "alpha", "margin"};
  const std::string x = experiments::varying_key(rows, keys);
  const std::string y = options.freezing ? "energy" : "entropy";
  return finish_theory(rows, options,
                       {"gibbs",
                        "Gibbs measure of the loss " + options.loss + ", binary perceptron",
                        x,
                        y,
                        {x},
                        {y + " per weight"},
                        keys});
}

}  // namespace

void add_gibbs_theory(const AddCalculation& add, TheoryOptions& options) {
  Command command =
      add("gibbs", "Gibbs measure of a loss: entropy, energy, training error; binary perceptron",
          "wfm theory gibbs --alpha 0.4 --gamma 1,2 --beta 1,10,50", gibbs);
  command.option("--alpha", options.alpha, "Patterns per weight, a list or a range");
  command.choice("--loss", options.loss, {"cross-entropy", "hinge", "errors"},
                 "Loss of a pattern's stability");
  command.option("--gamma", options.gamma, "Sharpness of the cross-entropy, a list or a range");
  command.option("--margin", options.margin, "Margin kappa of hinge and errors, a list or a range");
  command.option("--beta", options.beta, "Inverse temperatures, a list or a range");
  command.flag("--freezing", options.freezing,
               "The temperature at which the entropy vanishes: below, the measure is that of the minimisers");
}

}  // namespace wfm::cli
