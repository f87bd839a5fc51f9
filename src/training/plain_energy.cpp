#include "training/plain_energy.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::training {
namespace {

const Problem& checked(const Problem& problem, const std::optional<Loss>& loss) {
  validate(problem);
  if (loss) validate(*loss);
  if (problem.weight_kind != WeightKind::binary)
    throw InvalidInput(
        fmt::format("monte carlo: weights must be binary, given {}", name(problem.weight_kind)));
  return problem;
}

}  // namespace

PlainEnergy::PlainEnergy(const Problem& problem, std::optional<Loss> loss)
    : problem_(&checked(problem, loss)),
      loss_(loss),
      rule_(machine_rule(problem, "monte carlo")),
      K_(std::size_t(problem.architecture.hidden)),
      n_(std::size_t(problem.architecture.fan_in())),
      P_(problem.train.count()),
      least_right_{double(least_right_stability(int(n_), -1, rule_.unit_margin())),
                   double(least_right_stability(int(n_), +1, rule_.unit_margin()))} {}

double PlainEnergy::input(std::size_t a, std::size_t k, std::size_t i) const {
  return problem_->train(a, std::size_t(problem_->architecture.first_input(int(k))) + i);
}

PlainEnergy::Configuration PlainEnergy::configuration(Spins spins) const {
  Configuration c{std::move(spins), std::vector<double>(P_ * K_)};
  for (std::size_t a = 0; a < P_; ++a)
    for (std::size_t k = 0; k < K_; ++k)
      for (std::size_t i = 0; i < n_; ++i) c.sums[a * K_ + k] += c.spins[k * n_ + i] * input(a, k, i);
  return c;
}

double PlainEnergy::stability(std::size_t a, std::span<const double> sums, std::vector<double>& x,
                              std::vector<double>& scratch) const {
  const int label = problem_->train.labels[a];
  const double sqrt_n = std::sqrt(double(n_));
  x.resize(K_);
  for (std::size_t k = 0; k < K_; ++k)
    x[k] = problem_->train.binary() ? (label * sums[k] - least_right_[label > 0] + 1) / sqrt_n
                                    : unit_excess(sums[k] / sqrt_n, label, rule_.unit_margin());
  return pattern_stability(rule_, label, x, scratch);
}

double PlainEnergy::energy_of(double stability) const {
  return loss_ ? evaluate(*loss_, stability).value : double(stability < 0);
}

double PlainEnergy::value(const Configuration& c) const {
  std::vector<double> x, scratch;
  double energy = 0;
  for (std::size_t a = 0; a < P_; ++a)
    energy += energy_of(stability(a, std::span(c.sums).subspan(a * K_, K_), x, scratch));
  return energy;
}

std::int64_t PlainEnergy::errors(const Configuration& c) const {
  std::vector<double> x, scratch;
  std::int64_t errors = 0;
  for (std::size_t a = 0; a < P_; ++a)
    errors += stability(a, std::span(c.sums).subspan(a * K_, K_), x, scratch) < 0;
  return errors;
}

double PlainEnergy::change(const Configuration& c, std::size_t m) const {
  const std::size_t k = m / n_;
  std::vector<double> x, scratch, sums(K_);
  double change = 0;
  for (std::size_t a = 0; a < P_; ++a) {
    const double xi = input(a, k, m % n_);
    if (xi == 0) continue;
    const auto now = std::span(c.sums).subspan(a * K_, K_);
    std::copy(now.begin(), now.end(), sums.begin());
    sums[k] -= 2 * c.spins[m] * xi;
    change += energy_of(stability(a, sums, x, scratch)) - energy_of(stability(a, now, x, scratch));
  }
  return change;
}

void PlainEnergy::changes(const Configuration& c, std::span<double> out) const {
  for (std::size_t m = 0; m < c.spins.size(); ++m) out[m] = change(c, m);
}

void PlainEnergy::flip(Configuration& c, std::size_t m) const {
  const std::size_t k = m / n_;
  for (std::size_t a = 0; a < P_; ++a) c.sums[a * K_ + k] -= 2 * c.spins[m] * input(a, k, m % n_);
  c.spins[m] = std::int8_t(-c.spins[m]);
}

}  // namespace wfm::training
