#include "inference/edge_messages.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "inference/weight_prior.hpp"

namespace wfm::inference {
namespace {

constexpr std::size_t nodes = std::tuple_size_v<MessagePolynomial>;

/// (1/2) ln Z(+)/Z(-) of a cavity with this mean and variance, for a weight whose input is xi.
double two_point_field(const LinearForm& form, double threshold, int unit_sign, double mean, double variance,
                       double xi) {
  const double deviation = std::sqrt(std::max(variance, smallest_sum_variance));
  const double up = (threshold - unit_sign * (mean + xi)) / deviation;
  const double down = (threshold - unit_sign * (mean - xi)) / deviation;
  return clamp_field(0.5 * (log_linear_form(form, up) - log_linear_form(form, down)));
}

/// cos(k theta_j) at the nodes theta_j = (2j + 1) pi/12: T_k at the Chebyshev nodes.
std::array<std::array<double, nodes>, nodes> chebyshev_table() {
  std::array<std::array<double, nodes>, nodes> T;
  for (std::size_t k = 0; k < nodes; ++k)
    for (std::size_t j = 0; j < nodes; ++j)
      T[k][j] = std::cos(double(k) * (2.0 * double(j) + 1) * std::numbers::pi / (2.0 * nodes));
  return T;
}

}  // namespace

void accurate_messages(const Channel& channel, int label, const LinearForm& form, RowMoments moments,
                       std::span<const double> xi, std::span<const double> m, std::span<double> fresh) {
  const double threshold = channel.threshold(label) * std::sqrt(double(xi.size()));
  for (std::size_t i = 0; i < xi.size(); ++i) {
    const double mean = moments.mean - xi[i] * m[i];
    const double variance = moments.variance - xi[i] * xi[i] * (1 - m[i]) * (1 + m[i]);
    fresh[i] = two_point_field(form, threshold, channel.unit_sign(label), mean, variance, xi[i]);
  }
}

MessagePolynomial message_polynomial(const Channel& channel, int label, const LinearForm& form,
                                     RowMoments moments, int n) {
  static const auto T = chebyshev_table();
  const double threshold = channel.threshold(label) * std::sqrt(double(n));
  std::array<double, nodes> values;
  for (std::size_t j = 0; j < nodes; ++j) {
    const double s = T[1][j];
    values[j] = two_point_field(form, threshold, channel.unit_sign(label), moments.mean - s,
                                moments.variance - (1 - s * s), 1);
  }
  // F = sum_k c_k T_k(s),  c_k = (2/6) sum_j F(s_j) T_k(s_j), half of that for k = 0
  std::array<double, nodes> c{};
  for (std::size_t k = 0; k < nodes; ++k) {
    for (std::size_t j = 0; j < nodes; ++j) c[k] += values[j] * T[k][j];
    c[k] *= (k == 0 ? 1.0 : 2.0) / nodes;
  }
  return {c[0] - c[2] + c[4], c[1] - 3 * c[3] + 5 * c[5], 2 * c[2] - 8 * c[4], 4 * c[3] - 20 * c[5], 8 * c[4],
          16 * c[5]};
}

void nearly_frozen_messages(const Channel& channel, int label, const LinearForm& form, RowMoments moments,
                            std::span<const double> xi, std::span<const float> s, std::span<double> fresh) {
  const double threshold = channel.threshold(label) * std::sqrt(double(s.size()));
  const auto F = [&](double at) {
    return two_point_field(form, threshold, channel.unit_sign(label), moments.mean - at,
                           moments.variance - (1 - at * at), 1);
  };
  // F = f0 + (4 f1 - 3 f0 - f2) t + 2 (f0 - 2 f1 + f2) t^2, t = (|s| - (1 - width))/width through t = 0, 1/2,
  // 1
  const double width = 0.05 * std::min(1.0, moments.variance), edge = 1 - width;
  struct Parabola {
    double f0, f1, f2;
    double operator()(double t) const {
      return f0 + t * ((4 * f1 - 3 * f0 - f2) + 2 * t * (f0 - 2 * f1 + f2));
    }
  };
  const Parabola up{F(edge), F(edge + width / 2), F(1)}, down{F(-edge), F(-edge - width / 2), F(-1)};
  for (std::size_t i = 0; i < s.size(); ++i) {
    const double at = s[i], t = (std::abs(at) - edge) / width;
    fresh[i] = xi[i] * (t < 0 ? F(at) : at > 0 ? up(t) : down(t));
  }
}

ExactSum::ExactSum(const Channel& channel, int label, std::span<const double> xi,
                   std::span<const double> fields)
    : n_(xi.size()),
      unit_sign_(channel.unit_sign(label)),
      xi_(xi.begin(), xi.end()),
      agree_(n_),
      differ_(n_) {
  // 2 c - n > t sqrt n
  const double n = double(n_);
  needed_ = long(std::floor((n + channel.threshold(label) * std::sqrt(n)) / 2)) + 1;
  for (std::size_t i = 0; i < n_; ++i) {
    const double h = unit_sign_ * xi[i] * fields[i];
    agree_[i] = 1 / (1 + std::exp(-2 * h));
    differ_[i] = 1 / (1 + std::exp(2 * h));
  }
  const std::size_t width = n_ + 2;
  tail_.assign((n_ + 1) * width, 0.0);
  head_.assign((n_ + 1) * width, 1.0);
  for (std::size_t i = 0; i <= n_; ++i) {
    tail_[i * width] = 1;
    head_[i * width] = 0;
  }
  for (std::size_t i = n_; i-- > 0;)
    for (std::size_t c = 1; c < width; ++c) {
      tail_[i * width + c] =
          agree_[i] * tail_[(i + 1) * width + c - 1] + differ_[i] * tail_[(i + 1) * width + c];
      head_[i * width + c] =
          agree_[i] * head_[(i + 1) * width + c - 1] + differ_[i] * head_[(i + 1) * width + c];
    }
  const auto c = std::size_t(std::clamp<long>(needed_, 0, long(n_) + 1));
  chance_ = {tail_[c], head_[c]};
}

void ExactSum::messages(const LinearForm& form, std::span<double> fresh) const {
  const std::size_t width = n_ + 2;
  std::vector<double> before(n_ + 1, 0.0);  // P(j of the weights 0 ... i-1 agree)
  before[0] = 1;
  for (std::size_t i = 0; i < n_; ++i) {
    // Z when s xi_i w_i = +1 (one agreeing weight fewer is needed from the others) and -1
    double Z[2];
    for (const int agrees : {1, 0}) {
      double right = 0, wrong = 0;
      for (std::size_t j = 0; j <= i; ++j) {
        const long missing = needed_ - agrees - long(j);
        const auto c = (i + 1) * width + std::size_t(std::clamp<long>(missing, 0, long(n_) + 1));
        right += before[j] * tail_[c];
        wrong += before[j] * head_[c];
      }
      Z[agrees] = form.right * right + form.wrong * wrong;
    }
    // both zero: the other weights already contradict the pattern, which then says nothing
    const double field = Z[0] == 0 && Z[1] == 0 ? 0 : clamp_field(0.5 * (std::log(Z[1]) - std::log(Z[0])));
    fresh[i] = unit_sign_ * xi_[i] * field;
    for (std::size_t j = i + 1; j-- > 0;) {
      before[j + 1] += before[j] * agree_[i];
      before[j] *= differ_[i];
    }
  }
}

}  // namespace wfm::inference
