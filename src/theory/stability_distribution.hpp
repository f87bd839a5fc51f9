// Distribution of the stabilities Delta = xi.w/sqrt(N) of one pattern over the typical solutions with margin kappa:
//   P(Delta) = Theta(Delta - kappa) int Dz G((Delta - sqrt(q) z)/sqrt(1-q)) / [sqrt(1-q) H((kappa - sqrt(q) z)/sqrt(1-q))]     (SD.1)
// with q of (RS.3). Machines of infinitely many units: the stability of the output's field, q -> Q(q), 1-q -> Q(1)-Q(q).
// Gardner 1989, Kepler and Abbott 1988; docs/theory/replica-symmetric.md.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "theory/replica_symmetric.hpp"

namespace wfm::theory {

/// P(Delta) at each of the stabilities given; zero below the margin. `saddle` is rs_entropy(params), which must have converged
/// (InvalidInput otherwise, and for machines with K units).
std::vector<double> stability_density(const RsParams& params, const RsResult& saddle,
                                      std::span<const double> stabilities);

/// Probability of a stability in each of the edges.size() - 1 bins [edges[i], edges[i+1]): what a histogram estimates.
/// Edges increase and may be infinite; fewer than two give no bins. Errors as above, and InvalidInput for edges out of order.
std::vector<double> stability_histogram(const RsParams& params, const RsResult& saddle,
                                        std::span<const double> edges);

struct StabilityMoments {
  double normalisation = 0;  // int P(Delta) dDelta by quadrature: what it differs from 1 is its error
  double mean = 0;           // int Delta P(Delta) dDelta = sqrt(1-q) int Dz R((kappa - sqrt(q) z)/sqrt(1-q))
};
/// Errors as above.
StabilityMoments stability_moments(const RsParams& params, const RsResult& saddle);

}  // namespace wfm::theory
