#include "experiments/students.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "inference/state_evolution.hpp"
#include "math/parallel.hpp"
#include "math/rank_correlation.hpp"
#include "problems/teacher.hpp"
#include "theory/teacher_franz_parisi.hpp"
#include "theory/teacher_student.hpp"

namespace wfm::experiments {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double angle_error(double overlap) {
  return std::acos(std::clamp(overlap, -1.0, 1.0)) / std::numbers::pi;
}

double instance_agreement(const Students& students, const StudentLoad& load, std::size_t instance) {
  std::vector<double> entropy, quality;
  for (std::size_t c = 0; c < students.contenders.size(); ++c) {
    const std::size_t j = students.place(c, instance);
    if (!load.usable(j)) continue;
    entropy.push_back(load.entropy[j]);
    quality.push_back(-load.error[j]);
  }
  return kendall_tau(entropy, quality);
}

/// Mean over instances of the mean over loads; NaN values are left out.
template <class Value>
MeanAndError mean_over_instances(std::size_t instances, const std::vector<const StudentLoad*>& loads,
                                 Value value) {
  std::vector<double> of_instances;
  for (std::size_t j = 0; j < instances; ++j) {
    std::vector<double> of_loads;
    for (const StudentLoad* load : loads) {
      const double sample = value(*load, j);
      if (!std::isnan(sample)) of_loads.push_back(sample);
    }
    if (!of_loads.empty()) of_instances.push_back(mean_and_error(of_loads).mean);
  }
  return mean_and_error(of_instances);
}

std::vector<const StudentLoad*> pointers(const std::vector<StudentLoad>& loads) {
  std::vector<const StudentLoad*> all;
  for (const StudentLoad& load : loads) all.push_back(&load);
  return all;
}

void run_load(const Students& students, double distance, const ExperimentSettings& settings, Steps& steps,
              StudentLoad& load) {
  const GeneralisationSizes& sizes = students.sizes;
  std::vector<Problem> problems;
  for (std::size_t j = 0; j < sizes.instances; ++j)
    problems.push_back(make_teacher_student({Machine::perceptron, false, sizes.inputs, 1}, WeightKind::binary,
                                            {.alpha = load.theory.alpha,
                                             .seed = instance_seed(settings, j),
                                             .test_patterns = sizes.test_patterns}));
  EnsembleParams ensemble = ensemble_params(settings, [&](const Solution& solution) {
    steps.done(
        fmt::format("alpha {}, {} {}", load.theory.alpha, solution.label, name(solution.record.outcome)));
  });
  ensemble.distances = {distance};
  load.solutions = run_ensemble(problems, students.contenders, ensemble);
  if (steps.interrupted()) return;
  for (std::size_t j = 0; j < load.solutions.size(); ++j) {
    const Solution& solution = load.solutions[j];
    const bool measured = !solution.entropies.empty() && solution.entropies[0].converged;
    load.entropy.push_back(measured ? solution.entropies[0].entropy : nan);
    load.error.push_back(
        angle_error(overlap(solution.record.weights, *problems[j % problems.size()].teacher)));
  }
}

}  // namespace

StudentTheory student_theory(double alpha) {
  const auto student = theory::teacher_student({alpha, 0});
  // the number of inputs does not matter
  const auto evolution =
      inference::state_evolution({{Machine::perceptron, false, 1001, 1}, alpha, 0, true}, 5000, 1e-9);
  return {alpha, student.generalisation_error, angle_error(std::sqrt(student.R)),
          angle_error(evolution.points.back().sign_overlap())};
}

bool StudentLoad::usable(std::size_t j) const {
  return !std::isnan(entropy[j]);
}

MeanAndError Students::mean_of(const StudentLoad& load, std::size_t contender,
                               const std::vector<double>& values) const {
  std::vector<double> samples;
  for (std::size_t j = 0; j < sizes.instances; ++j)
    if (load.usable(place(contender, j))) samples.push_back(values[place(contender, j)]);
  return mean_and_error(samples);
}

MeanAndError Students::agreement(const std::vector<const StudentLoad*>& of_loads) const {
  return mean_over_instances(sizes.instances, of_loads, [this](const StudentLoad& load, std::size_t j) {
    return instance_agreement(*this, load, j);
  });
}

MeanAndError Students::agreement() const {
  return agreement(pointers(loads));
}

MeanAndError Students::place_between(std::size_t contender) const {
  return mean_over_instances(sizes.instances, pointers(loads), [&](const StudentLoad& load, std::size_t j) {
    const std::size_t at = place(contender, j);
    if (!load.usable(at)) return nan;
    return (load.error[at] - load.theory.barycentre) / (load.theory.typical - load.theory.barycentre);
  });
}

std::optional<Students> run_students(const GeneralisationSizes& sizes,
                                     const std::vector<Contender>& contenders, double distance,
                                     const ExperimentSettings& settings, Steps& steps) {
  Students students{sizes, contenders, {}};
  students.loads.resize(sizes.alphas.size());
  parallel_for(sizes.alphas.size(), settings.threads,
               [&](std::size_t a) { students.loads[a].theory = student_theory(sizes.alphas[a]); });
  for (StudentLoad& load : students.loads) {
    run_load(students, distance, settings, steps, load);
    if (steps.interrupted()) return std::nullopt;
  }
  return students;
}

std::vector<std::pair<double, double>> students_with_margin(double alpha, double distance, int threads) {
  std::vector<std::pair<double, double>> margins(13, {nan, nan}), found;
  parallel_for(margins.size(), threads, [&](std::size_t j) {
    const double kappa = 0.04 * double(j);
    const auto student = theory::teacher_student({alpha, kappa});
    if (!student.converged || student.entropy < 0) return;
    const auto point =
        theory::teacher_franz_parisi_curve({alpha, kappa, 0}, std::vector<double>{distance}).front();
    if (point.converged) margins[j] = {point.entropy, student.generalisation_error};
  });
  for (const auto& margin : margins)
    if (!std::isnan(margin.first)) found.push_back(margin);
  return found;
}

}  // namespace wfm::experiments
