// The interaction of y replicas through their sums, S_i = sum_r w_i^r = 2 up_i - y, as classes of moves: flipping w_i^r costs
//   ln cosh(gamma S_i) - ln cosh(gamma (S_i - 2 w_i^r)),
// the same for all variables of a class (up, w): drawing a move, and the sum over moves before and after one, take O(y) time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "math/random.hpp"

namespace wfm::training {

inline std::size_t site_class(std::int32_t up, int w) {
  return 2 * std::size_t(up) + (w > 0 ? 1 : 0);
}

/// Cost of a move of each class, 2 (y+1) of them; 0 for the two that cannot be (all down and w = +1, all up and w = -1).
std::vector<double> interaction_costs(int y, double gamma);

class SiteClasses {
 public:
  /// spins: y x M, up: M, costs as above, of which a copy is kept as the probabilities min(1, e^{-cost}).
  SiteClasses(std::span<const std::int8_t> spins, std::span<const std::int32_t> up,
              std::span<const double> costs);

  double total() const;                            // Z = sum over all y M variables of min(1, e^{-cost})
  std::size_t draw(RandomStream& random) const;    // a variable, with its probability / Z; needs Z > 0
  double total_after(std::size_t variable) const;  // Z once this variable is flipped
  void follow(std::size_t variable);               // the variable was flipped

 private:
  double of_site(std::int32_t up) const;
  void move(std::size_t variable, std::size_t to);

  std::vector<std::int8_t> spins_;
  std::vector<std::int32_t> up_;
  std::vector<double> probability_;                // of a class
  std::vector<std::vector<std::size_t>> members_;  // variables of a class
  std::vector<std::size_t> class_, place_;         // of a variable: its class, its place there
};

}  // namespace wfm::training
