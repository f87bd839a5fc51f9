#include "landscape/loss_hessian.hpp"

#include <gmock/gmock.h>

#include <cmath>
#include <numeric>

#include "math/error.hpp"
#include "problems/storage.hpp"

namespace wfm::landscape {
namespace {

using training::Activation;
using training::Loss;
using training::LossKind;
using training::Network;
using training::NetworkShape;

constexpr auto tanh_units = Activation::tanh, erf_units = Activation::erf, relu_units = Activation::relu;
constexpr Loss losses[] = {
    {LossKind::cross_entropy, 1.7, 0.1}, {LossKind::mean_square, 1, 1}, {LossKind::squared_hinge, 1, 0.8}};

std::vector<NetworkShape> shapes() {
  return {{15, {}, false, true, tanh_units},        {15, {3}, true, false, tanh_units},
          {15, {3}, false, false, erf_units},       {15, {4}, false, false, relu_units},
          {15, {5, 3}, false, false, tanh_units},   {15, {3, 4}, true, true, erf_units},
          {12, {4, 3, 2}, false, true, tanh_units}, {12, {3, 4}, false, false, relu_units}};
}

struct Case {
  Network network;
  Patterns patterns;
  std::vector<double> w;
  std::vector<std::size_t> all;
};

Case make_case(const NetworkShape& shape, InputKind inputs = InputKind::gaussian, std::size_t count = 9) {
  Case made{Network(shape), random_patterns(count, shape.inputs, inputs, 3, Purpose::patterns), {}, {}};
  RandomStream random(5, Purpose::initial_state);
  for (std::int8_t& label : made.patterns.labels) label = std::int8_t(random.sign());
  const auto start = made.network.random_weights(random);
  made.w.assign(start.begin(), start.end());
  made.all.resize(count);
  std::iota(made.all.begin(), made.all.end(), 0);
  return made;
}

std::vector<double> gradient_at(const Case& c, const std::vector<double>& w, double beta, const Loss& loss) {
  std::vector<double> gradient(w.size());
  gradient_readable(c.network, w, beta, loss, c.patterns, c.all, gradient);
  return gradient;
}

// Columns of H by central differences of gradients; no kink of relu or squared hinge lies within a step here.
Eigen::MatrixXd difference_hessian(const Case& c, double beta, const Loss& loss) {
  const double step = 1e-5;
  const Eigen::Index M = Eigen::Index(c.w.size());
  Eigen::MatrixXd H(M, M);
  std::vector<double> w = c.w;
  for (Eigen::Index j = 0; j < M; ++j) {
    w[std::size_t(j)] = c.w[std::size_t(j)] + step;
    const auto above = gradient_at(c, w, beta, loss);
    w[std::size_t(j)] = c.w[std::size_t(j)] - step;
    const auto below = gradient_at(c, w, beta, loss);
    w[std::size_t(j)] = c.w[std::size_t(j)];
    for (Eigen::Index i = 0; i < M; ++i)
      H(i, j) = (above[std::size_t(i)] - below[std::size_t(i)]) / (2 * step);
  }
  return (H + H.transpose()) / 2;
}

TEST(LossHessian, ValueAndGradientAreTheReadableOnes) {
  for (const NetworkShape& shape : shapes())
    for (const InputKind inputs : {InputKind::binary, InputKind::gaussian}) {
      const Case c = make_case(shape, inputs);
      for (const Loss& loss : losses) {
        const LossHessian hessian(c.network, c.w, 0.9, loss, c.patterns);
        std::vector<double> gradient(c.w.size());
        const double value = gradient_readable(c.network, c.w, 0.9, loss, c.patterns, c.all, gradient);
        EXPECT_NEAR(hessian.loss(), value, 1e-13 * (1 + value));
        for (std::size_t j = 0; j < gradient.size(); ++j)
          ASSERT_NEAR(hessian.gradient()[j], gradient[j], 1e-13);
      }
    }
}

TEST(LossHessian, IsTheDerivativeOfTheGradient) {
  for (const NetworkShape& shape : shapes())
    for (const InputKind inputs : {InputKind::binary, InputKind::gaussian}) {
      const Case c = make_case(shape, inputs);
      for (const Loss& loss : losses) {
        const LossHessian hessian(c.network, c.w, 0.9, loss, c.patterns);
        const Eigen::MatrixXd exact = dense_matrix(hessian.product()),
                              differences = difference_hessian(c, 0.9, loss);
        ASSERT_LT((exact - differences).cwiseAbs().maxCoeff(), 1e-8)
            << name(shape.activation) << ' ' << name(loss.kind) << ", " << shape.hidden.size() << " layers";
        ASSERT_LT((exact - exact.transpose()).cwiseAbs().maxCoeff(), 1e-14);
        const auto one = symmetric_eigenvalues(exact), other = symmetric_eigenvalues(differences);
        for (std::size_t j = 0; j < one.size(); ++j) ASSERT_NEAR(one[j], other[j], 1e-6);
      }
    }
}

// The loss along the geodesic w_k(t) = w_k cos(c_k t) + v_k/c_k sin(c_k t), |v_k| = c_k |w_k|, of every unit at once.
double loss_on_geodesic(const Case& c, const std::vector<double>& v, double t, double beta,
                        const Loss& loss) {
  std::vector<double> w(c.w.size());
  for (const UnitBlock& unit : unit_blocks(c.network)) {
    double norm_w = 0, norm_v = 0;
    for (std::size_t i = unit.first; i < unit.first + unit.size; ++i) {
      norm_w += c.w[i] * c.w[i];
      norm_v += v[i] * v[i];
    }
    const double speed = std::sqrt(norm_v / norm_w);
    for (std::size_t i = unit.first; i < unit.first + unit.size; ++i)
      w[i] = c.w[i] * std::cos(speed * t) + (speed > 0 ? v[i] / speed * std::sin(speed * t) : 0);
  }
  return gradient_readable(c.network, w, beta, loss, c.patterns, c.all, {});
}

TEST(LossHessian, OnTheSpheresIsTheSecondDerivativeAlongGeodesics) {
  const double step = 1e-3;
  for (const NetworkShape& shape : shapes()) {
    const Case c = make_case(shape);
    const Loss loss{LossKind::cross_entropy, 1.5, 0};
    const LossHessian hessian(c.network, c.w, 0.9, loss, c.patterns, true);
    RandomStream random(8, Purpose::measurement);
    std::vector<double> v(hessian.size()), product(v.size());
    for (double& x : v) x = random.normal() / std::sqrt(double(v.size()));
    hessian.multiply(v, product);
    const double expected = std::inner_product(v.begin(), v.end(), product.begin(), 0.0);
    const auto direction = hessian.embed(v);
    const auto at = [&](double t) { return loss_on_geodesic(c, direction, t, 0.9, loss); };
    // five points: truncation step^4, rounding 1e-16/step^2
    const double second =
        (-at(2 * step) + 16 * at(step) - 30 * at(0) + 16 * at(-step) - at(-2 * step)) / (12 * step * step);
    // a relu's kink within two steps adds the slope's jump over the step: none here
    EXPECT_NEAR(second, expected, 1e-8) << name(shape.activation);
  }
}

TEST(LossHessian, TangentCoordinatesAreOrthonormalAndAvoidTheRadialDirections) {
  for (const NetworkShape& shape : shapes()) {
    const Case c = make_case(shape);
    const LossHessian hessian(c.network, c.w, 2, {}, c.patterns, true);
    const auto units = unit_blocks(c.network);
    ASSERT_EQ(hessian.size(), c.w.size() - units.size());
    Eigen::MatrixXd T(Eigen::Index(c.w.size()), Eigen::Index(hessian.size()));
    std::vector<double> unit(hessian.size());
    for (std::size_t j = 0; j < unit.size(); ++j) {
      unit[j] = 1;
      const auto column = hessian.embed(unit);
      T.col(Eigen::Index(j)) = Eigen::Map<const Eigen::VectorXd>(column.data(), T.rows());
      unit[j] = 0;
    }
    EXPECT_TRUE((T.transpose() * T).isIdentity(1e-13));
    for (const UnitBlock& block : units) {
      Eigen::VectorXd radial = Eigen::VectorXd::Zero(T.rows());
      for (std::size_t i = block.first; i < block.first + block.size; ++i) radial[Eigen::Index(i)] = c.w[i];
      EXPECT_LT((T.transpose() * radial).norm(), 1e-13);
    }
    // P (H - diag lambda) P written out: the radial directions are null vectors and the rest is T^T (H - diag lambda) T
    const LossHessian flat(c.network, c.w, 2, {}, c.patterns);
    Eigen::MatrixXd H = dense_matrix(flat.product());
    for (std::size_t k = 0; k < units.size(); ++k)
      for (std::size_t i = units[k].first; i < units[k].first + units[k].size; ++i)
        H(Eigen::Index(i), Eigen::Index(i)) -= hessian.lambda()[k];
    const Eigen::MatrixXd projection = T * T.transpose(), projected = projection * H * projection;
    for (const UnitBlock& block : units) {
      Eigen::VectorXd radial = Eigen::VectorXd::Zero(T.rows());
      for (std::size_t i = block.first; i < block.first + block.size; ++i) radial[Eigen::Index(i)] = c.w[i];
      EXPECT_LT((projected * radial).norm(), 1e-13);
    }
    EXPECT_LT((T.transpose() * H * T - dense_matrix(hessian.product())).cwiseAbs().maxCoeff(), 1e-13);
  }
}

TEST(LossHessian, NamesWhatItRefuses) {
  const Case c = make_case(shapes()[1]);
  const auto refused = [&](auto&& make, const char* word) {
    try {
      make();
      ADD_FAILURE() << "accepted: " << word;
    } catch (const InvalidInput& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr(word));
    }
  };
  std::vector<double> w = c.w;
  refused([&] { LossHessian(c.network, std::span(w).first(4), 1, {}, c.patterns); }, "4");
  refused([&] { LossHessian(c.network, w, 0, {}, c.patterns); }, "beta");
  refused([&] { LossHessian(c.network, w, 1, {LossKind::cross_entropy, -1, 0}, c.patterns); }, "gamma");
  refused([&] { LossHessian(c.network, w, 1, {}, subset(c.patterns, {})); }, "pattern");
  refused(
      [&] {
        LossHessian(c.network, w, 1, {}, random_patterns(3, 14, InputKind::gaussian, 1, Purpose::patterns));
      },
      "14");
  std::fill(w.begin(), w.begin() + 5, 0.0);
  refused([&] { LossHessian(c.network, w, 1, {}, c.patterns, true); }, "norm zero");
  EXPECT_NO_THROW(LossHessian(c.network, w, 1, {}, c.patterns));
  const Case deep = make_case(shapes()[4]);
  refused([&] { LossHessian(deep.network, deep.w, 1, {}, deep.patterns).curvature(0, 0); }, "one layer");
}

}  // namespace
}  // namespace wfm::landscape
