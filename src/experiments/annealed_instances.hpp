// Annealing on the cross-entropy for many instances, sizes, loads and sharpnesses: what it reaches, beside the replica measures at freezing
// and at the same energy (annealed_minimisers.hpp). Local entropies are phi(d) of landscape/local_entropy.hpp and phi_FP(d) at one distance.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "experiments/annealed_minimisers.hpp"
#include "experiments/document.hpp"
#include "math/statistics.hpp"

namespace wfm::experiments {

struct AnnealedInstancesSizes {
  std::vector<int> inputs{501, 1001};  // N, odd; claims are judged at the last
  std::vector<double> alphas{0.3, 0.5};
  std::vector<double> gammas{0.25, 0.5, 1, 2, 4, 8, 16};  // growing
  std::size_t instances = 10;
  double sweeps_per_decade = 1000;  // of the inverse temperature
};

struct AnnealedRun {
  double energy = 0;  // per weight
  std::size_t wrong = 0;
  std::int64_t sweeps = 0;
  double local_entropy = 0;  // NaN where AMP did not converge
  MeasureAtEnergy theory;    // at the energy that compared_energy of its point gives
};

/// All instances of one size, load and sharpness, beside the theory at the load that P = round(alpha N) gives.
struct AnnealedPoint {
  int inputs = 0;
  double load = 0, gamma = 0;  // load as asked for
  double alpha = 0;            // P/N
  std::size_t patterns = 0;
  theory::FreezingPoint minimisers;
  MeasureAtEnergy frozen;         // at freezing
  std::vector<AnnealedRun> runs;  // one an instance

  /// The energy of the theory beside run j: its own where all instances end above freezing, since their energies then tell how far
  /// they came; otherwise the geometric mean of all, since near freezing they differ by their patterns.
  double compared_energy(std::size_t j) const;

  // means over the instances
  MeanAndError energy() const;
  MeanAndError error_share() const;
  MeanAndError local_entropy() const;
  MeanAndError theory_entropy() const;        // S of the theory beside the runs
  MeanAndError theory_errors() const;         // its error probability
  MeanAndError theory_local_entropy() const;  // its phi_FP
  MeanAndError difference() const;            // local entropy minus that theory, instance by instance
  std::size_t wrong() const;                  // patterns of all instances together
};

/// The local entropies between which others are placed.
struct TypicalScale {
  double typical = 0, maximum_margin = 0;  // around typical solutions of margin 0, of the largest margin
  double place(double entropy) const { return (entropy - typical) / (maximum_margin - typical); }
};

struct AnnealedInstances {
  AnnealedInstancesSizes sizes;
  double distance = 0;                // d
  std::vector<AnnealedPoint> points;  // over size, load, sharpness, the last the fastest
  std::vector<TypicalScale> scales;   // one a load, at the last size

  const AnnealedPoint& at(std::size_t size, std::size_t load, std::size_t sharpness) const;
  const AnnealedPoint& judged(std::size_t load, std::size_t sharpness) const;  // at the last size
};

/// Number of steps that annealed_instances will report.
std::int64_t step_count(const AnnealedInstancesSizes& sizes);

/// Empty where it was interrupted. Instances of different sharpness are the same, and so are their first configurations. Throws
/// InvalidInput where sizes, loads, sharpnesses or instances are none.
std::optional<AnnealedInstances> annealed_instances(const AnnealedInstancesSizes& sizes, double distance,
                                                    const ExperimentSettings& settings, Steps& steps);

}  // namespace wfm::experiments
