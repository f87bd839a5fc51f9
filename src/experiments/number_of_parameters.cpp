// wfm reproduce number-of-parameters: as many patterns, more and more weights (random features, binary perceptron). From which number of
// weights on there are solutions, from which on algorithms find them, and what these err on new patterns.
#include "experiments/number_of_parameters.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/document.hpp"

namespace wfm::experiments {

namespace {

constexpr int theory_color = 9;  // grey: the contenders have the colours

std::vector<Contender> contenders() {
  return {{"fBP", "fbp", {}, 0, 5000},
          {"reinforced BP", "rbp", {{"rate", "0.001"}}, 0, 1000},
          {"max-sum", "max-sum", {}, 0, 1000},
          {"SBPI", "sbpi", {}, 0, 2000},
          {"rSGD", "rsgd", {}, 0, 1000},
          {"BinaryNet", "binarynet", {}, 0, 1000},
          {"annealing", "annealing", {{"beta-rate", "0.03"}}, 0, 3000}};
}

std::string text_of(const MeanAndError& half) {
  return fmt::format("N = {:.1f} ± {:.1f}", half.mean, half.standard_error);
}

io::Json gap_claim(const ParameterScan& scan, const Transitions& at, bool counted) {
  const MeanAndError& exist = counted ? at.counted : at.bp;
  const double gap = at.first().mean - exist.mean;
  const double error = std::hypot(at.first().standard_error, exist.standard_error);
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

// At the first N where an algorithm solves half of the instances; the number of N scanned where there is none.
std::size_t first_success(const ParameterScan& scan, std::size_t c) {
  std::size_t n = 0;
  while (n < scan.instances.size() && 2 * scan.count_solved(n, c) < scan.sizes.instances) ++n;
  return n;
}

io::Json first_solutions_claim(const ParameterScan& scan) {
  bool decided = true, holds = true;
  std::string evidence;
  for (std::size_t c = 0; c < scan.contenders.size(); ++c) {
    const std::size_t n = first_success(scan, c);
    decided = decided && n < scan.instances.size();
    if (n == scan.instances.size()) continue;
    const MeanAndError error = scan.test_error(n, c);
    holds = holds && error.mean + 3 * error.standard_error < 0.5;
    evidence += fmt::format("{}{} {} at N = {}", evidence.empty() ? "" : "; ", scan.contenders[c].label,
                            with_error(error), scan.sizes.features[n]);
  }
  return to_json(Claim{
      verdict(decided, holds), "Solutions generalise where algorithms begin to succeed.",
      "test error at the first N where the algorithm solves half of the instances: below chance by three "
      "standard errors for every algorithm",
      evidence, "[A], [O22]"});
}

io::Json more_weights_claim(const ParameterScan& scan) {
  bool decided = true, holds = true;
  std::string evidence;
  const std::size_t last = scan.instances.size() - 1;
  for (std::size_t c = 0; c < scan.contenders.size(); ++c) {
    const std::size_t n = first_success(scan, c);
    decided = decided && n < last;
    if (n >= last) continue;
    const MeanAndError change = scan.test_error_change(n, last, c);
    holds = holds && change.mean + 3 * change.standard_error < 0;
    evidence += fmt::format("{}{} {} from N = {}", evidence.empty() ? "" : "; ", scan.contenders[c].label,
                            with_error(change), scan.sizes.features[n]);
  }
  return to_json(Claim{
      verdict(decided, holds),
      "More weights generalise better: beyond its threshold an algorithm's test error falls.",
      fmt::format("change of the test error from the first N where the algorithm solves half of the "
                  "instances to N = {}, paired by instance: below zero by three standard errors for every "
                  "algorithm",
                  scan.sizes.features.back()),
      evidence, "[O22]"});
}

enum class Value { success, train, test };

std::vector<Series> curves_of(const ParameterScan& scan, Value what) {
  std::vector<Series> all;
  for (std::size_t c = 0; c < scan.contenders.size(); ++c) {
    Series series;
    series.name = scan.contenders[c].label;
    series.group = SeriesGroup::instance;
    series.color = int(c);
    for (std::size_t n = 0; n < scan.instances.size(); ++n) {
      const double rate = double(scan.count_solved(n, c)) / double(scan.sizes.instances);
      const MeanAndError value =
          what == Value::success
              ? MeanAndError{rate, std::sqrt(rate * (1 - rate) / double(scan.sizes.instances)), 0}
          : what == Value::train ? scan.train_error(n, c)
                                 : scan.test_error(n, c);
      series.x.push_back(scan.ratio(n));
      series.y.push_back(value.mean);
      series.error.push_back(value.standard_error);
    }
    all.push_back(series);
  }
  return all;
}

Series existence(const ParameterScan& scan, bool counted) {
  Series series;
  series.name = counted ? "a solution exists (counted)" : "entropy by BP above zero";
  series.color = theory_color;
  for (std::size_t n = 0; n < scan.instances.size(); ++n) {
    const auto count = std::count_if(
        scan.instances[n].begin(), scan.instances[n].end(),
        [&](const ScanInstance& i) { return counted ? i.counted_entropy >= 0 : i.bp_entropy > 0; });
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

io::Json success_chart(const ParameterScan& scan, bool counted) {
  auto series = curves_of(scan, Value::success);
  series.push_back(existence(scan, counted));
  io::Json chart =
      make_chart(counted ? "success-counted" : "success",
                 fmt::format("Solved share, D = {}, P = {}", scan.sizes.latent_inputs, scan.sizes.patterns),
                 {"weights per pattern N/P"}, {"share of the instances"}, series,
                 fmt::format("{} instances, the same data at every N. Bars: binomial standard errors.",
                             scan.sizes.instances));
  // what happens at the thresholds
  if (!counted) chart["x"]["max"] = 2.5;
  return chart;
}

io::Json error_chart(const ParameterScan& scan, const Transitions& at, Value what) {
  auto series = curves_of(scan, what);
  const double low = what == Value::train ? 0 : 0.2, high = what == Value::train ? 0.2 : 0.4;
  const double P = double(scan.sizes.patterns);
  if (std::isfinite(at.bp.mean))
    series.push_back(mark("solutions exist (BP)", at.bp.mean / P, low, high, false));
  if (std::isfinite(at.first().mean))
    series.push_back(mark("first algorithm succeeds", at.first().mean / P, low, high, true));
  io::Json chart =
      make_chart(what == Value::train ? "training-error" : "test-error",
                 what == Value::train ? "Training error" : "Test error", {"weights per pattern N/P"},
                 {what == Value::train ? "training error" : "test error"}, series,
                 "Means over all instances with standard errors, solved or not.");
  if (what == Value::train) chart["x"]["max"] = 2.5;
  return chart;
}

io::Json transition_rows(const std::vector<const ParameterScan*>& scans,
                         const std::vector<const Transitions*>& transitions) {
  io::Json rows = io::Json::array();
  for (std::size_t s = 0; s < scans.size(); ++s) {
    const auto add = [&](const std::string& what, const MeanAndError& half) {
      rows.push_back({{"latent_inputs", scans[s]->sizes.latent_inputs},
                      {"patterns", scans[s]->sizes.patterns},
                      {"what", what},
                      {"features", io::number(half.mean)},
                      {"error", io::number(half.standard_error)},
                      {"ratio", io::number(half.mean / double(scans[s]->sizes.patterns))}});
    };
    add("a solution exists (counted)", transitions[s]->counted);
    add("entropy by BP above zero", transitions[s]->bp);
    for (std::size_t c = 0; c < scans[s]->contenders.size(); ++c)
      add(scans[s]->contenders[c].label, transitions[s]->algorithms[c]);
  }
  return rows;
}

io::Json rows_of(const std::vector<const ParameterScan*>& scans) {
  io::Json rows = io::Json::array();
  for (const ParameterScan* scan : scans)
    for (std::size_t n = 0; n < scan->instances.size(); ++n)
      for (std::size_t c = 0; c < scan->contenders.size(); ++c) {
        const MeanAndError train = scan->train_error(n, c), test = scan->test_error(n, c);
        const Interval wilson = wilson_interval(scan->count_solved(n, c), scan->sizes.instances);
        rows.push_back({{"latent_inputs", scan->sizes.latent_inputs},
                        {"patterns", scan->sizes.patterns},
                        {"features", scan->sizes.features[n]},
                        {"algorithm", scan->contenders[c].label},
                        {"solved", scan->count_solved(n, c)},
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

io::Json entropy_rows(const std::vector<const ParameterScan*>& scans) {
  io::Json rows = io::Json::array();
  for (const ParameterScan* scan : scans)
    for (std::size_t n = 0; n < scan->instances.size(); ++n) {
      std::vector<double> bp, difference;
      std::size_t existing = 0, counted = 0;
      for (const ScanInstance& instance : scan->instances[n]) {
        if (!std::isnan(instance.bp_entropy)) bp.push_back(instance.bp_entropy);
        counted += std::isnan(instance.counted_entropy) ? 0 : 1;
        if (!(instance.counted_entropy >= 0)) continue;
        ++existing;
        if (!std::isnan(instance.bp_entropy))
          difference.push_back(instance.bp_entropy - instance.counted_entropy);
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

Section section_of(const ParameterScan& large, const ParameterScan& small, const Transitions& at,
                   const Transitions& at_small) {
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
  const auto scanned = run_scan(sizes.scan, contenders(), false, settings, steps);
  if (!scanned) return std::nullopt;
  const auto counted = run_scan(sizes.counted, contenders(), true, settings, steps);
  if (!counted) return std::nullopt;
  const ParameterScan &large = *scanned, &small = *counted;
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
                       first_solutions_claim(large), more_weights_claim(large)};
  document.sections = {to_json(section_of(large, small, at, at_small))};
  return to_json(document, settings, steps.seconds());
}

std::optional<io::Json> number_of_parameters(const ExperimentSettings& settings) {
  NumberOfParametersSizes sizes;
  if (!settings.quick) {
    sizes.scan = {
        501,
        1503,
        {751, 1001, 1251, 1351, 1401, 1451, 1501, 1551, 1601, 1651, 1751, 2001, 2501, 3501, 5001, 7501},
        30,
        20000};
    sizes.counted.instances = 200;
  }
  replace_count(sizes.scan.instances, settings);
  replace_count(sizes.counted.instances, settings);
  return number_of_parameters(sizes, settings);
}

}  // namespace wfm::experiments
