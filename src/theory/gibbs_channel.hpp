// Channel of a Gibbs measure: a pattern with field h + sqrt(v) x weighs
//   X(h, v) = int Dx e^{-beta l(h + sqrt(v) x)} = int ds G((s - h)/sqrt(v))/sqrt(v) e^{-beta l(s)}                    (GI.1)
//   d ln X/dh = -beta <l'(s)>,   d ln X/dbeta = -<l(s)>,   <.> the average with the integrand as weight
// for three losses of the stability s:
//   cross-entropy   l = ln(1 + e^{-2 gamma s})/(2 gamma)      by quadrature centred at the maximum of the integrand
//   hinge           l = max(0, kappa - s)                     in H
//   error counting  l = Theta(kappa - s)                      in H
// [B]; docs/theory/gibbs.md.
#pragma once

#include "theory/channel.hpp"
#include "theory/graded_rule.hpp"

namespace wfm::theory {

enum class LossKind { cross_entropy, hinge, error_counting };

/// Control parameters of a loss.
struct GibbsLoss {
  LossKind kind = LossKind::cross_entropy;
  double gamma = 1;   // > 0, sharpness of the cross-entropy: gamma -> infinity is the hinge with margin 0
  double margin = 0;  // kappa of hinge and error counting
};

/// Averages with the integrand of (GI.1) as weight.
struct TiltedAverages {
  double loss = 0;               // <l(s)>
  double error_probability = 0;  // <Theta(-s)>, to full relative precision however small
};

struct GibbsChannel {
  GibbsLoss loss;
  double beta = 0;  // inverse temperature, finite, >= 0

  /// ln X and its derivatives, v > 0. The second derivative is positive in places for error counting.
  Response operator()(double h, double v) const;
  TiltedAverages tilted(double h, double v) const;
};

/// Throws InvalidInput unless gamma > 0, the margin and beta are finite and beta >= 0.
void check(const GibbsChannel& channel);

/// The fields where X(h, v) bends, for the grids of those who integrate over h: it falls from 1 to the left of `upper`, and to
/// the left of `lower` it feels the loss's steepest slope (hinge, cross-entropy) or its bound (error counting).
struct ChannelEdges {
  SharpPlace upper, lower;
};
ChannelEdges edges_of(const GibbsChannel& channel, double v);

}  // namespace wfm::theory
