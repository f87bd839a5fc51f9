#include "training/loss.hpp"

#include <cmath>
#include <limits>
#include <span>
#include <vector>

#include "math/gaussian.hpp"
#include "training/test_problems.hpp"

namespace wfm::training {
namespace {

constexpr LossKind kinds[] = {LossKind::cross_entropy, LossKind::hinge, LossKind::squared_hinge,
                              LossKind::mean_square};

TEST(Loss, DerivativesAreThoseOfTheValue) {
  const double step = 1e-4;
  for (const LossKind kind : kinds)
    for (const double gamma : {0.4, 1., 3.})
      for (const double margin : {0., 0.7})
        for (const double s : {-4.1, -0.33, 0.02, 0.9, 5.2}) {  // away from the kinks at 0 and 0.7
          const Loss loss{kind, gamma, margin};
          const auto [below, at, above] =
              std::tuple{evaluate(loss, s - step), evaluate(loss, s), evaluate(loss, s + step)};
          // the error of a central difference: step^2/6 times the third derivative, below 2 gamma^3
          const double bound = 1e-8 * (1 + gamma * gamma * gamma) + 1e-11;
          EXPECT_NEAR(at.first, (above.value - below.value) / (2 * step), bound) << name(kind) << " " << s;
          EXPECT_NEAR(at.second, (above.first - below.first) / (2 * step), bound) << name(kind) << " " << s;
        }
}

TEST(Loss, CrossEntropyHasBothStatedForms) {
  for (const double gamma : {0.1, 1., 4.})
    for (const double s : {-3., -0.1, 0., 0.2, 2.}) {
      const double value = evaluate({LossKind::cross_entropy, gamma, 0}, s).value;
      EXPECT_NEAR(value, -s / 2 + log_2cosh(gamma * s) / (2 * gamma), 1e-15 * (1 + std::abs(s)));
    }
}

TEST(Loss, CrossEntropyKeepsItsTails) {
  const double gamma = 2;
  const Loss loss{LossKind::cross_entropy, gamma, 0};
  // u -> +infinity: f = e^{-2 gamma u}/(2 gamma), f' = -e^{-2 gamma u}, f'' = 2 gamma e^{-2 gamma u}
  for (const double s : {30., 100., 170.}) {
    const double e = std::exp(-2 * gamma * s);
    const auto [value, first, second] = evaluate(loss, s);
    EXPECT_NEAR(value / (e / (2 * gamma)), 1, 1e-14);
    EXPECT_NEAR(first / -e, 1, 1e-14);
    EXPECT_NEAR(second / (2 * gamma * e), 1, 1e-14);
    // f(-u) = f(u) + u, f'(-u) = -1 - f'(u), f''(-u) = f''(u)
    EXPECT_DOUBLE_EQ(evaluate(loss, -s).value, s);
    EXPECT_DOUBLE_EQ(evaluate(loss, -s).first, -1);
    EXPECT_EQ(evaluate(loss, -s).second, second);
  }
  for (const double s : {-1e300, 1e300}) {
    const auto [value, first, second] = evaluate(loss, s);
    EXPECT_TRUE(std::isfinite(value) && std::isfinite(first) && std::isfinite(second));
  }
}

TEST(Loss, SharpCrossEntropyIsTheHinge) {
  for (const double s : {-2., -0.1, 0.1, 3.}) {
    const auto sharp = evaluate({LossKind::cross_entropy, 1e4, 0.05}, s);
    const auto hinge = evaluate({LossKind::hinge, 1, 0.05}, s);
    EXPECT_NEAR(sharp.value, hinge.value, std::log(2) / 2e4);
    EXPECT_NEAR(sharp.first, hinge.first, 1e-12);
  }
}

TEST(Loss, HingesAreFlatOnTheRight) {
  for (const LossKind kind : {LossKind::hinge, LossKind::squared_hinge})
    for (const double s : {0.5, 0.6}) {
      const auto [value, first, second] = evaluate({kind, 1, 0.5}, s);
      EXPECT_EQ(value, 0);
      EXPECT_EQ(first, 0);
      EXPECT_EQ(second, 0);
    }
  EXPECT_EQ(evaluate({LossKind::mean_square, 1, 1}, 3).value, 2);
  EXPECT_EQ(evaluate({LossKind::squared_hinge, 1, 1}, -1).value, 2);
}

TEST(Loss, NamesWhatItRefuses) {
  const double nan = std::nan(""), infinite = std::numeric_limits<double>::infinity();
  for (const double gamma : {0., -1., nan, infinite})
    expect_refused([=] { validate(Loss{LossKind::cross_entropy, gamma, 0}); }, {"loss", "gamma"});
  for (const double margin : {nan, infinite})
    expect_refused([=] { validate(Loss{LossKind::hinge, 1, margin}); }, {"loss", "margin"});
}

TEST(Loss, TotalIsTheSumOfTheTerms) {
  std::vector<double> s;
  for (int a = 0; a < 1003; ++a) s.push_back(30 * std::sin(0.37 * a) * std::exp(-0.01 * a));
  for (const LossKind kind :
       {LossKind::cross_entropy, LossKind::hinge, LossKind::squared_hinge, LossKind::mean_square})
    for (const double gamma : {0.1, 1.0, 40.0}) {
      const Loss loss{kind, gamma, 0.3};
      for (const std::size_t count : {0ul, 1ul, 7ul, 8ul, 1003ul}) {
        double sum = 0;
        for (std::size_t a = 0; a < count; ++a) sum += evaluate(loss, s[a]).value;
        EXPECT_NEAR(total(loss, std::span(s).first(count)), sum, 1e-13 * sum + 1e-12 / gamma);
      }
    }
}

}  // namespace
}  // namespace wfm::training
