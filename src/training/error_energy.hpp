// The number of training errors as an energy (flip_energy.hpp), for +-1 inputs, 64 patterns a machine word.
//   D[k][a] = (sigma w[k].xi - Delta_least)/2 is an integer, unit k is right at pattern a where D >= 0, a flip changes D by +-1
// D is held bit-sliced: plane b has bit b of the two's complement D of all patterns. A flip is one ripple through the planes,
//   carry <- all;  for b:  t = plane[b];  plane[b] = t ^ carry;  carry &= t ^ lowered                          (MC.2)
// and leaves the patterns on the edge: D = 0 (no bit set), lost by lowering; D = -1 (all bits set), won by raising. With them
//   Delta E = #(falls where D = 0 is lowered or D = -1 raised) - #(is repaired there)                          (MC.3)
// which patterns fall or are repaired when one unit turns is kept for each pattern from its number of right units. A proposal reads one
// column and four masks a unit, P/64 words each. D exact: no rounding anywhere. The readable twin is PlainEnergy.
#pragma once

#include "training/flip_columns.hpp"
#include "training/flip_energy.hpp"
#include "training/machine_rule.hpp"

namespace wfm::training {

class ErrorEnergy {
 public:
  static constexpr bool exact = true;

  struct Configuration {
    Spins spins;
    std::vector<std::uint64_t> planes;  // K x blocks of 512 patterns x planes x 8 words
    std::vector<std::uint64_t> edges;   // K x 2 x words: D = 0, D = -1
    std::vector<std::uint64_t> turns;   // 4 x words, by number of right units: see Turn
    std::vector<std::uint64_t> masks;   // K x blocks x 4 x 8 words: edges and turns together
    std::vector<std::int32_t> right;    // P: right units
    std::int64_t errors = 0;
  };

  /// Throws InvalidInput unless the problem is valid with binary weights, +-1 inputs and a margin that the output reaches. Refers to the
  /// problem, which must outlive it.
  explicit ErrorEnergy(const Problem& problem);

  const Problem& problem() const { return *problem_; }
  Configuration configuration(Spins spins) const;
  double value(const Configuration& c) const { return double(c.errors); }
  std::int64_t errors(const Configuration& c) const { return c.errors; }
  double change(const Configuration& c, std::size_t m) const;
  void changes(const Configuration& c, std::span<double> out) const;
  void flip(Configuration& c, std::size_t m) const;

 private:
  // A unit that turns wrong or right makes a pattern fall (satisfied before, not after) or repairs it.
  enum Turn : std::size_t { wrong_falls, wrong_repairs, right_falls, right_repairs };

  void set_right(Configuration& c, std::size_t a, int right) const;
  void find_edges(Configuration& c, std::size_t k) const;
  void combine(Configuration& c) const;
  double change(const Configuration& c, std::size_t k, std::size_t i) const;

  const Problem* problem_;
  MachineRule rule_;
  FlipColumns columns_;
  std::size_t K_, n_, words_, blocks_, planes_;
};

}  // namespace wfm::training
