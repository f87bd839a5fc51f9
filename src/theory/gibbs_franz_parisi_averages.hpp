// Energetic averages of the Franz-Parisi entropy around a Gibbs measure (internal to gibbs_franz_parisi).
//
// (FP.2) asks for the probability that the reference keeps its constraint, H(A) before and H(B) after the searching weights'
// field is known. With a Gibbs measure both become the channel of (GI.1), at two fields and two variances:
//   G_E = int Dm ln H((kappa - sqrt(q) m)/sqrt(1-q)) W(m),   W(m) = int Dg X(h1, v1)/X(h0, 1-qt),   int Dm W = 1        (GI.5)
//   h0 = sqrt(qt) z0,   h1 = h0 + (st b/s) u,   v1 = (1-qt) gamma/s^2,   z0 = (c0 m + s g)/sqrt q,   u = (s m - c0 g)/sqrt q
// since the reference's stability given both cavity fields is a Gaussian of mean h1 and variance v1.
#pragma once

#include "theory/channel_table.hpp"
#include "theory/franz_parisi_averages.hpp"

namespace wfm::theory {

/// A Gibbs measure from which references are drawn: its RS saddle, and its channel at that saddle.
class GibbsReference {
 public:
  /// 0 < q < 1, qhat > 0.
  GibbsReference(const GibbsChannel& channel, double q, double qhat);

  const GibbsChannel& channel() const { return channel_; }
  const ReferenceState& state() const { return state_; }  // its margin is not used
  const ChannelTable& own() const { return own_; }        // X(., 1-qt)

 private:
  GibbsChannel channel_;
  ReferenceState state_;
  ChannelTable own_;
};

/// Nodes for m, graded towards the edges of the reference's channel and of the searching weights'. Bounded in number.
QuadratureRule gibbs_cavity_field_rule(const GibbsReference& reference, double margin,
                                       const OverlapPoint& point, double step);

struct GibbsEnergeticAverages {
  EnergeticAverages searching;  // those of the margin reference, with lt' = d ln X/dh0
  double slope = 0;             // dG_E/dp = int Dm l' int Dg r(h1, v1) X(h1, v1)/X(h0, 1-qt)
};

/// `rule` from gibbs_cavity_field_rule for this or a nearby point; `refinement` divides the step of g.
GibbsEnergeticAverages gibbs_energetic_averages(const GibbsReference& reference, double margin,
                                                const OverlapPoint& point, const QuadratureRule& rule,
                                                double refinement = 1);

}  // namespace wfm::theory
