#include "theory/channel_table.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace wfm::theory {

namespace {

constexpr int n = ChannelTable::nodes;
constexpr double panel_in_u = 0.8;  // h = centre + width sinh(u)
constexpr int deepest = 6;          // halvings of a panel
constexpr double tolerance = 1e-12;

using Coefficients = std::array<double, n>;

/// cosines[k][j] = cos(k theta_j), theta_j = pi (j + 1/2)/n
std::array<Coefficients, n> make_cosines() {
  std::array<Coefficients, n> cosines;
  for (int k = 0; k < n; ++k)
    for (int j = 0; j < n; ++j) cosines[k][j] = std::cos(k * std::numbers::pi * (j + 0.5) / n);
  return cosines;
}

const std::array<Coefficients, n>& cosines() {
  static const std::array<Coefficients, n> table = make_cosines();
  return table;
}

/// c_k = (2 - delta_k0)/n sum_j f(cos theta_j) cos(k theta_j)
Coefficients chebyshev_coefficients(const Coefficients& values) {
  Coefficients c{};
  for (int k = 0; k < n; ++k) {
    for (int j = 0; j < n; ++j) c[k] += values[j] * cosines()[k][j];
    c[k] *= (k == 0 ? 1.0 : 2.0) / n;
  }
  return c;
}

/// sum_k c_k T_k(x), Clenshaw's recurrence.
double chebyshev_sum(const Coefficients& c, double x) {
  double b1 = 0, b2 = 0;
  for (int k = n - 1; k > 0; --k) {
    const double b = c[k] + 2 * x * b1 - b2;
    b2 = b1;
    b1 = b;
  }
  return c[0] + x * b1 - b2;
}

double largest(const Coefficients& values) {
  double result = 0;
  for (const double value : values) result = std::max(result, std::abs(value));
  return result;
}
double last(const Coefficients& c) {
  return std::max(std::abs(c[n - 1]), std::abs(c[n - 2]));
}

}  // namespace

ChannelTable::ChannelTable(const GibbsChannel& channel, double v, double low, double high) {
  const SharpPlace edge = edges_of(channel, v).upper;
  const double u_low = std::asinh((low - edge.centre) / edge.width);
  const double u_high = std::asinh((high - edge.centre) / edge.width);
  const int count = std::max(1, static_cast<int>(std::ceil((u_high - u_low) / panel_in_u)));
  const auto end = [&](int k) {
    if (k == 0) return low;
    return k == count ? high : edge.centre + edge.width * std::sinh(u_low + (u_high - u_low) * k / count);
  };
  for (int k = 0; k < count; ++k) add(channel, v, end(k), end(k + 1), 0);
}

void ChannelTable::add(const GibbsChannel& channel, double v, double a, double b, int depth) {
  Panel panel{a + (b - a) / 2, (b - a) / 2, {}, {}};
  Coefficients log_X, r;
  for (int j = 0; j < n; ++j) {
    const Response at = channel(panel.middle + panel.half * cosines()[1][j], v);
    log_X[j] = at.log_X;
    r[j] = at.r;
  }
  panel.log_X = chebyshev_coefficients(log_X);
  panel.r = chebyshev_coefficients(r);
  const double error = last(panel.log_X) / (1 + largest(log_X));
  const double error_r = last(panel.r) / (1 / std::sqrt(v) + largest(r));
  if (depth < deepest && std::max(error, error_r) > tolerance) {
    add(channel, v, a, panel.middle, depth + 1);
    add(channel, v, panel.middle, b, depth + 1);
    return;
  }
  error_ = std::max(error_, error);
  ends_.push_back(b);
  panels_.push_back(panel);
}

ChannelTable::Place ChannelTable::find(double h) const {
  const auto end = std::lower_bound(ends_.begin(), ends_.end() - 1, h);
  const Panel& panel = panels_[static_cast<std::size_t>(end - ends_.begin())];
  return {panel, std::clamp((h - panel.middle) / panel.half, -1.0, 1.0)};
}

ChannelTable::Value ChannelTable::operator()(double h) const {
  const Place place = find(h);
  return {chebyshev_sum(place.panel.log_X, place.x), chebyshev_sum(place.panel.r, place.x)};
}

double ChannelTable::log_X(double h) const {
  const Place place = find(h);
  return chebyshev_sum(place.panel.log_X, place.x);
}

}  // namespace wfm::theory
