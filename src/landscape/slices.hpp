// Errors and loss on two-dimensional slices through weight space:
//   w(x, y) = w_0 + x e_1 + y e_2,   |e_1|^2 = |e_2|^2 = M, the number of weights,   every unit then put back on its sphere      (SLICE.1)
// so that x and y are root mean square changes of a weight. Preactivations are linear in (x, y) and the units' norms quadratic: the
// whole grid costs three products with the patterns. Weights on the slice are real, also where the solutions are binary: sign units take any weights.
#pragma once

#include <cstdint>
#include <vector>

#include "landscape/score.hpp"
#include "problems/problem.hpp"

namespace wfm::landscape {

struct SliceParams {
  int points = 41;  // along each axis, >= 2
  double range =
      0.3;  // > 0: through three solutions the margin around them, in extents of their triangle; around one the half width
  std::uint64_t seed = 1;
  int threads = 0;  // the result does not depend on it
  SmoothLoss loss;
};

struct Slice {
  struct Place {
    double x = 0, y = 0;
  };
  std::vector<double> x, y;      // of the grid
  std::vector<Score> scores;     // scores[row of y * x.size() + column of x]
  std::vector<Place> solutions;  // where the given configurations lie
};

/// The plane through three configurations, the second and third after matching to the first: e_1 points from the first to the second,
/// e_2 to the third's side. Throws InvalidInput where they do not fit the problem or lie on a line.
Slice slice_through(const Problem& problem, const Weights& first, const Weights& second, const Weights& third,
                    const SliceParams& params);

/// Around one configuration along two random directions, filter-normalised: Gaussian, each unit's part as long as the unit's weights.
/// From the streams (seed, measurement, 0 and 1).
Slice random_slice(const Problem& problem, const Weights& centre, const SliceParams& params);

}  // namespace wfm::landscape
