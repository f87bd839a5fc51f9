// Charts and tables of an ensemble of solutions, shared by the experiments.
#pragma once

#include "experiments/ensemble.hpp"
#include "experiments/results.hpp"

namespace wfm::experiments {

/// Success, steps, time, errors and stabilities of each contender, one row each, means with standard errors over instances.
io::Json solutions_table(const std::string& id, const std::vector<Solution>& solutions,
                         const std::vector<Contender>& contenders, const std::string& caption);

/// One curve a contender: its local entropy averaged over instances (or that minus the data-free bound h(d)). Where a point did not
/// converge on some instance, it is marked, and the mean is over the others.
std::vector<Series> entropy_series(const std::vector<Solution>& solutions,
                                   const std::vector<Contender>& contenders,
                                   const std::vector<double>& distances, bool normalised);

/// Width of histogram bins that each hold equally many possible values of the output stability: these are odd multiples of
/// 1/sqrt(n) for a perceptron on +-1 inputs with n odd, and of 1/sqrt(K) for a committee with K odd.
double stability_bin_width(const Architecture& architecture);

/// One histogram a contender over [0, 4]: output stabilities of all its solutions.
std::vector<Series> stability_series(const std::vector<Solution>& solutions,
                                     const std::vector<Contender>& contenders, double bin_width);

/// Paired difference first - second of the local entropy at distance number d, over the instances that both solved and where
/// both converged.
MeanAndError paired_entropy_difference(const std::vector<Solution>& solutions, const std::string& first,
                                       const std::string& second, std::size_t d);

/// Both differences over the same instances: those that both solved, with a test error and a converged local entropy each.
struct PairedDifferences {
  MeanAndError entropy, test_error;
};
PairedDifferences paired_differences(const std::vector<Solution>& solutions, const std::string& first,
                                     const std::string& second, std::size_t d);

}  // namespace wfm::experiments
