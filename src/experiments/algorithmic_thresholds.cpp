// wfm reproduce algorithmic-thresholds: how often algorithms solve random storage problems of the binary perceptron, against the load.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "experiments/document.hpp"
#include "experiments/ensemble.hpp"
#include "experiments/instance_experiments.hpp"
#include "experiments/success_threshold.hpp"
#include "math/parallel.hpp"
#include "problems/storage.hpp"
#include "theory/thresholds.hpp"

namespace wfm::experiments {

namespace {

struct Entrant {
  Contender contender;
  std::int64_t max_steps;  // of a run
};

struct Sizes {
  std::vector<int> inputs;
  std::vector<double> alphas;
  std::size_t instances;
  std::vector<Entrant> entrants;
};

Sizes quick_sizes() {
  return {{251, 501},
          {0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8},
          10,
          {{{"reinforced AMP", "amp", {}}, 10000},
           {{"fBP", "fbp", {}}, 5000},
           {{"reinforced BP", "rbp", {}}, 1000},
           {{"max-sum", "max-sum", {}}, 4000},
           {{"SBPI", "sbpi", {}}, 2000},
           {{"rSGD", "rsgd", {}}, 1000},
           {{"annealing, cross-entropy", "annealing", {{"beta-rate", "0.03"}}}, 3000}}};
}

Sizes full_sizes() {
  Sizes sizes{{1001, 4001, 10001, 40001}, {}, 20, {}};
  for (int j = 0; j <= 16; ++j) sizes.alphas.push_back(0.5 + 0.02 * j);
  sizes.entrants = {{{"reinforced AMP", "amp", {}}, 20000},
                    {{"reinforced AMP, slow", "amp", {{"rate", "1e-4"}, {"damping", "0.5"}}}, 20000},
                    {{"fBP", "fbp", {}}, 20000},
                    {{"reinforced BP", "rbp", {}}, 5000},
                    {{"max-sum", "max-sum", {}}, 20000},
                    {{"SBPI", "sbpi", {}}, 20000},
                    {{"rSGD", "rsgd", {{"gamma-step", "0.0003"}}}, 20000},
                    {{"BinaryNet", "binarynet", {}}, 5000},
                    {{"annealing, cross-entropy", "annealing", {}}, 20000}};
  return sizes;
}

/// One algorithm at one size: loads upwards until one where nothing is solved.
struct Ladder {
  std::size_t entrant = 0;
  int inputs = 0;
  std::vector<SuccessAtLoad> loads;
  std::vector<double> median_steps;  // of the solved runs; NaN where there are none
  HalfThreshold threshold;
};

Ladder climb(const Sizes& sizes, std::size_t entrant, int inputs, const ExperimentSettings& settings,
             const Steps& steps) {
  Ladder ladder{entrant, inputs, {}, {}, {}};
  const Entrant& who = sizes.entrants[entrant];
  for (const double alpha : sizes.alphas) {
    SuccessAtLoad load{alpha, {}};
    std::vector<double> taken;
    for (std::size_t j = 0; j < sizes.instances; ++j) {
      if (steps.interrupted()) return ladder;
      SolveRequest request;
      request.algorithm = who.contender.algorithm;
      request.knobs = who.contender.knobs;
      request.max_steps = who.max_steps;
      request.seed = instance_seed(settings, j);
      request.interrupted = settings.interrupted;
      const auto result = solve(
          make_storage({Machine::perceptron, false, inputs, 1}, WeightKind::binary, alpha, request.seed),
          request);
      load.solved.push_back(result.reached_goal);
      if (result.reached_goal) taken.push_back(double(result.record.steps));
    }
    ladder.loads.push_back(load);
    ladder.median_steps.push_back(quantile(taken, 0.5));
    if (load.rate() == 0) break;
  }
  ladder.threshold = half_threshold(ladder.loads, settings.seed);
  return ladder;
}

std::size_t successes(const SuccessAtLoad& load) {
  return std::size_t(std::count(load.solved.begin(), load.solved.end(), 1));
}

Series rates_of(const Ladder& ladder, const std::string& name) {
  Series series;
  series.name = name;
  series.group = SeriesGroup::instance;
  series.color = int(ladder.entrant);
  for (const SuccessAtLoad& load : ladder.loads) {
    series.x.push_back(load.alpha);
    series.y.push_back(load.rate());
    series.error.push_back(std::sqrt(load.rate() * (1 - load.rate()) / double(load.solved.size())));
  }
  return series;
}

Series mark(const std::string& name, double alpha) {
  Series series;
  series.name = fmt::format("{} = {:.4f}", name, alpha);
  series.group = SeriesGroup::bound;
  series.x = {alpha, alpha};
  series.y = {0, 1};
  return series;
}

io::Json rates_chart(const std::vector<Ladder>& ladders, const Sizes& sizes, int inputs,
                     const std::vector<Series>& marks) {
  std::vector<Series> series;
  for (const Ladder& ladder : ladders)
    if (ladder.inputs == inputs)
      series.push_back(rates_of(ladder, sizes.entrants[ladder.entrant].contender.label));
  series.insert(series.end(), marks.begin(), marks.end());
  return make_chart(
      fmt::format("success-{}", inputs), fmt::format("Success, N = {}", inputs), {"load α"}, {"solved share"},
      series,
      fmt::format(
          "{} instances a load, the same for every algorithm. An algorithm's curve ends at its "
          "first load where it solved none. Bars: binomial standard errors; the table has Wilson intervals.",
          sizes.instances));
}

io::Json rows_of(const std::vector<Ladder>& ladders, const Sizes& sizes) {
  io::Json rows = io::Json::array();
  for (const Ladder& ladder : ladders)
    for (std::size_t j = 0; j < ladder.loads.size(); ++j) {
      const SuccessAtLoad& load = ladder.loads[j];
      const Interval wilson = wilson_interval(successes(load), load.solved.size());
      rows.push_back({{"algorithm", sizes.entrants[ladder.entrant].contender.label},
                      {"inputs", ladder.inputs},
                      {"alpha", load.alpha},
                      {"solved", successes(load)},
                      {"instances", load.solved.size()},
                      {"rate_low", wilson.low},
                      {"rate_high", wilson.high},
                      {"median_steps", io::number(ladder.median_steps[j])}});
    }
  return rows;
}

io::Json threshold_rows(const std::vector<Ladder>& ladders, const Sizes& sizes) {
  io::Json rows = io::Json::array();
  for (std::size_t e = 0; e < sizes.entrants.size(); ++e) {
    std::vector<SizeThreshold> of_sizes;
    for (const Ladder& ladder : ladders)
      if (ladder.entrant == e) {
        of_sizes.push_back({double(ladder.inputs), ladder.threshold});
        rows.push_back({{"algorithm", sizes.entrants[e].contender.label},
                        {"inputs", ladder.inputs},
                        {"alpha", io::number(ladder.threshold.alpha)},
                        {"error", io::number(ladder.threshold.error)},
                        {"max_steps", sizes.entrants[e].max_steps}});
      }
    const MeanAndError limit = large_size_limit(of_sizes);
    if (!std::isfinite(limit.mean)) continue;
    rows.push_back({{"algorithm", sizes.entrants[e].contender.label},
                    {"inputs", "∞ (line in 1/N)"},
                    {"alpha", limit.mean},
                    {"error", limit.standard_error},
                    {"max_steps", sizes.entrants[e].max_steps}});
  }
  return rows;
}

/// At the largest size, with the thresholds of the theory beside them.
io::Json ends_claim(const std::vector<Ladder>& ladders, const Sizes& sizes, double alpha_le, double alpha_u,
                    double alpha_c) {
  double best = -std::numeric_limits<double>::infinity(), best_error = 0;
  std::string name, evidence;
  for (const Ladder& ladder : ladders) {
    if (ladder.inputs != sizes.inputs.back()) continue;
    const std::string& label = sizes.entrants[ladder.entrant].contender.label;
    evidence += fmt::format("{}{} {:.3f} ± {:.3f}", evidence.empty() ? "" : "; ", label,
                            ladder.threshold.alpha, ladder.threshold.error);
    if (!(ladder.threshold.alpha > best)) continue;
    best = ladder.threshold.alpha;
    best_error = ladder.threshold.error;
    name = label;
  }
  const bool decided = std::isfinite(best) && std::isfinite(best_error);
  return to_json(Claim{
      verdict(decided, best + 2 * best_error < alpha_c && std::abs(best - alpha_u) < 0.05 + 2 * best_error),
      "Algorithms stop near where dense regions break up, well before capacity.",
      fmt::format("the load at which the best algorithm solves half of the instances of the largest size "
                  "lies within 0.05 "
                  "(and two standard errors) of α_U and by two standard errors below α_c; N = {}, {} "
                  "instances a load",
                  sizes.inputs.back(), sizes.instances),
      fmt::format("best: {} {:.3f} ± {:.3f}; α_LE' = {:.4f}, α_U = {:.4f}, α_c = {:.4f}; all: {}", name, best,
                  best_error, alpha_le, alpha_u, alpha_c, evidence),
      "[A]"});
}

}  // namespace

std::optional<io::Json> algorithmic_thresholds(const ExperimentSettings& settings) {
  Sizes sizes = settings.quick ? quick_sizes() : full_sizes();
  replace_count(sizes.instances, settings);
  std::vector<Ladder> ladders(sizes.entrants.size() * sizes.inputs.size());
  Steps steps(settings, std::int64_t(ladders.size()) + 1);
  parallel_for(ladders.size(), settings.threads, [&](std::size_t j) {
    // the largest size first: it takes longest
    const std::size_t entrant = j % sizes.entrants.size();
    const int inputs = sizes.inputs[sizes.inputs.size() - 1 - j / sizes.entrants.size()];
    ladders[j] = climb(sizes, entrant, inputs, settings, steps);
    steps.done(fmt::format("{}, N = {}", sizes.entrants[entrant].contender.label, inputs));
  });
  if (steps.interrupted()) return std::nullopt;
  std::stable_sort(ladders.begin(), ladders.end(),
                   [](const Ladder& a, const Ladder& b) { return a.inputs < b.inputs; });
  const double alpha_le = theory::find_threshold({}, "alpha_LE_prime").alpha;
  const double alpha_u = theory::find_threshold({}, "alpha_U_zero_external").alpha;
  const double alpha_c = theory::find_threshold({}, "capacity").alpha;
  steps.done("theory");

  const std::vector<Series> marks{mark("α_LE'", alpha_le), mark("α_U", alpha_u), mark("α_c", alpha_c)};
  Section section{"success", "How far algorithms get", {}, {}, {}};
  section.text = {
      "Binary perceptron, random +-1 patterns, zero errors asked for. Loads go up until an algorithm solves "
      "no instance; a "
      "run that is not solved within its steps counts as a failure. At these sizes instances fluctuate: "
      "thresholds of small "
      "systems are smeared and shifted."};
  for (const int inputs : sizes.inputs) section.charts.push_back(rates_chart(ladders, sizes, inputs, marks));
  for (auto& chart : section.charts) chart["overview"] = true;
  section.tables = {
      make_table("thresholds", "Load of one half",
                 {{"algorithm", "algorithm", 0},
                  {"inputs", "N", 0},
                  {"alpha", "α at one half", 4},
                  {"error", "±", 2},
                  {"max_steps", "steps at most", 0}},
                 threshold_rows(ladders, sizes),
                 "Linear between the two loads beside one half; error by resampling the instances."),
      make_table("success", "All loads",
                 {{"algorithm", "algorithm", 0},
                  {"inputs", "N", 0},
                  {"alpha", "α", 0},
                  {"solved", "solved", 0},
                  {"instances", "instances", 0},
                  {"rate_low", "95 % from", 2},
                  {"rate_high", "to", 2},
                  {"median_steps", "median steps", 4}},
                 rows_of(ladders, sizes))};

  Document document{"algorithmic-thresholds",
                    "How far algorithms get",
                    "Success of algorithms on random storage problems of the binary perceptron",
                    {},
                    {},
                    {}};
  document.facts = {{"sizes", fmt::format("N from {} to {}", sizes.inputs.front(), sizes.inputs.back())},
                    {"instances", fmt::format("{} a load", sizes.instances)}};
  document.findings = {ends_claim(ladders, sizes, alpha_le, alpha_u, alpha_c)};
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
