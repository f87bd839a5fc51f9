// wfm reproduce generalisation: what eight algorithms learn from a teacher, against the load and against the local entropy of where
// they end. Binary perceptron and teacher; typical students, the Bayes-optimal answer and the signs of the Bayes barycentre in theory.
#include "experiments/generalisation.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>

#include "experiments/binary_contenders.hpp"
#include "experiments/document.hpp"
#include "experiments/students.hpp"
#include "math/parallel.hpp"

namespace wfm::experiments {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double distance = 0.05;  // of the local entropy
constexpr int theory_color = 9;    // grey: the contenders have the colours

struct Measured {
  Students students;
  std::vector<StudentTheory> lines;                // at many loads
  std::vector<std::pair<double, double>> margins;  // students_with_margin at the load shown
};

io::Json order_claim(const Measured& all) {
  const MeanAndError tau = all.students.agreement();
  const bool decided = tau.count >= 2 && std::abs(tau.mean) > 3 * tau.standard_error;
  std::string evidence = fmt::format("τ = {} over {} instances; by load:", with_error(tau), tau.count);
  for (const StudentLoad& load : all.students.loads)
    evidence += fmt::format(" α = {} {}", load.theory.alpha, with_error(all.students.agreement({&load})));
  return to_json(
      Claim{verdict(decided, tau.mean > 0), "Flatter solutions generalise better.",
            fmt::format(
                "Kendall's τ between the local entropy at d = {} and the overlap with the teacher among the "
                "algorithms' solutions of one instance, mean over loads and then instances: above three "
                "standard errors "
                "holds, below minus three fails; N = {}",
                distance, all.students.sizes.inputs),
            evidence, "beyond"});
}

std::string places_text(const Measured& all) {
  std::string text;
  for (std::size_t c = 0; c < all.students.contenders.size(); ++c)
    text += fmt::format("{}{} {}", c == 0 ? "" : "; ", all.students.contenders[c].label,
                        with_error(all.students.place_between(c)));
  return text;
}

constexpr const char* places_meaning =
    "test error on a scale where the signs of the Bayes barycentre are 0 and typical students 1 (theory, N "
    "to infinity), "
    "mean over loads, error over instances";

io::Json bound_claim(const Measured& all) {
  bool decided = true, holds = true;
  for (std::size_t c = 0; c < all.students.contenders.size(); ++c) {
    const MeanAndError place = all.students.place_between(c);
    decided = decided && place.count >= 2;
    holds = holds && place.mean + 3 * place.standard_error > 0;
  }
  return to_json(Claim{verdict(decided, holds),
                       "No algorithm generalises better than the signs of the Bayes barycentre.",
                       fmt::format("{}: none is below 0 by three standard errors", places_meaning),
                       places_text(all), "beyond"});
}

io::Json barycentre_claim(const Measured& all) {
  MeanAndError nearest{std::numeric_limits<double>::infinity(), nan, 0};
  for (std::size_t c = 0; c < all.students.contenders.size(); ++c) {
    const MeanAndError place = all.students.place_between(c);
    if (place.count >= 2 && place.mean < nearest.mean) nearest = place;
  }
  std::string by_load;
  for (const StudentLoad& load : all.students.loads) {
    const MeanAndError error = all.students.mean_of(load, 0, load.error);
    by_load +=
        fmt::format("{} {:.3f} at α = {}", by_load.empty() ? "" : ",",
                    (error.mean - load.theory.barycentre) / (load.theory.typical - load.theory.barycentre),
                    load.theory.alpha);
  }
  return to_json(Claim{verdict(nearest.count >= 2, nearest.mean < 3 * nearest.standard_error),
                       "The best algorithms generalise as well as the signs of the Bayes barycentre.",
                       fmt::format("{}: the best is within three standard errors of 0", places_meaning),
                       fmt::format("best {}; fBP by load:{}", with_error(nearest), by_load), "beyond"});
}

Series theory_line(const Measured& all, const std::string& name, int place, double StudentTheory::*value,
                   bool excess) {
  Series series;
  series.name = name;
  series.color = theory_color + 10 * place;
  series.dashed = place == 1;
  for (const StudentTheory& theory : all.lines) {
    series.x.push_back(theory.alpha);
    series.y.push_back(theory.*value - (excess ? theory.barycentre : 0));
  }
  return series;
}

io::Json error_chart(const Measured& all, bool excess) {
  std::vector<Series> series;
  for (std::size_t c = 0; c < all.students.contenders.size(); ++c) {
    Series one;
    one.name = all.students.contenders[c].label;
    one.kind = excess ? "line" : "points";
    one.group = SeriesGroup::instance;
    one.color = int(c);
    for (const StudentLoad& load : all.students.loads) {
      const MeanAndError error = all.students.mean_of(load, c, load.error);
      if (error.count == 0) continue;
      one.x.push_back(load.theory.alpha);
      one.y.push_back(error.mean - (excess ? load.theory.barycentre : 0));
      one.error.push_back(error.standard_error);
    }
    if (!one.x.empty()) series.push_back(one);
  }
  series.push_back(theory_line(all, "typical student (theory)", 0, &StudentTheory::typical, excess));
  if (!excess) series.push_back(theory_line(all, "Bayes-optimal (theory)", 1, &StudentTheory::bayes, excess));
  Series best =
      theory_line(all, "signs of the Bayes barycentre (theory)", 0, &StudentTheory::barycentre, excess);
  best.group = SeriesGroup::bound;
  series.push_back(best);
  return excess ? make_chart("excess", "Test error above the barycentre's", {"load α"}, {"excess test error"},
                             series, "Means over the instances solved, with standard errors.")
                : make_chart("test-error", "Test error", {"load α"}, {"test error"}, series,
                             "From the overlap R with the teacher, arccos(R)/π.");
}

io::Json scatter_chart(const Measured& all) {
  const StudentLoad& load = all.students.loads[all.students.sizes.shown];
  std::vector<Series> series;
  for (std::size_t c = 0; c < all.students.contenders.size(); ++c) {
    Series one;
    one.name = all.students.contenders[c].label;
    one.kind = "points";
    one.group = SeriesGroup::instance;
    one.color = int(c);
    for (std::size_t j = 0; j < all.students.sizes.instances; ++j) {
      const std::size_t at = all.students.place(c, j);
      if (!load.usable(at)) continue;
      one.x.push_back(load.entropy[at]);
      one.y.push_back(load.error[at]);
    }
    if (!one.x.empty()) series.push_back(one);
  }
  Series typical;
  typical.name = "typical students of margin 0 and more (theory)";
  typical.color = theory_color;
  for (const auto& [entropy, error] : all.margins) {
    typical.x.push_back(entropy);
    typical.y.push_back(error);
  }
  series.push_back(typical);
  return make_chart("flatness", fmt::format("Flatness and test error, α = {}", load.theory.alpha),
                    {fmt::format("local entropy at d = {}", distance)}, {"test error"}, series,
                    "One point a solution. Line: typical students, their margin growing to the right.");
}

io::Json agreement_chart(const Measured& all) {
  Series series;
  series.name = "mean over instances";
  series.kind = "line";
  series.group = SeriesGroup::instance;
  for (const StudentLoad& load : all.students.loads) {
    const MeanAndError tau = all.students.agreement({&load});
    series.x.push_back(load.theory.alpha);
    series.y.push_back(tau.mean);
    series.error.push_back(tau.standard_error);
  }
  Series zero;
  zero.name = "no relation";
  zero.group = SeriesGroup::bound;
  zero.dashed = true;
  zero.x = {all.students.loads.front().theory.alpha, all.students.loads.back().theory.alpha};
  zero.y = {0, 0};
  io::Json chart = make_chart(
      "agreement", "Flatness orders the algorithms", {"load α"}, {"Kendall's τ with the overlap"},
      {series, zero},
      "Within instances: which of two algorithms' solutions is flatter, and which is closer to the teacher.");
  chart["y"]["min"] = -0.1;
  chart["y"]["max"] = 1;
  return chart;
}

io::Json rows_of(const Measured& all) {
  io::Json rows = io::Json::array();
  for (const StudentLoad& load : all.students.loads)
    for (std::size_t c = 0; c < all.students.contenders.size(); ++c) {
      std::vector<double> counted;
      std::size_t solved = 0;
      for (std::size_t j = 0; j < all.students.sizes.instances; ++j) {
        const Solution& solution = load.solutions[all.students.place(c, j)];
        solved += solution.solved() ? 1 : 0;
        if (load.usable(all.students.place(c, j)))
          counted.push_back(solution.record.test_error.value_or(nan));
      }
      const MeanAndError error = all.students.mean_of(load, c, load.error), fresh = mean_and_error(counted);
      const MeanAndError entropy = all.students.mean_of(load, c, load.entropy);
      rows.push_back({{"alpha", load.theory.alpha},
                      {"algorithm", all.students.contenders[c].label},
                      {"solved", solved},
                      {"converged", error.count},
                      {"instances", all.students.sizes.instances},
                      {"entropy", io::number(entropy.mean)},
                      {"test_error", io::number(error.mean)},
                      {"test_error_error", io::number(error.standard_error)},
                      {"test_error_counted", io::number(fresh.mean)},
                      {"typical", io::number(load.theory.typical)},
                      {"barycentre", io::number(load.theory.barycentre)},
                      {"bayes", io::number(load.theory.bayes)}});
    }
  return rows;
}

}  // namespace

std::optional<io::Json> generalisation(const GeneralisationSizes& sizes, const ExperimentSettings& settings) {
  const auto contenders = binary_contenders(sizes.annealing_rate);
  Steps steps(settings, std::int64_t(sizes.alphas.size() * sizes.instances * contenders.size()) + 1);
  auto students = run_students(sizes, contenders, distance, settings, steps);
  if (!students) return std::nullopt;
  Measured all{std::move(*students), std::vector<StudentTheory>(37), {}};
  parallel_for(all.lines.size(), settings.threads, [&](std::size_t j) {
    const double low = sizes.alphas.front(), high = sizes.alphas.back();
    all.lines[j] = student_theory(low + (high - low) * double(j) / double(all.lines.size() - 1));
  });
  all.margins = students_with_margin(sizes.alphas[sizes.shown], distance, settings.threads);
  steps.done("theory");

  Section section{"students", "Students of a binary teacher", {}, {}, {}};
  section.text = {
      fmt::format("N = {} weights ±1, labels by a random teacher, {} instances a load, every algorithm on "
                  "every one. Around each "
                  "solution the local entropy at d = {}. A student that errs on its training patterns, or "
                  "whose local entropy did not "
                  "converge, is in the table and in no mean.",
                  sizes.inputs, sizes.instances, distance)};
  section.charts = {error_chart(all, false), error_chart(all, true), scatter_chart(all),
                    agreement_chart(all)};
  for (auto& chart : section.charts) chart["overview"] = true;
  section.tables = {make_table("loads", "All loads",
                               {{"alpha", "α", 0},
                                {"algorithm", "algorithm", 0},
                                {"solved", "solved", 0},
                                {"converged", "with local entropy", 0},
                                {"instances", "instances", 0},
                                {"entropy", "local entropy", 5},
                                {"test_error", "test error, arccos(R)/π", 5},
                                {"test_error_error", "±", 2},
                                {"test_error_counted", "counted on fresh patterns", 4},
                                {"typical", "typical student, theory", 5},
                                {"barycentre", "signs of the barycentre, theory", 5},
                                {"bayes", "Bayes-optimal, theory", 5}},
                               rows_of(all))};
  Document document{"generalisation",
                    "Flat solutions and the teacher",
                    "What algorithms learn from a binary teacher, and the local entropy of where they end",
                    {},
                    {},
                    {}};
  document.facts = {{"instances", fmt::format("{} a load, N = {}", sizes.instances, sizes.inputs)}};
  document.findings = {order_claim(all), bound_claim(all), barycentre_claim(all)};
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

std::optional<io::Json> generalisation(const ExperimentSettings& settings) {
  GeneralisationSizes sizes;
  if (!settings.quick) {
    sizes.inputs = 4001;
    sizes.alphas = {0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0};
    sizes.shown = 3;
    sizes.instances = 30;
    sizes.test_patterns = 20000;
    sizes.annealing_rate = 0.01;
  }
  replace_count(sizes.instances, settings);
  return generalisation(sizes, settings);
}

}  // namespace wfm::experiments
