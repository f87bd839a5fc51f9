#include "theory/franz_parisi.hpp"

#include <cmath>
#include <vector>

#include <gtest/gtest.h>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "theory/kernel.hpp"
#include "theory/naive_franz_parisi.hpp"
#include "theory/replica_symmetric.hpp"

namespace wfm::theory {
namespace {

FranzParisiPoint one_point(const FranzParisiParams& params, double d) {
  return franz_parisi_curve(params, std::vector<double>{d})[0];
}

// (FP.1) of K -> infinity machines: the naive threefold integral of fields with covariances Q(q), Q(t), Q(p), Q(qt).
double naive_kernel_energy(const FranzParisiParams& params, double qt, double q, double t, double p) {
  const Kernel kernel(params.machine);
  const double Qt = kernel.Q(overlap_of(qt)), Q = kernel.Q(overlap_of(q)), T = kernel.Q(overlap_of(t)),
               P = kernel.Q(overlap_of(p));
  const double st = std::sqrt(kernel.at_one() - Qt), rest = std::sqrt(kernel.at_one() - Q);
  const QuadratureRule normal = gaussian_panels(12, 8, 8.5);
  return naive_fields(
      {Qt, Q, T, P, kernel.at_one()}, normal, normal,
      [&](double z0) { return naive_normal_above((params.reference_margin - std::sqrt(Qt) * z0) / st, 10); },
      [&](double, double, double m) { return log_H((params.margin - m) / rest); });
}

const Machine wide_machines[] = {{Prior::binary, Decoder::committee, infinitely_many, Activation::sign},
                                 {Prior::binary, Decoder::committee, infinitely_many, Activation::erf},
                                 {Prior::binary, Decoder::committee, infinitely_many, Activation::relu}};

TEST(FranzParisi, WideMachinesHaveTheForcesOfTheNaiveQuadrature) {
  for (const Machine& machine : wide_machines) {
    const FranzParisiParams params{0.5, 0.15, 0.05, machine};
    const FranzParisiPoint point = one_point(params, 0.15);
    ASSERT_TRUE(point.converged) << point.reason;
    const double qt = rs_entropy({0.5, 0.15, machine}).q, h = 1e-4;
    const auto energy = [&](double q, double t, double p) {
      return params.alpha * naive_kernel_energy(params, qt, q, t, p);
    };
    // qhat/2 = -alpha dG_E/dq,  that = -alpha dG_E/dt,  slope/2 = phat - alpha dG_E/dp
    const double by_q =
        (energy(point.q + h, point.t, point.p) - energy(point.q - h, point.t, point.p)) / (2 * h);
    const double by_t =
        (energy(point.q, point.t + h, point.p) - energy(point.q, point.t - h, point.p)) / (2 * h);
    const double by_p =
        (energy(point.q, point.t, point.p + h) - energy(point.q, point.t, point.p - h)) / (2 * h);
    EXPECT_NEAR(-2 * by_q, point.qhat, 2e-6) << name_of(machine);
    EXPECT_NEAR(-by_t, point.that, 2e-6) << name_of(machine);
    EXPECT_NEAR(2 * (point.phat - by_p), point.slope, 2e-6) << name_of(machine);
  }
}

TEST(FranzParisi, WideMachinesMeetTheirTypicalSolutions) {
  for (const Machine& machine : wide_machines) {
    for (const double reference_margin : {0.0, 0.1, 0.25}) {
      const FranzParisiParams params{0.5, reference_margin, 0, machine};
      const RsResult rs = rs_entropy({0.5, 0, machine});
      ASSERT_TRUE(rs.converged);
      EXPECT_LT(rs.residual + rs.quadrature_error, 1e-11);
      const double typical = typical_distance(params), h = 1e-4;
      const std::vector<FranzParisiPoint> at = franz_parisi_curve(
          params, std::vector<double>{typical, 0.05 - 2 * h, 0.05 - h, 0.05, 0.05 + h, 0.05 + 2 * h});
      ASSERT_TRUE(at[0].converged) << at[0].reason;
      EXPECT_NEAR(at[0].entropy, rs.entropy, 1e-10) << name_of(machine) << ' ' << reference_margin;
      EXPECT_NEAR(at[0].slope, 0, 1e-6);
      EXPECT_NEAR(at[0].q, rs.q, 1e-6);
      EXPECT_NEAR((8 * (at[4].entropy - at[2].entropy) - (at[5].entropy - at[1].entropy)) / (12 * h),
                  at[3].slope, 1e-6);
    }
  }
  EXPECT_THROW(one_point({0.5, 0, 0, {Prior::binary, Decoder::committee, 5}}, 0.1), InvalidInput);
}

}  // namespace
}  // namespace wfm::theory
