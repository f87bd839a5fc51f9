// wfm reproduce amp-teacher-student: AMP on teacher-student instances, its state evolution, and replica theory. Binary perceptron.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "experiments/document.hpp"
#include "experiments/instance_experiments.hpp"
#include "inference/amp.hpp"
#include "inference/state_evolution.hpp"
#include "math/parallel.hpp"
#include "problems/evaluation.hpp"
#include "problems/teacher.hpp"
#include "theory/teacher_student.hpp"
#include "theory/teacher_student_thresholds.hpp"

namespace wfm::experiments {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// What AMP ended with on one instance.
struct Student {
  double R = nan;                         // (1/N) w.m, m the posterior means
  double error = nan;                     // on fresh patterns, of the weights sign(m)
  bool converged = false, found = false;  // found: sign(m) is the teacher
};

/// Everything at one load.
struct Load {
  double alpha = 0;
  std::vector<Student> students;
  inference::StateEvolution evolution;
  theory::TeacherStudentResult theory;

  MeanAndError mean(double Student::*value) const {
    std::vector<double> values;
    for (const Student& student : students) values.push_back(student.*value);
    return mean_and_error(values);
  }
  std::size_t count(bool Student::*property) const {
    return std::size_t(std::count_if(students.begin(), students.end(),
                                     [&](const Student& student) { return student.*property; }));
  }
};

struct Sizes {
  int inputs, instances;
  std::size_t iterations, test_patterns;
};

Student amp_student(double alpha, const Sizes& sizes, std::uint64_t seed) {
  const Problem problem =
      make_teacher_student({Machine::perceptron, false, sizes.inputs, 1}, WeightKind::binary,
                           {.alpha = alpha, .seed = seed, .test_patterns = sizes.test_patterns});
  inference::Amp::Params params;
  params.external = inference::NoField{};
  const inference::Amp amp(problem, params);
  RandomStream random(seed, Purpose::initial_state);
  auto state = amp.start(random);
  Student student;
  // Where all patterns are satisfied with certainty no force is left, and the next iteration would forget the weights
  const auto frozen = [&](const Progress& progress) {
    return progress.errors == 0 && progress.observables[0].second > 0.99;
  };
  for (std::size_t t = 0; t < sizes.iterations && !student.converged; ++t) {
    const Progress progress = amp.step(state, random);
    student.converged = progress.converged || frozen(progress);
  }
  const Weights weights = amp.weights(state);
  student.R = 0;
  for (std::size_t i = 0; i < state.magnetisation.size(); ++i)
    student.R += state.magnetisation[i] * problem.teacher->values[i] / double(sizes.inputs);
  student.error =
      double(count_errors(problem.architecture, weights, problem.test)) / double(problem.test.count());
  student.found = weights.values == problem.teacher->values;
  return student;
}

/// Test error of weights that overlap by rho with the teacher, N to infinity.
double angle_error(double rho) {
  return std::acos(std::clamp(rho, -1.0, 1.0)) / std::numbers::pi;
}

Series measured(const std::vector<Load>& loads, double Student::*value, const std::string& name) {
  Series series;
  series.name = name;
  series.kind = "points";
  series.group = SeriesGroup::instance;
  for (const Load& load : loads) {
    const MeanAndError mean = load.mean(value);
    series.x.push_back(load.alpha);
    series.y.push_back(mean.mean);
    series.error.push_back(mean.standard_error);
    series.converged.push_back(load.count(&Student::converged) == load.students.size());
  }
  return series;
}

template <class Value>
Series curve(const std::vector<Load>& loads, const std::string& name, bool dashed, Value value) {
  Series series;
  series.name = name;
  series.dashed = dashed;
  for (const Load& load : loads) {
    series.x.push_back(load.alpha);
    series.y.push_back(value(load));
  }
  return series;
}

/// Loads at which instances do not feel the jump: away from the spinodal by more than a tenth.
bool away(const Load& load, double spinodal) {
  return std::abs(load.alpha / spinodal - 1) > 0.1;
}

io::Json agreement_claim(const std::vector<Load>& loads, double spinodal, const Sizes& sizes) {
  double worst = 0, at = 0, worst_error = 0;
  bool holds = true;
  for (const Load& load : loads) {
    if (!away(load, spinodal) || load.alpha > spinodal) continue;
    const MeanAndError R = load.mean(&Student::R), error = load.mean(&Student::error);
    const double finite_size = 5.0 / sizes.inputs;
    const double difference = std::abs(R.mean - load.theory.R);
    const double predicted = angle_error(load.evolution.points.back().sign_overlap());
    holds = holds && difference <= 3 * R.standard_error + finite_size &&
            std::abs(error.mean - predicted) <= 3 * error.standard_error + finite_size;
    worst_error = std::max(worst_error, std::abs(error.mean - predicted));
    if (difference > worst) {
      worst = difference;
      at = load.alpha;
    }
  }
  return to_json(Claim{
      verdict(std::isfinite(worst), holds),
      "AMP on instances reaches what replica theory says of typical students, and its state evolution says "
      "of it.",
      fmt::format(
          "at every load up to 0.9 of the spinodal: mean overlap with the teacher and mean test error within "
          "three standard errors and 5/N of theory and of state evolution; N = {}, {} instances a load",
          sizes.inputs, sizes.instances),
      fmt::format("largest difference of the overlap {:.4f} (at α = {:.2f}), of the test error {:.4f}", worst,
                  at, worst_error),
      "[ZK16]"});
}

io::Json jump_claim(const std::vector<Load>& loads, double transition, double spinodal) {
  std::size_t below = 0, below_found = 0, above = 0, above_found = 0;
  for (const Load& load : loads) {
    if (!away(load, spinodal)) continue;
    (load.alpha < spinodal ? below : above) += load.students.size();
    (load.alpha < spinodal ? below_found : above_found) += load.count(&Student::found);
  }
  return to_json(
      Claim{verdict(above > 0 && below > 0, below_found == 0 && above_found == above),
            "Between the transition, where the teacher alone is left, and the spinodal AMP does not find it; "
            "beyond it does.",
            "instances whose weights are the teacher: none up to 0.9 of the spinodal, all from 1.1 of it",
            fmt::format("transition α = {:.4f}, spinodal {:.4f}: {} of {} below, {} of {} above", transition,
                        spinodal, below_found, below, above_found, above),
            "[ZK16]"});
}

io::Json rows_of(const std::vector<Load>& loads) {
  io::Json rows = io::Json::array();
  for (const Load& load : loads) {
    const auto& fixed = load.evolution.points.back();
    const MeanAndError R = load.mean(&Student::R), error = load.mean(&Student::error);
    rows.push_back({{"alpha", load.alpha},
                    {"R_amp", io::number(R.mean)},
                    {"R_amp_error", io::number(R.standard_error)},
                    {"R_evolution", io::number(fixed.R)},
                    {"R_theory", io::number(load.theory.R)},
                    {"test_error", io::number(error.mean)},
                    {"test_error_error", io::number(error.standard_error)},
                    {"test_error_evolution", io::number(angle_error(fixed.sign_overlap()))},
                    {"gibbs_error_theory", io::number(load.theory.generalisation_error)},
                    {"converged", load.count(&Student::converged)},
                    {"found", load.count(&Student::found)},
                    {"instances", load.students.size()}});
  }
  return rows;
}

}  // namespace

std::optional<io::Json> amp_teacher_student(const ExperimentSettings& settings) {
  Sizes sizes = settings.quick ? Sizes{2001, 10, 300, 4000} : Sizes{10001, 20, 1000, 20000};
  replace_count(sizes.instances, settings);
  const double step = settings.quick ? 0.05 : 0.02;
  std::vector<Load> loads(std::size_t(std::lround((1.9 - 0.2) / step)) + 1);
  Steps steps(settings, std::int64_t(loads.size()));
  parallel_for(loads.size(), settings.threads, [&](std::size_t j) {
    if (steps.interrupted()) return;
    Load& load = loads[j];
    load.alpha = std::round((0.2 + step * double(j)) * 100) / 100;
    for (int instance = 0; instance < sizes.instances; ++instance)
      load.students.push_back(amp_student(load.alpha, sizes, instance_seed(settings, std::size_t(instance))));
    load.evolution = inference::state_evolution(
        {{Machine::perceptron, false, sizes.inputs, 1}, load.alpha, 0, true}, 5000, 1e-9);
    load.theory = theory::teacher_student({load.alpha, 0});
    steps.done(fmt::format("alpha {:.2f}", load.alpha));
  });
  if (steps.interrupted()) return std::nullopt;
  const double transition = theory::teacher_student_transition().alpha;
  const double spinodal = theory::teacher_student_spinodal().alpha;

  Section section{"students", "Students of a binary teacher", {}, {}, {}};
  section.text = {fmt::format(
      "A binary perceptron learns random patterns labelled by another one. Replica theory, the state "
      "evolution of AMP, "
      "and AMP on {} instances of N = {} a load. The replica branch ends at the spinodal α = {:.4f}; from "
      "the "
      "transition α = {:.4f} on the teacher alone is left, which AMP does not find before the spinodal.",
      sizes.instances, sizes.inputs, spinodal, transition)};
  section.charts = {
      make_chart("overlap", "Overlap with the teacher", {"load α"}, {"overlap R"},
                 {curve(loads, "replica theory", false, [](const Load& load) { return load.theory.R; }),
                  curve(loads, "state evolution", true,
                        [](const Load& load) { return load.evolution.points.back().R; }),
                  measured(loads, &Student::R, "AMP")},
                 "Of the posterior means. Hollow: some instances did not converge."),
      make_chart(
          "test-error", "Test error", {"load α"}, {"test error"},
          {curve(loads, "typical student, theory", false,
                 [](const Load& load) { return load.theory.generalisation_error; }),
           curve(loads, "AMP's weights, state evolution", true,
                 [](const Load& load) { return angle_error(load.evolution.points.back().sign_overlap()); }),
           measured(loads, &Student::error, "AMP's weights")},
          "AMP offers the signs of the posterior means, which err less than a typical student.")};
  for (auto& chart : section.charts) chart["overview"] = true;
  section.tables = {make_table("loads", "All loads",
                               {{"alpha", "α", 0},
                                {"R_amp", "R, AMP", 5},
                                {"R_amp_error", "±", 2},
                                {"R_evolution", "R, state evolution", 7},
                                {"R_theory", "R, theory", 7},
                                {"test_error", "test error", 5},
                                {"test_error_error", "±", 2},
                                {"test_error_evolution", "test error, state evolution", 6},
                                {"converged", "converged", 0},
                                {"found", "teacher found", 0},
                                {"instances", "instances", 0}},
                               rows_of(loads))};

  Document document{"amp-teacher-student",
                    "AMP, its state evolution, and replica theory",
                    "Binary perceptron that learns from a teacher",
                    {},
                    {},
                    {}};
  document.facts = {{"instances", fmt::format("{} a load, N = {}", sizes.instances, sizes.inputs)},
                    {"spinodal", fmt::format("{:.6f}", spinodal)}};
  document.findings = {agreement_claim(loads, spinodal, sizes), jump_claim(loads, transition, spinodal)};
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
