#include "theory/kernel.hpp"

#include <cmath>
#include <limits>
#include <numbers>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::theory {

namespace {

constexpr double pi = std::numbers::pi;

/// theta = acos q from 1 - q: q = cos theta, 1 - q = 2 sin^2(theta/2)
double angle(const Overlap& q) {
  return 2 * std::asin(std::sqrt(q.one_minus_q / 2));
}

/// sin theta = sqrt(1 - q^2)
double sine(const Overlap& q) {
  return std::sqrt(q.one_minus_q * (1 + q.q));
}

/// sin theta - theta cos theta, whose terms cancel for small theta
double sine_excess(double theta) {
  if (theta > 0.5) return std::sin(theta) - theta * std::cos(theta);
  // sum_n (-1)^{n+1} theta^{2n+1} 2n/(2n+1)!
  const double t2 = theta * theta;
  double power = theta * t2 / 6, sum = 0;  // theta^{2n+1}/(2n+1)!
  for (int n = 1; n <= 10; ++n) {
    sum += 2 * n * power * (n % 2 == 1 ? 1 : -1);
    power *= t2 / ((2 * n + 2) * (2 * n + 3));
  }
  return sum;
}

}  // namespace

Overlap overlap_of(double q) {
  require(q >= 0 && q <= 1, fmt::format("an overlap lies in [0, 1], got {}", q));
  return {q, 1 - q};
}

Overlap overlap_of_logit(double x) {
  return {1 / (1 + std::exp(-x)), 1 / (1 + std::exp(x))};
}

Kernel::Kernel(const Machine& machine) {
  check_machine(machine);
  if (!has_one_field(machine))
    throw InvalidInput(fmt::format("{} has more than one field a pattern", name_of(machine)));
  if (machine.hidden == 1) return;
  switch (machine.activation) {
    case Activation::sign:
      kind_ = Kind::sign;
      break;
    case Activation::erf:
      kind_ = Kind::erf;
      break;
    case Activation::relu:
      kind_ = Kind::relu;
      break;
  }
}

double Kernel::Q(const Overlap& q) const {
  switch (kind_) {
    case Kind::identity:
      return q.q;
    case Kind::sign:
      return 2 / pi * std::asin(q.q);
    case Kind::erf:
      return 2 / pi * std::asin(2 * q.q / 3);
    case Kind::relu: {
      // [sin theta - 1 + (pi - theta) cos theta]/(2 pi), 1 - sin theta = q^2/(1 + sin theta)
      const double s = sine(q);
      return (q.q * (pi - angle(q)) - q.q * q.q / (1 + s)) / (2 * pi);
    }
  }
  return std::numeric_limits<double>::quiet_NaN();
}

double Kernel::rest(const Overlap& q) const {
  switch (kind_) {
    case Kind::identity:
      return q.one_minus_q;
    case Kind::sign:
      return 2 / pi * angle(q);  // pi/2 - asin q = theta
    case Kind::erf: {
      // asin a - asin b = asin(a sqrt(1-b^2) - b sqrt(1-a^2)) = asin((a^2 - b^2)/(a sqrt(1-b^2) + b sqrt(1-a^2)))
      const double a = 2.0 / 3, b = 2 * q.q / 3;
      const double squares = 4.0 / 9 * q.one_minus_q * (1 + q.q);  // a^2 - b^2
      return 2 / pi * std::asin(squares / (a * std::sqrt(1 - b * b) + b * std::sqrt(1 - a * a)));
    }
    case Kind::relu:
      return q.one_minus_q / 2 - sine_excess(angle(q)) / (2 * pi);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

double Kernel::slope(const Overlap& q) const {
  switch (kind_) {
    case Kind::identity:
      return 1;
    case Kind::sign:
      return 2 / (pi * sine(q));
    case Kind::erf:
      return 4 / (pi * std::sqrt(9 - 4 * q.q * q.q));
    case Kind::relu:
      return (pi - angle(q)) / (2 * pi);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

double Kernel::curvature(const Overlap& q) const {
  const double s = sine(q);
  switch (kind_) {
    case Kind::identity:
      return 0;
    case Kind::sign:
      return 2 * q.q / (pi * s * s * s);
    case Kind::erf:
      return 16 * q.q / (pi * std::pow(9 - 4 * q.q * q.q, 1.5));
    case Kind::relu:
      return 1 / (2 * pi * s);
  }
  return std::numeric_limits<double>::quiet_NaN();
}

double Kernel::at_one() const {
  return Q({1, 0});
}

}  // namespace wfm::theory
