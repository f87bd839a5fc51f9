// Students of a binary teacher at several loads: what algorithms end with, the local entropy there, and theory. Binary perceptron.
#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "experiments/document.hpp"
#include "experiments/ensemble.hpp"
#include "experiments/generalisation.hpp"

namespace wfm::experiments {

/// Test errors at one load for N to infinity, replica symmetric: arccos(R)/pi of a typical student, arccos(sqrt R)/pi of the majority of
/// all students, and that of the signs of their barycentre (state evolution of AMP), the best binary weights.
struct StudentTheory {
  double alpha = 0, typical = 0, bayes = 0, barycentre = 0;
};
StudentTheory student_theory(double alpha);

/// All solutions at one load, in the order of run_ensemble.
struct StudentLoad {
  StudentTheory theory;
  std::vector<Solution> solutions;
  std::vector<double> error;    // of each solution: arccos(R)/pi, R its overlap with the teacher
  std::vector<double> entropy;  // local entropy of each solution; NaN where not solved or not converged

  bool usable(std::size_t j) const;
};

struct Students {
  GeneralisationSizes sizes;
  std::vector<Contender> contenders;
  std::vector<StudentLoad> loads;

  std::size_t place(std::size_t contender, std::size_t instance) const {  // in StudentLoad::solutions
    return contender * sizes.instances + instance;
  }
  /// `values` of one contender, over the instances that it solved at this load.
  MeanAndError mean_of(const StudentLoad& load, std::size_t contender,
                       const std::vector<double>& values) const;
  /// Kendall's tau between the local entropy and the overlap with the teacher among the solutions of one instance; mean over these
  /// loads, then over instances.
  MeanAndError agreement(const std::vector<const StudentLoad*>& of_loads) const;
  MeanAndError agreement() const;  // of all loads
  /// Test error on a scale where the signs of the barycentre are 0 and typical students 1; mean over the loads that the contender
  /// solved, then over instances.
  MeanAndError place_between(std::size_t contender) const;
};

/// Runs everything, a step a run, with local entropies at this distance. Empty where interrupted.
std::optional<Students> run_students(const GeneralisationSizes& sizes,
                                     const std::vector<Contender>& contenders, double distance,
                                     const ExperimentSettings& settings, Steps& steps);

/// Typical students of margin 0, 0.04, 0.08 ... as far as there are any: (local entropy at this distance, test error), replica symmetric.
std::vector<std::pair<double, double>> students_with_margin(double alpha, double distance, int threads);

}  // namespace wfm::experiments
