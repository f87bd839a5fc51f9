#include "training/loss.hpp"

#include <array>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "math/branch_free.hpp"
#include "math/error.hpp"

namespace wfm::training {
namespace {

LossValue cross_entropy(double gamma, double u) {
  // With e = e^{-2 gamma |u|}, which never overflows:
  //   f = max(0, -u) + ln(1 + e)/(2 gamma),   -f' = e/(1 + e) or 1/(1 + e),   f'' = 2 gamma e/(1 + e)^2
  const double e = std::exp(-2 * gamma * std::abs(u));
  const double wrong = (u > 0 ? e : 1) / (1 + e);
  return {(u < 0 ? -u : 0) + std::log1p(e) / (2 * gamma), -wrong, 2 * gamma * e / ((1 + e) * (1 + e))};
}

}  // namespace

std::string_view name(LossKind kind) {
  switch (kind) {
    case LossKind::cross_entropy:
      return "cross-entropy";
    case LossKind::hinge:
      return "hinge";
    case LossKind::squared_hinge:
      return "squared-hinge";
    case LossKind::mean_square:
      return "mean-square";
  }
  throw InvalidInput(fmt::format("no such loss: {}", int(kind)));
}

void validate(const Loss& loss) {
  if (!(loss.gamma > 0) || std::isinf(loss.gamma))
    throw InvalidInput(fmt::format("loss: gamma must be > 0 and finite, given {}", loss.gamma));
  if (!std::isfinite(loss.margin))
    throw InvalidInput(fmt::format("loss: the margin must be finite, given {}", loss.margin));
}

LossValue evaluate(const Loss& loss, double s) {
  const double u = s - loss.margin;
  switch (loss.kind) {
    case LossKind::cross_entropy:
      return cross_entropy(loss.gamma, u);
    case LossKind::hinge:
      return u < 0 ? LossValue{-u, -1, 0} : LossValue{};
    case LossKind::squared_hinge:
      return u < 0 ? LossValue{u * u / 2, u, 1} : LossValue{};
    case LossKind::mean_square:
      return {u * u / 2, u, 1};
  }
  throw InvalidInput(fmt::format("no such loss: {}", int(loss.kind)));
}

double total(const Loss& loss, std::span<const double> s) {
  constexpr std::size_t width = 8;
  std::array<double, width> lanes{};
  const auto sum = [&](const auto& value) {
    const std::size_t whole = s.size() - s.size() % width;
    for (std::size_t a = 0; a < whole; a += width)
      for (std::size_t j = 0; j < width; ++j) lanes[j] += value(s[a + j] - loss.margin);
    for (std::size_t a = whole; a < s.size(); ++a) lanes[a % width] += value(s[a] - loss.margin);
    return std::accumulate(lanes.begin(), lanes.end(), 0.);
  };
  switch (loss.kind) {
    case LossKind::cross_entropy:
      return sum([two_gamma = 2 * loss.gamma, scale = 1 / (2 * loss.gamma)](double u) {
        return (u < 0 ? -u : 0) + logarithm(1 + exponential(-two_gamma * std::abs(u)).value) * scale;
      });
    case LossKind::hinge:
      return sum([](double u) { return u < 0 ? -u : 0; });
    case LossKind::squared_hinge:
      return sum([](double u) { return u < 0 ? u * u / 2 : 0; });
    case LossKind::mean_square:
      return sum([](double u) { return u * u / 2; });
  }
  throw InvalidInput(fmt::format("no such loss: {}", int(loss.kind)));
}

}  // namespace wfm::training
