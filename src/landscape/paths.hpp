// Errors and loss along paths between two solutions, after the best matching of their hidden units (problems/matching.hpp).
//   real weights     geodesic: every unit on its great circle, at the same share t of its angle theta_k
//                      w_k(t) = [sin((1-t) theta_k) w_k + sin(t theta_k) w'_k]/sin theta_k,  and so for the preactivations h_k      (PATH.1)
//   binary weights   the D weights that differ flip one after the other, in a random order, or greedily: at each step the one, of up
//                    to `candidates` drawn from those left, that leaves fewest training errors (the first drawn of equals)
// Position t is 0 at the first solution and 1 at the second; distance is d = (1 - q)/2 from the first. The barrier of a path is its
// largest training error less the larger one of the ends: >= 0. Of flips it is the maximum over all D + 1 steps, of a geodesic that
// over `points`: a lower bound.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "landscape/score.hpp"
#include "problems/problem.hpp"

namespace wfm::landscape {

enum class PathKind { geodesic, random_flips, greedy_flips };
std::string_view name(PathKind kind);  // "geodesic", "random-flips", "greedy-flips"

struct PathParams {
  int points = 51;      // >= 2, evenly spaced in t, ends included; of flips at most D + 1
  int orders = 20;      // random orders, >= 1
  int candidates = 64;  // of a greedy step; 0: all that are left
  std::uint64_t seed = 1;
  int threads = 0;  // the result does not depend on it
  SmoothLoss loss;
};

struct PathPoint {
  double position = 0, distance = 0;
  Score score;                      // of random flips the means over the orders; the loss of flips is NaN
  double standard_error = 0;        // of the mean training error over the orders; NaN for a single path
  double minimum = 0, maximum = 0;  // of the training error over the orders
};

struct Path {
  PathKind kind = PathKind::geodesic;
  std::vector<PathPoint> points;
  double barrier = 0;         // mean over the orders
  double standard_error = 0;  // of it; NaN for a single path
  double minimum = 0, maximum = 0;
};

struct PathsBetween {
  double distance = 0;      // of the ends after matching
  std::vector<Path> paths;  // geodesic; or random and greedy flips
};

/// Binary paths where both are binary, else geodesics. The orders come from the streams (seed, measurement, order). Throws InvalidInput
/// where weights do not fit the problem, parameters are out of range, or a unit and its partner are opposite points, between which
/// there is no one geodesic.
PathsBetween paths_between(const Problem& problem, const Weights& first, const Weights& second,
                           const PathParams& params);

}  // namespace wfm::landscape
