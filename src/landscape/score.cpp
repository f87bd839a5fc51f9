#include "landscape/score.hpp"

#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::landscape {

namespace {

double error_share(const Architecture& architecture, std::span<const double> h, const Patterns& patterns,
                   double margin) {
  const std::size_t K = std::size_t(architecture.hidden), P = patterns.count();
  std::size_t errors = 0;
  for (std::size_t a = 0; a < P; ++a)
    errors += !satisfied(field(architecture, h.subspan(a * K, K)), patterns.labels[a], margin);
  return double(errors) / double(P);
}

double mean_loss(const Architecture& architecture, std::span<const double> h, const Patterns& patterns,
                 const SmoothLoss& smooth) {
  const std::size_t K = std::size_t(architecture.hidden), P = patterns.count();
  const bool alternating = smooth.activation == training::Activation::relu;
  double total = 0;
  for (std::size_t a = 0; a < P; ++a) {
    double field = 0;
    if (architecture.machine == Machine::perceptron) {
      field = h[a];
    } else {
      for (std::size_t k = 0; k < K; ++k)
        field += (alternating && k % 2 == 1 ? -1 : 1) *
                 training::evaluate(smooth.activation, smooth.beta * h[a * K + k]).value;
      field /= std::sqrt(double(K));
    }
    total += training::evaluate(smooth.loss, patterns.labels[a] * field).value;
  }
  return total / double(P);
}

}  // namespace

void validate(const SmoothLoss& smooth) {
  require(smooth.beta > 0 && std::isfinite(smooth.beta),
          fmt::format("beta: must be finite and above 0, got {}", smooth.beta));
  training::validate(smooth.loss);
}

Score score(const Problem& problem, std::span<const double> train_h, std::span<const double> test_h,
            const SmoothLoss& smooth) {
  const Architecture& architecture = problem.architecture;
  constexpr double none = std::numeric_limits<double>::quiet_NaN();
  Score result{0, none, none};
  if (problem.train.count() > 0) {
    result.train_error = error_share(architecture, train_h, problem.train, problem.margin);
    if (architecture.machine != Machine::parity)
      result.loss = mean_loss(architecture, train_h, problem.train, smooth);
  }
  if (problem.test.count() > 0) result.test_error = error_share(architecture, test_h, problem.test, 0);
  return result;
}

}  // namespace wfm::landscape
