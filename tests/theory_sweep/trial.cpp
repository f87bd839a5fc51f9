#include "trial.hpp"

#include <cctype>
#include <cmath>

#include <fmt/format.h>

namespace wfm::theory::sweep {

namespace {

constexpr double residual_bound = 1e-10;

/// "alpha = 1.2e-3 is" -> "alpha = # is": reasons that differ in their numbers alone are one.
std::string without_numbers(const std::string& reason) {
  std::string result;
  for (std::size_t i = 0; i < reason.size();) {
    const bool begins = std::isdigit(static_cast<unsigned char>(reason[i])) &&
                        (i == 0 || !std::isalpha(static_cast<unsigned char>(reason[i - 1])));
    if (!begins) {
      result += reason[i++];
      continue;
    }
    while (i < reason.size() && (std::isdigit(static_cast<unsigned char>(reason[i])) || reason[i] == '.' ||
                                 (reason[i] == 'e' && i + 1 < reason.size()) ||
                                 ((reason[i] == '-' || reason[i] == '+') && reason[i - 1] == 'e')))
      ++i;
    result += '#';
  }
  return result;
}

}  // namespace

double Draw::log_uniform(double a, double b) {
  return a * std::pow(b / a, stream_.uniform());
}

std::vector<double> Draw::log_uniforms(std::size_t count, double a, double b) {
  std::vector<double> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(log_uniform(a, b));
  return result;
}

Machine Draw::one_field(bool binary_only) {
  const Prior prior = !binary_only && chance(0.5) ? Prior::spherical : Prior::binary;
  if (chance(0.4)) return {prior};
  return {prior, Decoder::committee, infinitely_many,
          one_of({Activation::sign, Activation::erf, Activation::relu})};
}

Machine Draw::few_units() {
  return one_of({Machine{Prior::binary, Decoder::committee, 3}, Machine{Prior::binary, Decoder::parity, 2},
                 Machine{Prior::binary, Decoder::parity, 3}});
}

void Trial::point(bool converged, const std::string& reason, double residual,
                  std::initializer_list<double> numbers) {
  if (converged) {
    ++converged_;
    for (const double x : numbers) demand(std::isfinite(x), fmt::format("converged with a number {}", x));
    demand(residual <= residual_bound, fmt::format("converged with a residual of {:.2e}", residual));
    demand(reason.empty(), "converged with a reason: " + reason);
  } else {
    ++reasons_[without_numbers(reason)];
    demand(!reason.empty(), "not converged without a reason");
    for (const double x : numbers)
      demand(std::isnan(x), fmt::format("not converged, but a number is {} ({})", x, reason));
  }
}

void Trial::agree(double a, double b, double tolerance, const std::string& what) {
  demand(std::abs(a - b) <= tolerance * (1 + std::abs(a)),
         fmt::format("{}: {:.15g} and {:.15g} differ by {:.2e}", what, a, b, a - b));
}

void Trial::ordered(double a, double b, const std::string& what, double tolerance) {
  demand(a <= b + tolerance * (1 + std::abs(b)),
         fmt::format("{}: {:.15g} is above {:.15g} by {:.2e}", what, a, b, a - b));
}

}  // namespace wfm::theory::sweep
