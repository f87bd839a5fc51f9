#include "theory/gibbs_franz_parisi_averages.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "math/gaussian.hpp"

namespace wfm::theory {

namespace {

constexpr double field_range = 9;  // of a normal variable: the density beyond is below 1e-18
constexpr double longest_field_range = 60;
constexpr double negligible_log = -44;  // ln of a weight that no sum feels
constexpr double g_step = 0.5;
constexpr int most_g_nodes = 4000;
constexpr double smallest_variance =
    1e-13;  // of a reference's stability, given both fields: less is felt by nothing

/// z0 = zm m + zg g,  h1 = hm m + hg g: linear forms of the two integration variables; v1.
struct LinearForms {
  double zm = 0, zg = 0, hm = 0, hg = 0, v1 = 0;
  double mean_of_y = 0;  // y shifts m by mean_of_y, and g by -c0/s of it, times y
};
LinearForms linear_forms(const ReferenceState& reference, const OverlapPoint& o) {
  const double root_q = std::sqrt(o.q), root_qt = std::sqrt(reference.q);
  // k = sqrt(1 - tau^2) sqrt(1 + rho^2), finite for tau -> 1
  const double k = std::hypot(o.sech, o.p * reference.st / std::sqrt(o.variance) - o.tau * root_qt);
  const double root_v1 = reference.st * o.sech / k;
  LinearForms forms;
  forms.zm = o.c0 / root_q;
  forms.zg = o.s / root_q;
  forms.hm = o.p / root_q;
  // sqrt(v1) (q qt - p t)/(sqrt(qt q gamma) st)
  forms.hg = (std::sqrt(o.variance) * root_qt / reference.st - o.p * o.tau) / root_q * reference.st / k;
  forms.v1 = std::max(root_v1 * root_v1, smallest_variance);
  forms.mean_of_y = o.rho * std::sqrt(o.gamma) / root_q;  // b/sqrt(q)
  return forms;
}

/// Mean of y under the reference's measure at its cavity field z0: sqrt(1-qt) d ln X/dh.
double mean_of_y(const GibbsReference& reference, double z0) {
  return reference.state().st * reference.own()(std::sqrt(reference.state().q) * z0).r;
}

/// Reach of m or g: where z0 = +-8.5 and y is at its mean there, seven more deviations of the rest apart.
double reach_of(const GibbsReference& reference, double z0_shift, double y_shift) {
  double reach = field_range;
  for (const double z0 : {-8.5, 8.5})
    reach = std::max(reach, 2 + std::abs(z0_shift * z0 + y_shift * mean_of_y(reference, z0)));
  return std::min(reach, longest_field_range);
}

}  // namespace

GibbsReference::GibbsReference(const GibbsChannel& channel, double q, double qhat)
    : channel_(channel),
      state_{0, q, qhat},
      own_(channel, 1 - q, -(field_range + 0.5) * std::sqrt(q), (field_range + 0.5) * std::sqrt(q)) {}

QuadratureRule gibbs_cavity_field_rule(const GibbsReference& reference, double margin, const OverlapPoint& o,
                                       double step) {
  const LinearForms forms = linear_forms(reference.state(), o);
  const double root_q = std::sqrt(o.q);
  // g of the typical reference, z0 = 0
  const double g = o.s > 0 ? -o.c0 / o.s * forms.mean_of_y * mean_of_y(reference, 0) : 0;
  // h1 = hm m + hg g passes an edge of X(., v1); averaged over g it does so over sqrt(width^2 + hg^2)/hm
  const auto place = [&](const SharpPlace& edge) {
    return edge_place((edge.centre - forms.hg * g) / forms.hm, std::hypot(edge.width, forms.hg) / forms.hm);
  };
  const SharpPlace own = edge_place(margin / root_q, std::sqrt(o.one_minus_q) / root_q);
  const SharpPlace places[] = {{0, 2}, own, place(edges_of(reference.channel(), forms.v1).upper)};
  const double reach = reach_of(reference, forms.zm, forms.mean_of_y);
  return graded_rule(places, -reach, reach, step);
}

GibbsEnergeticAverages gibbs_energetic_averages(const GibbsReference& reference, double margin,
                                                const OverlapPoint& o, const QuadratureRule& rule,
                                                double refinement) {
  const LinearForms forms = linear_forms(reference.state(), o);
  const double root_q = std::sqrt(o.q), deviation = std::sqrt(o.one_minus_q),
               root_qt = std::sqrt(reference.state().q);
  const double reach = reach_of(reference, forms.zg, o.s > 0 ? -o.c0 / o.s * forms.mean_of_y : 0);
  const double width0 = edges_of(reference.channel(), 1 - reference.state().q).upper.width;
  const double width1 = edges_of(reference.channel(), forms.v1).upper.width;
  double dg =
      g_step / refinement / std::max({1.0, root_qt * forms.zg / width0, 0.7 * std::abs(forms.hg) / width1});
  dg = std::max(dg, 2 * reach / most_g_nodes);

  const double m_reach = std::max(std::abs(rule.nodes.front()), std::abs(rule.nodes.back()));
  const double h1_reach = std::abs(forms.hm) * m_reach + std::abs(forms.hg) * reach + 1e-12;
  const ChannelTable given_both(reference.channel(), forms.v1, -h1_reach, h1_reach);

  GibbsEnergeticAverages result;
  EnergeticAverages& sum = result.searching;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const double m = rule.nodes[j];
    // |z0| <= field_range
    const double low = std::max(-reach, (-field_range - forms.zm * m) / forms.zg);
    const double high = std::min(reach, (field_range - forms.zm * m) / forms.zg);
    // W(m), int Dg r0 X1/X0 and int Dg r1 X1/X0, with the density of m
    double weight = 0, reference_score = 0, pull = 0;
    for (double k = std::ceil(low / dg), last = std::floor(high / dg); k <= last; ++k) {
      const double g = dg * k, h0 = root_qt * (forms.zm * m + forms.zg * g);
      const ChannelTable::Value own = reference.own()(h0);
      const double bound = -(m * m + g * g) / 2 - own.log_X;  // ln X1 <= 0
      if (bound < negligible_log) continue;
      const ChannelTable::Value given = given_both(forms.hm * m + forms.hg * g);
      const double exponent = bound + given.log_X;
      if (exponent < negligible_log) continue;
      const double w = std::exp(exponent);
      weight += w;
      reference_score += w * own.r;
      pull += w * given.r;
    }
    const double measure = rule.weights[j] * dg / (2 * std::numbers::pi);
    // l' = R(a)/sqrt(1-q), l'' = -l'(l' - a/sqrt(1-q)), a = (kappa - M)/sqrt(1-q)
    const double a = (margin - root_q * m) / deviation;
    const double score = R(a) / deviation;
    const double curvature = -score * (score - a / deviation);
    sum.normalisation += measure * weight;
    sum.log_H += measure * weight * log_H(a);
    sum.score2 += measure * weight * score * score;
    sum.cross_score += measure * reference_score * score;
    sum.curvature2 += measure * weight * curvature * curvature;
    result.slope += measure * pull * score;
  }
  return result;
}

}  // namespace wfm::theory
