#include "theory/teacher_student_equations.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "math/gaussian.hpp"
#include "theory/graded_rule.hpp"

namespace wfm::theory {

namespace {

constexpr double three_places_step = 0.2, one_place_step = 0.12;

/// int Dz f(z) where f changes around the margin and around the teacher's edge at 0.
template <class F>
double energetic_average(double margin, const StudentOverlaps& o, double refinement, F&& f) {
  const double root_q = std::sqrt(o.q);
  const SharpPlace places[] = {{0, 2},
                               edge_place(margin / root_q, std::sqrt(o.one_minus_q) / root_q),
                               edge_place(0, o.root_q_minus_R2 / o.R)};
  return integrate(graded_rule(places, -9, 9, three_places_step / refinement),
                   [&](double z) { return G(z) * f(z); });
}

QuadratureRule entropic_rule(const StudentConjugates& c, double refinement) {
  const double root_qhat = std::sqrt(c.qhat);
  return graded_normal_rule({-c.Rhat / root_qhat, 1.5 / root_qhat}, one_place_step / refinement);
}

}  // namespace

StudentOverlaps::StudentOverlaps(std::span<const double> x)
    : q(1 / (1 + std::exp(-x[0]))),
      one_minus_q(1 / (1 + std::exp(x[0]))),
      R(std::sqrt(q) * std::tanh(x[1])),
      root_q_minus_R2(std::sqrt(q) / std::cosh(x[1])) {}

StudentConjugates student_conjugates(double margin, const StudentOverlaps& o, double refinement) {
  const double root_q = std::sqrt(o.q), deviation = std::sqrt(o.one_minus_q);
  // qhat/alpha = (2/(1-q)) int Dz H(-R z/sqrt(q-R^2)) R^2((kappa - sqrt(q) z)/sqrt(1-q))
  const double squared = energetic_average(margin, o, refinement, [&](double z) {
    const double r = R((margin - root_q * z) / deviation);
    return H(-o.R * z / o.root_q_minus_R2) * r * r;
  });
  // Rhat/alpha = (2/sqrt(2 pi (1-q))) int Dy R((kappa - sqrt(q-R^2) y)/sqrt(1-q))
  const QuadratureRule rule = graded_normal_rule({margin / o.root_q_minus_R2, deviation / o.root_q_minus_R2},
                                                 one_place_step / refinement);
  const double first =
      integrate(rule, [&](double y) { return R((margin - o.root_q_minus_R2 * y) / deviation); });
  return {2 / o.one_minus_q * squared, 2 / std::sqrt(2 * std::numbers::pi * o.one_minus_q) * first};
}

std::vector<double> student_image(const StudentConjugates& c, double refinement) {
  const QuadratureRule rule = entropic_rule(c, refinement);
  double q = 0, one_minus_q = 0, overlap = 0;
  for (std::size_t j = 0; j < rule.size(); ++j) {
    const double v = std::sqrt(c.qhat) * rule.nodes[j] + c.Rhat;
    const double magnetisation = std::tanh(v), e = std::exp(-2 * std::abs(v));
    q += rule.weights[j] * magnetisation * magnetisation;
    one_minus_q += rule.weights[j] * 4 * e / ((1 + e) * (1 + e));
    overlap += rule.weights[j] * magnetisation;
  }
  return {std::log(q / one_minus_q), std::atanh(std::min(overlap / std::sqrt(q), 1 - 1e-15))};
}

double student_entropy(double alpha, double margin, const StudentOverlaps& o, const StudentConjugates& c,
                       double refinement) {
  const double root_q = std::sqrt(o.q), deviation = std::sqrt(o.one_minus_q);
  // -qhat(1-q)/2 - R Rhat + int Dz ln 2cosh(sqrt(qhat) z + Rhat)
  // + 2 alpha int Dz H(-R z/sqrt(q-R^2)) ln H((kappa - sqrt(q) z)/sqrt(1-q))
  return -c.qhat * o.one_minus_q / 2 - o.R * c.Rhat +
         integrate(entropic_rule(c, refinement),
                   [&](double z) { return log_2cosh(std::sqrt(c.qhat) * z + c.Rhat); }) +
         2 * alpha * energetic_average(margin, o, refinement, [&](double z) {
           return H(-o.R * z / o.root_q_minus_R2) * log_H((margin - root_q * z) / deviation);
         });
}

}  // namespace wfm::theory
