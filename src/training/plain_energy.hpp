// Errors or a loss as an energy (flip_energy.hpp), for real and +-1 inputs alike, by the definitions: O(P K) a proposal. What real
// inputs use, and the readable twin of the packed energies.
//   E = sum_a [s_a < 0]   or   sum_a loss(s_a),   s_a as in (MC.1)
#pragma once

#include <optional>

#include "training/flip_energy.hpp"
#include "training/loss.hpp"
#include "training/machine_rule.hpp"

namespace wfm::training {

class PlainEnergy {
 public:
  static constexpr bool exact = false;  // sums of real inputs

  struct Configuration {
    Spins spins;
    std::vector<double> sums;  // P x K: w[k].xi
  };

  /// `loss` empty: the number of errors. Throws InvalidInput for weights that are not binary, a margin that the output never reaches, an
  /// invalid problem or loss. Refers to the problem, which must outlive it.
  PlainEnergy(const Problem& problem, std::optional<Loss> loss);

  const Problem& problem() const { return *problem_; }
  Configuration configuration(Spins spins) const;
  double value(const Configuration& c) const;
  std::int64_t errors(const Configuration& c) const;
  double change(const Configuration& c, std::size_t m) const;
  void changes(const Configuration& c, std::span<double> out) const;
  void flip(Configuration& c, std::size_t m) const;

 private:
  double stability(std::size_t a, std::span<const double> sums, std::vector<double>& x,
                   std::vector<double>& scratch) const;
  double energy_of(double stability) const;
  double input(std::size_t a, std::size_t k, std::size_t i) const;

  const Problem* problem_;
  std::optional<Loss> loss_;
  MachineRule rule_;
  std::size_t K_, n_, P_;
  double least_right_[2];  // Delta_least for labels -1 and +1 (+-1 inputs)
};

}  // namespace wfm::training
