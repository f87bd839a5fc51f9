// wfm reproduce number-of-parameters: as many patterns, more and more weights (random features, binary perceptron). From which number of
// weights on there are solutions, from which on algorithms find them, and what these err on new patterns.
#include "experiments/number_of_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "experiments/document.hpp"
#include "experiments/ensemble.hpp"
#include "experiments/success_threshold.hpp"
#include "math/parallel.hpp"
#include "problems/enumeration.hpp"
#include "problems/random_features.hpp"

namespace wfm::experiments {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr int theory_color = 9;  // grey: the contenders have the colours

std::vector<Contender> contenders() {
  return {{"fBP", "fbp", {}, 0, 500},
          {"reinforced BP", "rbp", {{"rate", "0.001"}}, 0, 1000},
          {"max-sum", "max-sum", {}, 0, 1000},
          {"SBPI", "sbpi", {}, 0, 2000},
          {"rSGD", "rsgd", {}, 0, 1000},
          {"BinaryNet", "binarynet", {}, 0, 1000},
          {"annealing", "annealing", {{"beta-rate", "0.03"}}, 0, 3000}};
}

/// What one algorithm did with one instance.
struct Run {
  Outcome outcome = Outcome::interrupted;
  std::int64_t train_errors = 0, steps = 0;
  double test_error = nan;
};

/// One instance with one number of features.
struct Instance {
  std::vector<Run> runs;    // one a contender
  double bp_entropy = nan;  // of belief propagation, per weight; NaN where it did not converge
  double exact_entropy =
      nan;  // (1/N) ln of the number of solutions, -infinity without; NaN where not counted
};

struct Scan {
  ParameterScan sizes;
  std::vector<Contender> contenders;
  std::vector<std::vector<Instance>> instances;  // by number of features, then instance

  double ratio(std::size_t n) const { return sizes.features[n] / double(sizes.patterns); }  // N/P
};

Run run_one(const Problem& problem, const Contender& contender, std::uint64_t seed,
            const ExperimentSettings& settings) {
  SolveRequest request;
  request.algorithm = contender.algorithm;
  request.knobs = contender.knobs;
  request.max_steps = contender.max_steps;
  request.seed = seed;
  request.interrupted = settings.interrupted;
  const io::RunFile record = solve(problem, request).record;
  return {record.outcome, record.train_errors, record.steps, record.test_error.value_or(nan)};
}

double entropy_by_bp(const Problem& problem, std::uint64_t seed, const ExperimentSettings& settings) {
  SolveRequest request;
  request.algorithm = "bp";
  request.seed = seed;
  request.max_steps = 300;
  request.interrupted = settings.interrupted;
  const SolveResult result = solve(problem, request);
  if (!result.reached_goal) return nan;
  for (const auto& [name, value] : result.last.observables)
    if (name == "entropy") return value;
  return nan;
}

Scan run_scan(const ParameterScan& sizes, bool counted, const ExperimentSettings& settings, Steps& steps) {
  Scan scan{sizes, contenders(), {}};
  scan.instances.assign(sizes.features.size(), std::vector<Instance>(sizes.instances));
  parallel_for(sizes.features.size() * sizes.instances, settings.threads, [&](std::size_t task) {
    if (steps.interrupted()) return;
    const std::size_t n =
        sizes.features.size() - 1 - task / sizes.instances;  // the largest first: they take longest
    const std::uint64_t seed = instance_seed(settings, task % sizes.instances);
    const Problem problem =
        make_random_features({Machine::perceptron, false, sizes.features[n], 1}, WeightKind::binary,
                             {sizes.latent_inputs, sizes.patterns, seed, 0, sizes.test_patterns});
    Instance& instance = scan.instances[n][task % sizes.instances];
    for (const Contender& contender : scan.contenders)
      instance.runs.push_back(run_one(problem, contender, seed, settings));
    instance.bp_entropy = entropy_by_bp(problem, seed, settings);
    if (counted) instance.exact_entropy = enumerate(problem, {.threads = 1}).log_count / sizes.features[n];
    steps.done(fmt::format("N = {}", sizes.features[n]));
  });
  return scan;
}

/// Where `holds(instance)` is true for half of the instances, in N; going down in N it is lost.
template <class Property>
HalfThreshold half_number(const Scan& scan, Property holds, std::uint64_t seed) {
  std::vector<SuccessAtLoad> loads;
  for (std::size_t n = scan.instances.size(); n-- > 0;) {
    SuccessAtLoad load{1 / scan.ratio(n), {}};
    for (const Instance& instance : scan.instances[n]) load.solved.push_back(holds(instance) ? 1 : 0);
    loads.push_back(load);
  }
  HalfThreshold half = half_threshold(loads, seed);
  // N = P/alpha
  half.error *= double(scan.sizes.patterns) / (half.alpha * half.alpha);
  half.alpha = double(scan.sizes.patterns) / half.alpha;
  return half;
}

bool solved(const Instance& instance, std::size_t c) {
  return instance.runs[c].train_errors == 0;
}

/// First number of features at which half of the instances are there, by each criterion.
struct Transitions {
  HalfThreshold bp, exact;
  std::vector<HalfThreshold> algorithms;
  std::size_t best = 0;  // algorithm
  const HalfThreshold& first() const { return algorithms[best]; }
};

Transitions transitions_of(const Scan& scan, std::uint64_t seed) {
  Transitions found;
  found.bp = half_number(
      scan, [](const Instance& i) { return i.bp_entropy > 0; }, seed);
  found.exact = half_number(
      scan, [](const Instance& i) { return i.exact_entropy >= 0; }, seed);
  for (std::size_t c = 0; c < scan.contenders.size(); ++c) {
    found.algorithms.push_back(half_number(
        scan, [c](const Instance& i) { return solved(i, c); }, seed));
    const double N = found.algorithms[c].alpha;
    if (std::isfinite(N) && !(found.algorithms[found.best].alpha <= N)) found.best = c;
  }
  return found;
}

std::string text_of(const HalfThreshold& half) {
  return fmt::format("N = {:.1f} ± {:.1f}", half.alpha, half.error);
}

io::Json gap_claim(const Scan& scan, const Transitions& at, bool counted) {
  const HalfThreshold& exist = counted ? at.exact : at.bp;
  const double gap = at.first().alpha - exist.alpha;
  const double error = std::hypot(at.first().error, exist.error);
  return to_json(
      Claim{verdict(std::isfinite(gap) && std::isfinite(error), gap > 2 * error),
            counted ? "There are two transitions with a gap: solutions exist before any algorithm finds them "
                      "(all configurations "
                      "counted)."
                    : "There are two transitions with a gap: solutions exist before any algorithm finds them "
                      "(large sizes, existence "
                      "by belief propagation).",
            fmt::format(
                "number of weights at which the best algorithm solves half of the instances, minus that at "
                "which half of "
                "them have {}: above two standard errors (instances resampled); D = {}, P = {}, {} instances",
                counted ? "a solution" : "a positive entropy by belief propagation", scan.sizes.latent_inputs,
                scan.sizes.patterns, scan.sizes.instances),
            fmt::format("solutions from {}, {} from {}: gap {:.1f} ± {:.1f}", text_of(exist),
                        scan.contenders[at.best].label, text_of(at.first()), gap, error),
            "[A], [O22]"});
}

MeanAndError mean_test_error(const Scan& scan, std::size_t n, std::size_t c) {
  std::vector<double> values;
  for (const Instance& instance : scan.instances[n]) values.push_back(instance.runs[c].test_error);
  return mean_and_error(values);
}

MeanAndError mean_train_error(const Scan& scan, std::size_t n, std::size_t c) {
  std::vector<double> values;
  for (const Instance& instance : scan.instances[n])
    values.push_back(double(instance.runs[c].train_errors) / double(scan.sizes.patterns));
  return mean_and_error(values);
}

std::size_t count_solved(const Scan& scan, std::size_t n, std::size_t c) {
  return std::size_t(std::count_if(scan.instances[n].begin(), scan.instances[n].end(),
                                   [c](const Instance& i) { return solved(i, c); }));
}

// Solutions at the first N where most instances are solved, against the wrong weights at the N before and the solutions at the largest N.
io::Json generalisation_claim(const Scan& scan, const Transitions& at) {
  const std::size_t c = at.best;
  std::size_t first = 0;
  while (first < scan.instances.size() && 2 * count_solved(scan, first, c) < scan.sizes.instances) ++first;
  const bool found = first > 0 && first < scan.instances.size();
  double worst_rise = -std::numeric_limits<double>::infinity();
  bool falls = true;
  for (std::size_t n = 1; n < scan.instances.size(); ++n) {
    std::vector<double> rises;
    for (std::size_t j = 0; j < scan.sizes.instances; ++j)
      rises.push_back(scan.instances[n][j].runs[c].test_error - scan.instances[n - 1][j].runs[c].test_error);
    const MeanAndError rise = mean_and_error(rises);
    falls = falls && rise.mean <= 3 * rise.standard_error;
    worst_rise = std::max(worst_rise, rise.mean);
  }
  const MeanAndError threshold = found ? mean_test_error(scan, first, c) : MeanAndError{nan, nan, 0};
  const MeanAndError last = mean_test_error(scan, scan.instances.size() - 1, c);
  return to_json(
      Claim{verdict(found, falls && threshold.mean + 3 * threshold.standard_error < 0.5),
            "Solutions where algorithms begin to succeed generalise, and more weights generalise better: the "
            "test error has no peak "
            "there.",
            "test error of the algorithm that succeeds first: at the first N where it solves half of the "
            "instances below chance by "
            "three standard errors, and from no N to the next does it rise by three (paired by instance)",
            found ? fmt::format("{}: {} at N = {}, {} at N = {}; largest rise {:.4f}",
                                scan.contenders[c].label, with_error(threshold), scan.sizes.features[first],
                                with_error(last), scan.sizes.features.back(), worst_rise)
                  : "no N where it solves half of the instances",
            "[O22]"});
}

enum class Value { success, train, test };

std::vector<Series> curves_of(const Scan& scan, Value what) {
  std::vector<Series> all;
  for (std::size_t c = 0; c < scan.contenders.size(); ++c) {
    Series series;
    series.name = scan.contenders[c].label;
    series.group = SeriesGroup::instance;
    series.color = int(c);
    for (std::size_t n = 0; n < scan.instances.size(); ++n) {
      const double rate = double(count_solved(scan, n, c)) / double(scan.sizes.instances);
      const MeanAndError value =
          what == Value::success
              ? MeanAndError{rate, std::sqrt(rate * (1 - rate) / double(scan.sizes.instances)), 0}
          : what == Value::train ? mean_train_error(scan, n, c)
                                 : mean_test_error(scan, n, c);
      series.x.push_back(scan.ratio(n));
      series.y.push_back(value.mean);
      series.error.push_back(value.standard_error);
    }
    all.push_back(series);
  }
  return all;
}

Series existence(const Scan& scan, bool counted) {
  Series series;
  series.name = counted ? "a solution exists (counted)" : "entropy by BP above zero";
  series.color = theory_color;
  for (std::size_t n = 0; n < scan.instances.size(); ++n) {
    const auto count =
        std::count_if(scan.instances[n].begin(), scan.instances[n].end(),
                      [&](const Instance& i) { return counted ? i.exact_entropy >= 0 : i.bp_entropy > 0; });
    series.x.push_back(scan.ratio(n));
    series.y.push_back(double(count) / double(scan.sizes.instances));
  }
  return series;
}

Series mark(const std::string& name, double x, double low, double high, bool dashed) {
  Series series;
  series.name = name;
  series.group = SeriesGroup::bound;
  series.dashed = dashed;
  series.x = {x, x};
  series.y = {low, high};
  return series;
}

io::Json success_chart(const Scan& scan, bool counted) {
  auto series = curves_of(scan, Value::success);
  series.push_back(existence(scan, counted));
  return make_chart(
      counted ? "success-counted" : "success",
      fmt::format("Solved share, D = {}, P = {}", scan.sizes.latent_inputs, scan.sizes.patterns),
      {"weights per pattern N/P", counted ? "linear" : "log"}, {"share of the instances"}, series,
      fmt::format("{} instances, the same data at every N. Bars: binomial standard errors.",
                  scan.sizes.instances));
}

io::Json error_chart(const Scan& scan, const Transitions& at, Value what) {
  auto series = curves_of(scan, what);
  const double low = what == Value::train ? 0 : 0.2, high = what == Value::train ? 0.2 : 0.4;
  const double P = double(scan.sizes.patterns);
  if (std::isfinite(at.bp.alpha))
    series.push_back(mark("solutions exist (BP)", at.bp.alpha / P, low, high, false));
  if (std::isfinite(at.first().alpha))
    series.push_back(mark("first algorithm succeeds", at.first().alpha / P, low, high, true));
  return make_chart(what == Value::train ? "training-error" : "test-error",
                    what == Value::train ? "Training error" : "Test error",
                    {"weights per pattern N/P", "log"},
                    {what == Value::train ? "training error" : "test error"}, series,
                    "Means over all instances with standard errors, solved or not.");
}

io::Json transition_rows(const std::vector<const Scan*>& scans,
                         const std::vector<const Transitions*>& transitions) {
  io::Json rows = io::Json::array();
  for (std::size_t s = 0; s < scans.size(); ++s) {
    const auto add = [&](const std::string& what, const HalfThreshold& half) {
      rows.push_back({{"latent_inputs", scans[s]->sizes.latent_inputs},
                      {"patterns", scans[s]->sizes.patterns},
                      {"what", what},
                      {"features", io::number(half.alpha)},
                      {"error", io::number(half.error)},
                      {"ratio", io::number(half.alpha / double(scans[s]->sizes.patterns))}});
    };
    add("a solution exists (counted)", transitions[s]->exact);
    add("entropy by BP above zero", transitions[s]->bp);
    for (std::size_t c = 0; c < scans[s]->contenders.size(); ++c)
      add(scans[s]->contenders[c].label, transitions[s]->algorithms[c]);
  }
  return rows;
}

io::Json rows_of(const std::vector<const Scan*>& scans) {
  io::Json rows = io::Json::array();
  for (const Scan* scan : scans)
    for (std::size_t n = 0; n < scan->instances.size(); ++n)
      for (std::size_t c = 0; c < scan->contenders.size(); ++c) {
        const MeanAndError train = mean_train_error(*scan, n, c), test = mean_test_error(*scan, n, c);
        const Interval wilson = wilson_interval(count_solved(*scan, n, c), scan->sizes.instances);
        rows.push_back({{"latent_inputs", scan->sizes.latent_inputs},
                        {"patterns", scan->sizes.patterns},
                        {"features", scan->sizes.features[n]},
                        {"algorithm", scan->contenders[c].label},
                        {"solved", count_solved(*scan, n, c)},
                        {"instances", scan->sizes.instances},
                        {"rate_low", wilson.low},
                        {"rate_high", wilson.high},
                        {"train_error", io::number(train.mean)},
                        {"train_error_error", io::number(train.standard_error)},
                        {"test_error", io::number(test.mean)},
                        {"test_error_error", io::number(test.standard_error)}});
      }
  return rows;
}

io::Json entropy_rows(const std::vector<const Scan*>& scans) {
  io::Json rows = io::Json::array();
  for (const Scan* scan : scans)
    for (std::size_t n = 0; n < scan->instances.size(); ++n) {
      std::vector<double> bp, difference;
      std::size_t existing = 0, counted = 0;
      for (const Instance& instance : scan->instances[n]) {
        if (!std::isnan(instance.bp_entropy)) bp.push_back(instance.bp_entropy);
        counted += std::isnan(instance.exact_entropy) ? 0 : 1;
        if (!(instance.exact_entropy >= 0)) continue;
        ++existing;
        if (!std::isnan(instance.bp_entropy))
          difference.push_back(instance.bp_entropy - instance.exact_entropy);
      }
      const MeanAndError entropy = mean_and_error(bp), bias = mean_and_error(difference);
      rows.push_back({{"latent_inputs", scan->sizes.latent_inputs},
                      {"patterns", scan->sizes.patterns},
                      {"features", scan->sizes.features[n]},
                      {"converged", bp.size()},
                      {"instances", scan->sizes.instances},
                      {"entropy", io::number(entropy.mean)},
                      {"entropy_error", io::number(entropy.standard_error)},
                      {"existing", counted > 0 ? io::Json(existing) : io::Json()},
                      {"bias", io::number(bias.mean)},
                      {"bias_error", io::number(bias.standard_error)}});
    }
  return rows;
}

Section section_of(const Scan& large, const Scan& small, const Transitions& at, const Transitions& at_small) {
  Section section{"random-features", "More and more weights on the same patterns", {}, {}, {}};
  section.text = {
      "Inputs of D signs, labels by a binary teacher on them; the student, N weights ±1, sees the signs of N "
      "random projections. "
      "D and P stay, N grows.",
      "Where solutions exist is counted at the small size. At the large one it is where belief propagation "
      "has an entropy above "
      "zero: an estimate, for its messages take the features as independent, and a fixed point that is not "
      "reached counts as "
      "none; the table has its bias at the small size."};
  section.charts = {success_chart(large, false), success_chart(small, true),
                    error_chart(large, at, Value::train), error_chart(large, at, Value::test)};
  for (auto& chart : section.charts) chart["overview"] = true;
  const std::vector<Column> size_columns{{"latent_inputs", "D", 0}, {"patterns", "P", 0}};
  const auto with_sizes = [&](std::vector<Column> columns) {
    columns.insert(columns.begin(), size_columns.begin(), size_columns.end());
    return columns;
  };
  section.tables = {
      make_table(
          "transitions", "Half of the instances",
          with_sizes({{"what", "what", 0}, {"features", "N", 4}, {"error", "±", 2}, {"ratio", "N/P", 4}}),
          transition_rows({&large, &small}, {&at, &at_small}),
          "Linear in P/N between the two N beside one half; errors by resampling the instances."),
      make_table("runs", "All algorithms",
                 with_sizes({{"features", "N", 0},
                             {"algorithm", "algorithm", 0},
                             {"solved", "solved", 0},
                             {"instances", "instances", 0},
                             {"rate_low", "95 % from", 2},
                             {"rate_high", "to", 2},
                             {"train_error", "training error", 3},
                             {"train_error_error", "±", 2},
                             {"test_error", "test error", 4},
                             {"test_error_error", "±", 2}}),
                 rows_of({&large, &small})),
      make_table("entropies", "Entropy by belief propagation",
                 with_sizes({{"features", "N", 0},
                             {"converged", "converged", 0},
                             {"instances", "instances", 0},
                             {"entropy", "entropy per weight", 4},
                             {"entropy_error", "±", 2},
                             {"existing", "instances with solutions (counted)", 0},
                             {"bias", "BP minus counted", 3},
                             {"bias_error", "±", 2}}),
                 entropy_rows({&large, &small}), "Of the instances that converged.")};
  return section;
}

}  // namespace

std::optional<io::Json> number_of_parameters(const NumberOfParametersSizes& sizes,
                                             const ExperimentSettings& settings) {
  Steps steps(settings, std::int64_t(sizes.scan.features.size() * sizes.scan.instances +
                                     sizes.counted.features.size() * sizes.counted.instances));
  const Scan large = run_scan(sizes.scan, false, settings, steps);
  const Scan small = run_scan(sizes.counted, true, settings, steps);
  if (steps.interrupted()) return std::nullopt;
  const Transitions at = transitions_of(large, settings.seed),
                    at_small = transitions_of(small, settings.seed);

  Document document{
      "number-of-parameters",
      "Learning with more and more weights",
      "Random features: interpolation threshold, algorithms' threshold, test error; binary perceptron",
      {},
      {},
      {}};
  document.facts = {{"data", fmt::format("D = {}, P = {}, {} instances", sizes.scan.latent_inputs,
                                         sizes.scan.patterns, sizes.scan.instances)},
                    {"counted", fmt::format("D = {}, P = {}, {} instances", sizes.counted.latent_inputs,
                                            sizes.counted.patterns, sizes.counted.instances)}};
  document.findings = {gap_claim(large, at, false), gap_claim(small, at_small, true),
                       generalisation_claim(large, at)};
  document.sections = {to_json(section_of(large, small, at, at_small))};
  return to_json(document, settings, steps.seconds());
}

std::optional<io::Json> number_of_parameters(const ExperimentSettings& settings) {
  NumberOfParametersSizes sizes;
  if (!settings.quick) {
    sizes.scan = {
        501,
        1503,
        {501, 751, 1001, 1251, 1351, 1401, 1451, 1501, 1551, 1601, 1651, 1751, 2001, 2501, 3501, 5001, 7501},
        30,
        20000};
    sizes.counted.instances = 200;
  }
  return number_of_parameters(sizes, settings);
}

}  // namespace wfm::experiments
