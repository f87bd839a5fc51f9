// Roots of functions that fall through zero, from a guess: the bracket grows from the guess, not from the ends of the range.
#pragma once

#include <functional>
#include <optional>

namespace wfm::theory {

struct RootSearch {
  double start = 0;   // within [low, high]
  double step = 1;    // first step away from it, > 0; doubled each time
  double low = -1e9;  // the range that is searched
  double high = 1e9;
  double tolerance = 0;  // absolute, on x; 0: to the last bits
};

/// x in [low, high] where f falls from positive to negative, nearest to the start in the direction that the sign of f(start)
/// names; empty where the range is, where f keeps its sign up to the end or is not finite on the way.
std::optional<double> find_falling_root(const std::function<double(double)>& f, const RootSearch& search);

}  // namespace wfm::theory
