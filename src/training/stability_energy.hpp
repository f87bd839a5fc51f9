// A loss on the patterns' stabilities as an energy (flip_energy.hpp), for +-1 inputs:
//   E = sum_a loss(s_a),   s_a the stability of pattern a (MC.1), on the lattice x = (2 D + 1)/sqrt n
// hinge: the sum over wrong patterns of the missing stability; loss.margin asks for more than the problem's margin.
// Hinges and squares are computed on the integers 2 D + 1 and scaled at the end: without a loss margin their sums are exact, and moves that change
// nothing cost exactly nothing.
// For unit k and pattern a the energy gained by raising or lowering D[k][a] by one is kept, so that a proposal is a sum of P numbers
// selected by the bits of a column,
//   Delta E = sum_a raise[k][a] + sum_(a lowered) (lower - raise)[k][a]                                        (MC.4)
// while a flip computes the gains of all units anew, from tables over the integer stabilities. The readable twin is PlainEnergy.
#pragma once

#include "training/flip_columns.hpp"
#include "training/flip_energy.hpp"
#include "training/loss.hpp"
#include "training/machine_rule.hpp"

namespace wfm::training {

class StabilityEnergy {
 public:
  static constexpr bool exact = true;

  struct Configuration {
    Spins spins;
    std::vector<std::int32_t> D;  // K x P
    std::vector<double>
        tilt;  // K x 64 words: lower - raise, 0 beyond P; like the rest in the unit of the energy
    std::vector<double> raise_sum;  // K: sum_a raise
    std::vector<double> lower_sum;  // K: sum_a lower
    double value = 0;
    std::int64_t errors = 0;
  };

  /// Throws InvalidInput as ErrorEnergy does, and for an invalid loss.
  StabilityEnergy(const Problem& problem, const Loss& loss);

  const Problem& problem() const { return *problem_; }
  Configuration configuration(Spins spins) const;
  double value(const Configuration& c) const { return unit_ * c.value; }
  std::int64_t errors(const Configuration& c) const { return c.errors; }
  double change(const Configuration& c, std::size_t m) const;
  void changes(const Configuration& c, std::span<double> out) const;
  void flip(Configuration& c, std::size_t m) const;

 private:
  struct Gains {
    double loss, raise, lower;  // loss at D and its changes at D + 1 and D - 1
  };
  void update(Configuration& c) const;
  void update_one_unit(Configuration& c) const;
  void update_units(Configuration& c) const;

  const Problem* problem_;
  MachineRule rule_;
  FlipColumns columns_;
  std::size_t K_, n_, P_, padded_;
  double spacing_;  // of the stabilities that loss_ takes: x = (2 D + 1) spacing
  double unit_;     // of the energies that it gives
  Loss loss_;
  std::int64_t most_;          // |D| <= most - 1
  std::int64_t widest_;        // bound of |s| in units of the lattice, where units give 2 D + 1
  std::vector<double> table_;  // loss of the stability s = -widest ... widest
  std::vector<Gains> gains_;   // D = -most ... most, perceptron
};

/// Sum of v[a] over the set bits of `bits`; v has 64 entries a word. In eight partial sums of eight lanes, the same on every processor.
double sum_where(std::span<const std::uint64_t> bits, const double* v);
double sum_where_readable(std::span<const std::uint64_t> bits, const double* v);

}  // namespace wfm::training
