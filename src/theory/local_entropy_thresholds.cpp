#include "theory/local_entropy_thresholds.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "math/error.hpp"
#include "math/roots.hpp"
#include "theory/local_entropy.hpp"

namespace wfm::theory {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr int scan_points = 20;
constexpr double largest_alpha = 12;

/// What is minimised over D, and where.
struct Criterion {
  std::function<std::vector<LocalEntropyPoint>(double alpha, std::span<const double> distances)> curve;
  double LocalEntropyPoint::*value = nullptr;
  double smallest_distance = 0, largest_distance = 0;
  double first_alpha = 0, alpha_growth = 1;  // the loads that are scanned for the first sign change
};

struct Minimum {
  double value = not_a_number;  // smallest f over D; NaN where f has no interior minimum
  double log_distance = not_a_number;
  double error = 0;  // of the value: what the last refinement changed
};

/// Vertex of the parabola through three points.
double vertex(const std::array<double, 3>& x, const std::array<double, 3>& f) {
  const double right = (f[2] - f[1]) / (x[2] - x[1]), left = (f[1] - f[0]) / (x[1] - x[0]);
  const double curvature = (right - left) / (x[2] - x[0]);
  return (x[0] + x[1]) / 2 - left / (2 * curvature);
}

class MinimumOverDistance {
 public:
  explicit MinimumOverDistance(const Criterion& criterion) : criterion_(criterion) {}

  Minimum at(double alpha) {
    Minimum minimum = std::isfinite(last_) ? refined(alpha, last_, first_width) : Minimum{};
    if (!std::isfinite(minimum.value)) minimum = scanned(alpha);
    last_ = minimum.log_distance;
    return minimum;
  }

 private:
  static constexpr double first_width = 0.15;  // in ln D
  static constexpr int refinements = 4;

  std::vector<double> values(double alpha, const std::vector<double>& log_distances) {
    std::vector<double> distances, result;
    for (const double s : log_distances) distances.push_back(std::exp(s));
    for (const LocalEntropyPoint& point : criterion_.curve(alpha, distances))
      result.push_back(point.*criterion_.value);
    return result;
  }

  /// The lowest interior minimum of a grid, refined.
  Minimum scanned(double alpha) {
    const double low = std::log(criterion_.smallest_distance), high = std::log(criterion_.largest_distance);
    std::vector<double> s;
    for (int i = 0; i < scan_points; ++i) s.push_back(low + (high - low) * i / (scan_points - 1));
    const std::vector<double> f = values(alpha, s);
    std::optional<std::size_t> best;
    for (std::size_t i = 1; i + 1 < f.size(); ++i)
      if (f[i] < f[i - 1] && f[i] < f[i + 1] && (!best || f[i] < f[*best])) best = i;
    return best ? refined(alpha, s[*best], (high - low) / (scan_points - 1)) : Minimum{};
  }

  /// Parabolas through s - width, s, s + width, the width shrinking.
  Minimum refined(double alpha, double s, double width) {
    Minimum minimum;
    double before = not_a_number;
    for (int step = 0; step < refinements; ++step, width /= 4) {
      const std::vector<double> f = values(alpha, {s - width, s, s + width});
      const double next = vertex({s - width, s, s + width}, {f[0], f[1], f[2]});
      if (!(std::abs(next - s) <= 2 * width) || !(f[0] + f[2] > 2 * f[1])) return {};
      before = minimum.value;
      // f at the vertex
      const double curvature = (f[0] + f[2] - 2 * f[1]) / (width * width);
      minimum = {f[1] - curvature * (next - s) * (next - s) / 2, next, 0};
      minimum.error = std::abs(minimum.value - before);
      s = next;
    }
    return minimum;
  }

  const Criterion& criterion_;
  double last_ = not_a_number;
};

Threshold first_zero(const Criterion& criterion, Threshold threshold) {
  MinimumOverDistance search(criterion);
  // no interior minimum: f falls or rises along all of the curve, and is positive
  const auto excess = [&](double alpha) {
    const double value = search.at(alpha).value;
    return std::isfinite(value) ? value : 1.0;
  };
  double low = criterion.first_alpha, f_low = excess(low), high = low, f_high = f_low;
  while (f_high > 0 && high < largest_alpha) {
    low = high;
    f_low = f_high;
    high = low * criterion.alpha_growth;
    f_high = excess(high);
  }
  if (!(f_high <= 0 && f_low > 0)) {
    threshold.reason = fmt::format("not reached for alpha in [{:.3g}, {:.3g}]", criterion.first_alpha, high);
    return threshold;
  }
  const std::optional<double> alpha = find_root(excess, low, high, 1e-11, 60);
  const Minimum minimum = alpha ? search.at(*alpha) : Minimum{};
  if (!alpha || !(std::abs(minimum.value) < 1e-6)) {
    threshold.reason = fmt::format(
        "no interior minimum over D passes through zero for alpha in [{:.6g}, {:.6g}]: it appears below "
        "zero, at an end",
        low, high);
    return threshold;
  }
  const double h = 1e-4 * *alpha;
  const double slope = (search.at(*alpha - h).value - minimum.value) / h;
  threshold.alpha = *alpha;
  threshold.error = (std::abs(minimum.value) + minimum.error) / std::abs(slope) + 1e-10;
  threshold.distance = std::exp(minimum.log_distance);
  threshold.replicas = criterion.curve(*alpha, {&threshold.distance, 1})[0].replicas;
  threshold.ansatz = "RS outer";
  threshold.converged = std::isfinite(threshold.error);
  if (!threshold.converged) threshold.reason = "the error could not be estimated";
  return threshold;
}

Threshold named(const std::string& name, const Machine& machine, const std::string& definition) {
  Threshold threshold;
  threshold.name = name;
  threshold.machine = machine;
  threshold.definition = definition;
  return threshold;
}

void check(const Machine& machine, double margin) {
  check_machine(machine);
  require(std::isfinite(margin), fmt::format("a threshold needs a finite margin, got {}", margin));
}

Criterion zero_external(const Machine& machine, double margin, double LocalEntropyPoint::*value) {
  check(machine, margin);
  require(machine.prior == Prior::binary,
          fmt::format("zero external entropy is a criterion for binary weights, got {}", name_of(machine)));
  const auto curve = [=](double alpha, std::span<const double> distances) {
    return zero_external_entropy_curve(machine, margin, alpha, distances);
  };
  return {curve, value, 1e-4, 0.06, 0.55, 1.06};
}

}  // namespace

Threshold wide_slope_threshold(const Machine& machine, double margin) {
  check(machine, margin);
  const auto curve = [=](double alpha, std::span<const double> distances) {
    return local_entropy_curve({machine, margin, alpha}, distances);
  };
  Threshold threshold = first_zero(
      {curve, &LocalEntropyPoint::slope, 4e-3, 0.3, 0.4, 1.12},
      named("alpha_U_raw_slope", machine, "first alpha where d phi/dD = 0 at some D, y -> infinity"));
  threshold.replicas = not_a_number;
  return threshold;
}

Threshold zero_external_slope_threshold(const Machine& machine, double margin) {
  return first_zero(zero_external(machine, margin, &LocalEntropyPoint::slope),
                    named("alpha_U_zero_external_entropy", machine,
                          "first alpha where dS_I/dD = 0 at some D, S_I = min over y of phi"));
}

Threshold zero_external_entropy_threshold(const Machine& machine, double margin) {
  return first_zero(zero_external(machine, margin, &LocalEntropyPoint::entropy),
                    named("alpha_negative_local_entropy", machine,
                          "first alpha where S_I = 0 at some D, S_I = min over y of phi"));
}

}  // namespace wfm::theory
