// Monte Carlo over a centre whose weight is the number of solutions around it, exponentiated: entropy-driven Monte Carlo [EdMC].
//   p(w) ~ e^{y L(w, gamma)},   L(w, gamma) = ln sum over solutions w' of e^{gamma w.w'}                        (MC.7)
// with y in the place of beta. L is whatever function the user hands over (in experiments: the Bethe free entropy of belief propagation in the
// field gamma w). One evaluation a proposal, so this is for small machines. Where L is not finite (no convergence, no solutions) a
// proposal is refused, and a start there accepts whatever leads out.
#pragma once

#include <cmath>
#include <functional>
#include <limits>

#include "problems/evaluation.hpp"
#include "training/monte_carlo.hpp"

namespace wfm::training {

class LocalEntropyEnsemble {
 public:
  using LocalEntropy =
      std::function<double(const Weights& centre, double gamma)>;  // L, natural logarithm, not per weight
  static constexpr bool exact = true;

  struct Configuration {
    Spins spins;
    double local = std::numeric_limits<double>::quiet_NaN();  // L at `gamma`
    double gamma = std::numeric_limits<double>::quiet_NaN();
  };

  LocalEntropyEnsemble(const Problem& problem, LocalEntropy local_entropy)
      : problem_(&problem), local_entropy_(std::move(local_entropy)) {
    validate(problem);
    if (problem.weight_kind != WeightKind::binary)
      throw InvalidInput(
          fmt::format("local entropy ensemble: weights must be binary, given {}", name(problem.weight_kind)));
  }

  class At {
   public:
    At(const LocalEntropyEnsemble& ensemble, double y, double gamma)
        : ensemble_(ensemble), y_(y), gamma_(gamma) {}

    double change(Configuration& c, std::size_t m) const {
      if (!(c.gamma == gamma_)) {
        c.local = ensemble_.local_entropy_(ensemble_.weights(c), gamma_);
        c.gamma = gamma_;
      }
      Configuration flipped = c;
      flipped.spins[m] = std::int8_t(-flipped.spins[m]);
      const double there = ensemble_.local_entropy_(ensemble_.weights(flipped), gamma_);
      if (!std::isfinite(c.local)) return 0;
      if (!std::isfinite(there)) return std::numeric_limits<double>::infinity();
      return scaled(y_, c.local - there);
    }
    void changes(Configuration& c, std::span<double> out) const {
      for (std::size_t m = 0; m < out.size(); ++m) out[m] = change(c, m);
    }

   private:
    const LocalEntropyEnsemble& ensemble_;
    double y_, gamma_;
  };
  At at(double y, double gamma) const { return {*this, y, gamma}; }

  std::size_t size() const { return std::size_t(problem_->architecture.weights()); }
  Configuration configuration(Spins spins) const { return {std::move(spins)}; }
  void flip(Configuration& c, std::size_t m) const {
    c.spins[m] = std::int8_t(-c.spins[m]);
    if (!std::isnan(c.gamma)) c.local = local_entropy_(weights(c), c.gamma);
  }
  double energy(const Configuration& c) const { return -c.local; }
  bool found(const Configuration& c) const { return training_errors(*problem_, weights(c)) == 0; }
  Weights weights(const Configuration& c) const {
    const Architecture& architecture = problem_->architecture;
    return {WeightKind::binary, architecture.hidden, architecture.fan_in(), {c.spins.begin(), c.spins.end()}};
  }
  void report(const Configuration& c, Progress& progress) const {
    progress.errors = std::int64_t(training_errors(*problem_, weights(c)));
  }

 private:
  const Problem* problem_;
  LocalEntropy local_entropy_;
};

}  // namespace wfm::training
