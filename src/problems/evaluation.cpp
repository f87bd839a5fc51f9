#include "problems/evaluation.hpp"

#include <cmath>
#include <span>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm {

namespace {

void require_fit(const Architecture& architecture, const Weights& weights, const Patterns& patterns) {
  if (weights.hidden != architecture.hidden || weights.fan_in != architecture.fan_in() ||
      weights.values.size() != std::size_t(architecture.weights()))
    throw InvalidInput(fmt::format("weights must be hidden x fan-in = {} x {}, got {} x {} with {} values",
                                   architecture.hidden, architecture.fan_in(), weights.hidden, weights.fan_in,
                                   weights.values.size()));
  if (patterns.count() > 0 && patterns.inputs_per_pattern() != std::size_t(architecture.inputs))
    throw InvalidInput(fmt::format("patterns need as many inputs as the machine, {}, got {}",
                                   architecture.inputs, patterns.inputs_per_pattern()));
}

// sums[a] = w.xi[a] of one unit whose inputs are the columns of X
void unit_sums(const BitMatrix& X, const Weights& weights, int k, std::span<double> sums) {
  const auto w = weights.unit(k);
  if (weights.kind == WeightKind::spherical) {
    multiply(X, w, sums);
    return;
  }
  std::vector<std::uint64_t> packed(X.words_per_row());
  pack_signs(w, packed);
  for (std::size_t a = 0; a < X.rows(); ++a) sums[a] = double(dot(X.row(a), packed, X.cols()));
}

}  // namespace

std::vector<double> preactivations(const Architecture& architecture, const Weights& weights,
                                   const Patterns& patterns) {
  require_fit(architecture, weights, patterns);
  const std::size_t P = patterns.count(), K = std::size_t(architecture.hidden);
  const int n = architecture.fan_in();
  std::vector<double> h(P * K);
  if (P == 0) return h;
  std::vector<double> sums(P);
  for (int k = 0; k < architecture.hidden; ++k) {
    if (patterns.binary()) {
      const BitMatrix& X = std::get<BitMatrix>(patterns.inputs);
      if (n == architecture.inputs)
        unit_sums(X, weights, k, sums);
      else
        unit_sums(X.columns(std::size_t(architecture.first_input(k)), std::size_t(n)), weights, k, sums);
    } else {
      const RealMatrix& X = std::get<RealMatrix>(patterns.inputs);
      const Eigen::Map<const Eigen::VectorXd> w(weights.unit(k).data(), n);
      Eigen::Map<Eigen::VectorXd>(sums.data(), Eigen::Index(P)).noalias() =
          X.middleCols(architecture.first_input(k), n) * w;
    }
    // h[a][k] = w[k].xi[a] / sqrt(n)
    for (std::size_t a = 0; a < P; ++a) h[a * K + k] = sums[a] / std::sqrt(double(n));
  }
  return h;
}

namespace {

std::vector<double> fields(const Architecture& architecture, const Weights& weights,
                           const Patterns& patterns) {
  const std::vector<double> h = preactivations(architecture, weights, patterns);
  const std::size_t K = std::size_t(architecture.hidden);
  std::vector<double> f(patterns.count());
  for (std::size_t a = 0; a < f.size(); ++a) f[a] = field(architecture, std::span(h).subspan(a * K, K));
  return f;
}

}  // namespace

std::vector<double> output_stabilities(const Architecture& architecture, const Weights& weights,
                                       const Patterns& patterns) {
  std::vector<double> s = fields(architecture, weights, patterns);
  for (std::size_t a = 0; a < s.size(); ++a) s[a] *= patterns.labels[a];
  return s;
}

std::vector<double> unit_stabilities(const Architecture& architecture, const Weights& weights,
                                     const Patterns& patterns) {
  std::vector<double> delta = preactivations(architecture, weights, patterns);
  const std::size_t K = std::size_t(architecture.hidden);
  for (std::size_t a = 0; a < patterns.count(); ++a)
    for (std::size_t k = 0; k < K; ++k) delta[a * K + k] *= patterns.labels[a];
  return delta;
}

std::size_t count_errors(const Architecture& architecture, const Weights& weights, const Patterns& patterns,
                         double margin) {
  const std::vector<double> f = fields(architecture, weights, patterns);
  std::size_t errors = 0;
  for (std::size_t a = 0; a < f.size(); ++a) errors += !satisfied(f[a], patterns.labels[a], margin);
  return errors;
}

std::size_t training_errors(const Problem& problem, const Weights& weights) {
  return count_errors(problem.architecture, weights, problem.train, problem.margin);
}

}  // namespace wfm
