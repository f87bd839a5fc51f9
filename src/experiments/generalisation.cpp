// wfm reproduce generalisation: what eight algorithms learn from a teacher, against the load and against the local entropy of where
// they end. Binary perceptron and teacher; typical students, the Bayes-optimal answer and the signs of the Bayes barycentre in theory.
#include "experiments/generalisation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "experiments/binary_contenders.hpp"
#include "experiments/document.hpp"
#include "inference/state_evolution.hpp"
#include "math/parallel.hpp"
#include "problems/teacher.hpp"
#include "theory/teacher_franz_parisi.hpp"
#include "theory/teacher_student.hpp"

namespace wfm::experiments {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double distance = 0.05;  // of the local entropy
constexpr int theory_color = 9;    // grey: the contenders have the colours

/// Test error of weights with this overlap with the teacher, N to infinity.
double angle_error(double overlap) {
  return std::acos(std::clamp(overlap, -1.0, 1.0)) / std::numbers::pi;
}

/// Theory at one load: test errors of a typical student, of the majority of all students, of the best binary weights.
struct Theory {
  double alpha = 0, typical = nan, bayes = nan, barycentre = nan;
};

Theory theory_at(double alpha) {
  const auto student = theory::teacher_student({alpha, 0});
  const auto evolution =
      inference::state_evolution({{Machine::perceptron, false, 1001, 1}, alpha, 0, true}, 5000, 1e-9);
  return {alpha, student.generalisation_error, angle_error(std::sqrt(student.R)),
          angle_error(evolution.points.back().sign_overlap())};
}

/// Everything at one load.
struct Load {
  Theory theory;
  std::vector<Solution> solutions;
  std::vector<double> error;    // of each solution, from its overlap with the teacher
  std::vector<double> entropy;  // of each solution; NaN where not solved or not converged

  bool usable(std::size_t j) const { return !std::isnan(entropy[j]); }
};

struct Measured {
  GeneralisationSizes sizes;
  std::vector<Contender> contenders;
  std::vector<Load> loads;
  std::vector<Theory> lines;
  std::vector<std::pair<double, double>>
      margins;  // typical students of growing margin: local entropy, test error

  std::size_t place(std::size_t contender, std::size_t instance) const {  // in Load::solutions
    return contender * sizes.instances + instance;
  }
};

/// Over the instances that the contender solved at this load.
MeanAndError mean_of(const Measured& all, const Load& load, std::size_t contender,
                     const std::vector<double>& values) {
  std::vector<double> samples;
  for (std::size_t j = 0; j < all.sizes.instances; ++j)
    if (load.usable(all.place(contender, j))) samples.push_back(values[all.place(contender, j)]);
  return mean_and_error(samples);
}

/// Agreement of flatness with the overlap with the teacher, among the solutions of one instance.
double agreement(const Measured& all, const Load& load, std::size_t instance) {
  std::vector<double> entropy, quality;
  for (std::size_t c = 0; c < all.contenders.size(); ++c) {
    const std::size_t j = all.place(c, instance);
    if (!load.usable(j)) continue;
    entropy.push_back(load.entropy[j]);
    quality.push_back(-load.error[j]);
  }
  return order_agreement(entropy, quality);
}

MeanAndError mean_agreement(const Measured& all, const std::vector<const Load*>& loads) {
  std::vector<double> of_instances;
  for (std::size_t j = 0; j < all.sizes.instances; ++j) {
    std::vector<double> taus;
    for (const Load* load : loads) {
      const double tau = agreement(all, *load, j);
      if (!std::isnan(tau)) taus.push_back(tau);
    }
    if (!taus.empty()) of_instances.push_back(mean_and_error(taus).mean);
  }
  return mean_and_error(of_instances);
}

std::vector<const Load*> pointers(const std::vector<Load>& loads) {
  std::vector<const Load*> all;
  for (const Load& load : loads) all.push_back(&load);
  return all;
}

io::Json order_claim(const Measured& all) {
  const MeanAndError tau = mean_agreement(all, pointers(all.loads));
  const bool decided = tau.count >= 2 && std::abs(tau.mean) > 3 * tau.standard_error;
  std::string evidence = fmt::format("τ = {} over {} instances; by load:", with_error(tau), tau.count);
  for (const Load& load : all.loads)
    evidence += fmt::format(" α = {} {}", load.theory.alpha, with_error(mean_agreement(all, {&load})));
  return to_json(
      Claim{verdict(decided, tau.mean > 0), "Flatter solutions generalise better.",
            fmt::format(
                "Kendall's τ between the local entropy at d = {} and the overlap with the teacher among the "
                "algorithms' solutions of one instance, mean over loads and then instances: above three "
                "standard errors "
                "holds, below minus three fails; N = {}",
                distance, all.sizes.inputs),
            evidence, "beyond"});
}

/// 0: as the signs of the Bayes barycentre, 1: as a typical student. Mean over the loads that the contender solved, by instance.
MeanAndError place_of(const Measured& all, std::size_t contender) {
  std::vector<double> samples;
  for (std::size_t j = 0; j < all.sizes.instances; ++j) {
    std::vector<double> places;
    for (const Load& load : all.loads) {
      const std::size_t at = all.place(contender, j);
      if (load.usable(at))
        places.push_back((load.error[at] - load.theory.barycentre) /
                         (load.theory.typical - load.theory.barycentre));
    }
    if (!places.empty()) samples.push_back(mean_and_error(places).mean);
  }
  return mean_and_error(samples);
}

io::Json barycentre_claim(const Measured& all) {
  std::string evidence;
  bool decided = true, below = true;
  double nearest = std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c < all.contenders.size(); ++c) {
    const MeanAndError place = place_of(all, c);
    evidence += fmt::format("{}{} {}", c == 0 ? "" : "; ", all.contenders[c].label, with_error(place));
    decided = decided && place.count >= 2;
    below = below && place.mean + 3 * place.standard_error > 0;
    nearest = std::min(nearest, std::abs(place.mean) - 3 * place.standard_error);
  }
  return to_json(Claim{verdict(decided, below && nearest <= 0),
                       "Algorithms generalise up to the signs of the Bayes barycentre, which none surpasses.",
                       "test error on a scale where those signs are 0 and typical students 1 (theory, N to "
                       "infinity), mean over "
                       "loads, error over instances: none is below 0 by three standard errors, and the best "
                       "is within three of 0",
                       evidence, "beyond"});
}

Series theory_line(const Measured& all, const std::string& name, int place, double Theory::*value,
                   bool excess) {
  Series series;
  series.name = name;
  series.color = theory_color + 10 * place;
  series.dashed = place == 1;
  for (const Theory& theory : all.lines) {
    series.x.push_back(theory.alpha);
    series.y.push_back(theory.*value - (excess ? theory.barycentre : 0));
  }
  return series;
}

io::Json error_chart(const Measured& all, bool excess) {
  std::vector<Series> series;
  for (std::size_t c = 0; c < all.contenders.size(); ++c) {
    Series one;
    one.name = all.contenders[c].label;
    one.kind = excess ? "line" : "points";
    one.group = SeriesGroup::instance;
    one.color = int(c);
    for (const Load& load : all.loads) {
      const MeanAndError error = mean_of(all, load, c, load.error);
      if (error.count == 0) continue;
      one.x.push_back(load.theory.alpha);
      one.y.push_back(error.mean - (excess ? load.theory.barycentre : 0));
      one.error.push_back(error.standard_error);
    }
    if (!one.x.empty()) series.push_back(one);
  }
  series.push_back(theory_line(all, "typical student (theory)", 0, &Theory::typical, excess));
  if (!excess) series.push_back(theory_line(all, "Bayes-optimal (theory)", 1, &Theory::bayes, excess));
  Series best = theory_line(all, "signs of the Bayes barycentre (theory)", 0, &Theory::barycentre, excess);
  best.group = SeriesGroup::bound;
  series.push_back(best);
  return excess ? make_chart("excess", "Test error above the barycentre's", {"load α"}, {"excess test error"},
                             series, "Means over the instances solved, with standard errors.")
                : make_chart("test-error", "Test error", {"load α"}, {"test error"}, series,
                             "From the overlap R with the teacher, arccos(R)/π.");
}

io::Json scatter_chart(const Measured& all) {
  const Load& load = all.loads[all.sizes.shown];
  std::vector<Series> series;
  for (std::size_t c = 0; c < all.contenders.size(); ++c) {
    Series one;
    one.name = all.contenders[c].label;
    one.kind = "points";
    one.group = SeriesGroup::instance;
    one.color = int(c);
    for (std::size_t j = 0; j < all.sizes.instances; ++j) {
      const std::size_t at = all.place(c, j);
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
  for (const Load& load : all.loads) {
    const MeanAndError tau = mean_agreement(all, {&load});
    series.x.push_back(load.theory.alpha);
    series.y.push_back(tau.mean);
    series.error.push_back(tau.standard_error);
  }
  Series zero;
  zero.name = "no relation";
  zero.group = SeriesGroup::bound;
  zero.dashed = true;
  zero.x = {all.loads.front().theory.alpha, all.loads.back().theory.alpha};
  zero.y = {0, 0};
  return make_chart(
      "agreement", "Flatness orders the algorithms", {"load α"}, {"Kendall's τ with the overlap"},
      {series, zero},
      "Within instances: which of two algorithms' solutions is flatter, and which is closer to the teacher.");
}

io::Json rows_of(const Measured& all) {
  io::Json rows = io::Json::array();
  for (const Load& load : all.loads)
    for (std::size_t c = 0; c < all.contenders.size(); ++c) {
      std::vector<double> counted;
      std::size_t solved = 0;
      for (std::size_t j = 0; j < all.sizes.instances; ++j) {
        const Solution& solution = load.solutions[all.place(c, j)];
        solved += solution.solved() ? 1 : 0;
        if (load.usable(all.place(c, j))) counted.push_back(solution.record.test_error.value_or(nan));
      }
      const MeanAndError error = mean_of(all, load, c, load.error), fresh = mean_and_error(counted);
      const MeanAndError entropy = mean_of(all, load, c, load.entropy);
      rows.push_back({{"alpha", load.theory.alpha},
                      {"algorithm", all.contenders[c].label},
                      {"solved", solved},
                      {"converged", error.count},
                      {"instances", all.sizes.instances},
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

Load run_load(const Measured& all, double alpha, const ExperimentSettings& settings, Steps& steps) {
  Load load;
  load.theory.alpha = alpha;
  std::vector<Problem> problems;
  for (std::size_t j = 0; j < all.sizes.instances; ++j)
    problems.push_back(make_teacher_student(
        {Machine::perceptron, false, all.sizes.inputs, 1}, WeightKind::binary,
        {.alpha = alpha, .seed = instance_seed(settings, j), .test_patterns = all.sizes.test_patterns}));
  EnsembleParams ensemble;
  ensemble.distances = {distance};
  ensemble.threads = settings.threads;
  ensemble.seed = settings.seed;
  ensemble.on_solution = [&](const Solution& solution) {
    steps.done(fmt::format("alpha {}, {} {}", alpha, solution.label, name(solution.record.outcome)));
  };
  ensemble.interrupted = settings.interrupted;
  load.solutions = run_ensemble(problems, all.contenders, ensemble);
  if (steps.interrupted()) return load;
  for (std::size_t j = 0; j < load.solutions.size(); ++j) {
    const Solution& solution = load.solutions[j];
    const bool measured = !solution.entropies.empty() && solution.entropies[0].converged;
    load.entropy.push_back(measured ? solution.entropies[0].entropy : nan);
    load.error.push_back(
        angle_error(overlap(solution.record.weights, *problems[j % problems.size()].teacher)));
  }
  return load;
}

void add_theory(Measured& all, int threads) {
  const std::size_t fine = 37;
  all.lines.resize(fine);
  parallel_for(fine + all.loads.size(), threads, [&](std::size_t j) {
    if (j < fine) {
      const double low = all.sizes.alphas.front(), high = all.sizes.alphas.back();
      all.lines[j] = theory_at(low + (high - low) * double(j) / double(fine - 1));
    } else {
      all.loads[j - fine].theory = theory_at(all.loads[j - fine].theory.alpha);
    }
  });
  const double alpha = all.loads[all.sizes.shown].theory.alpha;
  std::vector<std::pair<double, double>> margins(13, {nan, nan});
  parallel_for(margins.size(), threads, [&](std::size_t j) {
    const double kappa = 0.04 * double(j);
    const auto student = theory::teacher_student({alpha, kappa});
    if (!student.converged || student.entropy < 0) return;
    const auto point =
        theory::teacher_franz_parisi_curve({alpha, kappa, 0}, std::vector<double>{distance}).front();
    if (point.converged) margins[j] = {point.entropy, student.generalisation_error};
  });
  for (const auto& margin : margins)
    if (!std::isnan(margin.first)) all.margins.push_back(margin);
}

}  // namespace

double order_agreement(std::span<const double> x, std::span<const double> y) {
  double agree = 0, pairs = 0;
  for (std::size_t i = 0; i < x.size(); ++i)
    for (std::size_t j = 0; j < i; ++j) {
      const double product = (x[i] - x[j]) * (y[i] - y[j]);
      if (product == 0) continue;
      agree += product > 0 ? 1 : -1;
      ++pairs;
    }
  return pairs > 0 ? agree / pairs : nan;
}

std::optional<io::Json> generalisation(const GeneralisationSizes& sizes, const ExperimentSettings& settings) {
  Measured all{sizes, binary_contenders(sizes.annealing_rate), {}, {}, {}};
  Steps steps(settings, std::int64_t(sizes.alphas.size() * sizes.instances * all.contenders.size()) + 1);
  for (const double alpha : sizes.alphas) {
    all.loads.push_back(run_load(all, alpha, settings, steps));
    if (steps.interrupted()) return std::nullopt;
  }
  add_theory(all, settings.threads);
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
  section.tables = {make_table("students", "All loads",
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
  document.findings = {order_claim(all), barycentre_claim(all)};
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
  return generalisation(sizes, settings);
}

}  // namespace wfm::experiments
