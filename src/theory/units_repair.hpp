// The cheapest repair of the fields h of K units, the maximum inside (LD.3) and (LD.4):
//   value = max over a in R^K of -|a|^2/(2 dQ) + ln X(h + a, v)                                    (U.5)
// ln X is not concave: which units are repaired is a choice, and the maximum jumps where two choices tie. By the symmetries
// of X the best choice corrects the units that are nearest to being right: a committee the (K+1)/2 largest fields, a parity
// machine with prod_l sign(h_l) = -1 the smallest |h_l|; further units of a committee may share the repair. Newton's method
// climbs from the repair of these units one by one, for each number of units, and the highest maximum counts.
#pragma once

#include <array>
#include <span>

#include "theory/units_channel.hpp"

namespace wfm::theory {

struct Repair {
  double value = 0;                       // of (U.5)
  std::array<double, most_units> a = {};  // its maximiser, the first K entries
  bool converged = false;                 // max_l |a_l - dQ r_l| <= 1e-9 (1 + max_l |a_l|)
};

class UnitsRepair {
 public:
  /// v, dQ > 0.
  UnitsRepair(const UnitsChannel& channel, double v, double dQ);

  Repair operator()(std::span<const double> h) const;

  /// K = 1 with margin kappa: the a > 0 with a/dQ = R((kappa - h - a)/sqrt(v))/sqrt(v).
  double repair_of_one(double h) const;

 private:
  using Vector = std::array<double, most_units>;
  Vector start(std::span<const double> h, std::span<const int> tau) const;
  Repair climb(std::span<const double> h, const Vector& start) const;

  UnitsChannel channel_;
  double v_, dQ_;
};

}  // namespace wfm::theory
