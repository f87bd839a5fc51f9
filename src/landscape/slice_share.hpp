// Share of solutions among random points of the spheres at a given distance from a reference, by drawing them: the oracle of
// local_entropy.hpp for spherical weights.
//   w_k = s_k wt_k + sqrt(1 - s_k^2) u_k,  u_k uniform on the sphere |u_k|^2 = n orthogonal to wt_k,
//   (s_1 ... s_K) with density prod_k (1 - s_k^2)^{(n-3)/2} at sum_k s_k = K S                                                 (LE.6)
//   normalised(d) = (1/M) ln share,  without error but that of the sample
// The overlaps of several units are drawn by a Markov chain that moves pairs of them. Solutions must not be rare: 10 are asked for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "problems/problem.hpp"

namespace wfm::landscape {

struct SliceShareParams {
  int samples = 100000;  // at least 32
  std::uint64_t seed = 1;
  int threads = 0;  // 0: as many as the machine has
};

struct SliceShare {
  double normalised = 0;      // (1/M) ln share, nats per weight; NaN where not sampled
  double standard_error = 0;  // of it, from the scatter of 32 parts of the sample
  std::size_t solutions = 0;  // found
  bool sampled = false;       // ten solutions or more
  std::string reason;         // why not
};

/// Throws InvalidInput unless the weights are spherical, fit the problem and have a fan-in of 3 or more, and for a distance outside (0, 1).
SliceShare slice_share(const Problem& problem, const Weights& reference, double distance,
                       const SliceShareParams& params = {});

}  // namespace wfm::landscape
