#include "training/sign_errors.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "problems/evaluation.hpp"
#include "training/sphere_steps.hpp"

namespace wfm::training {
namespace {

constexpr std::size_t block = 1024;  // patterns

}  // namespace

SignErrors::SignErrors(const Problem& problem) : problem_(&problem) {
  const std::size_t P = problem.train.count();
  if (!problem.train.binary() || P == 0) return;
  rows_.emplace_back(problem);
  const Architecture& machine = problem.architecture;
  const BatchSource source(problem.train, machine.tree ? std::size_t(machine.hidden) : 1);
  std::vector<std::size_t> which;
  for (std::size_t first = 0; first < P; first += block) {
    which.resize(std::min(block, P - first));
    std::iota(which.begin(), which.end(), first);
    source.gather(which, false, blocks_.emplace_back());
  }
}

std::int64_t SignErrors::count(const Weights& weights) const {
  if (blocks_.empty()) return std::int64_t(training_errors(*problem_, weights));
  const Architecture& machine = problem_->architecture;
  const std::size_t K = std::size_t(machine.hidden), n = std::size_t(machine.fan_in());
  const double root = std::sqrt(double(n));
  // Up to n/4 additions to partial sums of size a few sqrt n, each wrong by 6e-8 of them: h is wrong by 6e-8 n at the very most.
  const double doubt = 1e-7 * double(n) + 1e-6;
  const double threshold = machine.machine == Machine::perceptron ? problem_->margin : 0;
  const std::vector<float> w(weights.values.begin(), weights.values.end());
  std::vector<float> sums;
  std::vector<double> h(K);
  std::int64_t errors = 0;
  for (std::size_t first = 0; const Batch& patterns : blocks_) {
    const std::size_t B = patterns.count();
    sums.resize(K * B);
    if (patterns.forward.size() == 1)
      multiply(patterns.forward[0], w, K, sums);
    else
      for (std::size_t k = 0; k < K; ++k)
        multiply(patterns.forward[k], std::span(w).subspan(k * n, n), 1, std::span(sums).subspan(k * B, B));
    for (std::size_t a = 0; a < B; ++a) {
      for (std::size_t k = 0; k < K; ++k) {
        h[k] = double(sums[k * B + a]) / root;
        if (std::abs(std::abs(h[k]) - threshold) < doubt)
          h[k] = input_sum(rows_[0].row(first + a, int(k)), weights.unit(int(k))) / root;
      }
      errors += !satisfied(field(machine, h), patterns.labels[a], problem_->margin);
    }
    first += B;
  }
  return errors;
}

}  // namespace wfm::training
