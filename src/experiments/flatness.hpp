// How flat the surroundings of a solution of real weights are, by three measures, and how such numbers compare over instances:
//   local entropy   (LE.3), normalised: 0 where everything around is a solution, below otherwise; by message passing
//   local energy    (LEN.1), share of the patterns that noise on the weights breaks
//   Hessian         of the cross-entropy at given beta and gamma, by the weights themselves (not on the spheres)
// Instances differ by more than algorithms do: compare by paired differences on the same ones.
#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "experiments/results.hpp"
#include "landscape/local_entropy.hpp"
#include "math/statistics.hpp"
#include "problems/problem.hpp"

namespace wfm::experiments {

struct FlatnessParams {
  std::vector<double> distances;        // of the local entropy, in (0, 1)
  std::vector<double> noise;            // s of the local energy, >= 0
  int samples = 100;                    // of the noise
  double beta = 2, gamma = 2;           // of the Hessian: sharpness of the hidden units, of the loss
  std::function<bool()> interrupted{};  // may be empty
};

struct Flatness {
  std::vector<landscape::LocalEntropyPoint> entropies;  // one a distance
  std::vector<double> error_increase;                   // one a noise level
  std::vector<double> eigenvalues;                      // of the Hessian, ascending
  double trace = 0;                                     // their sum
  double largest = 0;
  double negative_share = 0;  // of the eigenvalues, those below the rounding of the solver
};

/// Of a committee with spherical weights. The noise is the same for all solutions of an instance. Throws as the measures do.
Flatness flatness(const Problem& problem, const Weights& weights, const FlatnessParams& params);

/// A solution of one instance, with the name under which it is averaged.
struct MeasuredSolution {
  std::string label;
  std::size_t instance = 0;
  std::int64_t steps = 0;
  double seconds = 0;
  bool solved = false;
  Flatness flatness;  // empty where unsolved
};

/// A number of a solved run; NaN where it has none.
using Measure = std::function<double(const MeasuredSolution&)>;

/// Normalised local entropy at distance number d; NaN where the messages did not converge.
Measure entropy_at(std::size_t d);
Measure energy_at(std::size_t level);
Measure trace_of();
Measure largest_of();
Measure negative_share_of();

/// Mean over the solved instances of one label that have a number.
MeanAndError average(std::span<const MeasuredSolution> all, const std::string& label, const Measure& measure);

/// Mean of first - second over the instances where both have a number.
MeanAndError paired_difference(std::span<const MeasuredSolution> all, const std::string& first,
                               const std::string& second, const Measure& measure);

struct Counts {
  std::size_t runs = 0, solved = 0, unconverged = 0;  // unconverged: points of the local entropy
};
Counts counts(std::span<const MeasuredSolution> all, const std::string& label);

/// "holds" above three standard errors, "fails" below minus three, else "undecided".
std::string three_errors_verdict(const MeanAndError& difference);

/// Averages of `measure(j)` at x[j], with standard errors, as points joined by a line.
Series average_series(std::span<const MeasuredSolution> all, const std::string& label,
                      const std::vector<double>& x, const std::function<Measure(std::size_t)>& measure);

}  // namespace wfm::experiments
