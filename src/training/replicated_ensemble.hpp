// y systems with the same energy, tied to a centre w* that is summed over [U16]:
//   p(w^1 ... w^y) = sum over w* of e^{-beta sum_r E(w^r) + gamma sum_r w^r.w*} = e^{-beta sum_r E(w^r)} prod_i 2 cosh(gamma S_i),
//   S_i = sum_r w_i^r                                                                                           (MC.6)
// so that flipping w_i^r costs  beta Delta E(w^r) + ln cosh(gamma S_i) - ln cosh(gamma (S_i - 2 w_i^r)).
// gamma is not multiplied by beta. Given the replicas the most probable centre is sign S_i: what the ensemble offers as weights (the
// first replica's weight at S_i = 0). Variable r M + m is weight m of replica r.
// For reduced-rejection moves the interaction is the part held in classes [RRR]: its factor depends on (S_i, w_i^r) alone, 2 (y+1) classes.
#pragma once

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "math/error.hpp"
#include "problems/evaluation.hpp"
#include "training/monte_carlo.hpp"
#include "training/site_classes.hpp"

namespace wfm::training {

template <FlipEnergy Energy>
class ReplicatedEnsemble {
 public:
  static constexpr bool exact = Energy::exact;

  struct Configuration {
    Spins spins;  // y x M
    std::vector<typename Energy::Configuration> replicas;
    std::vector<std::int32_t> up;  // M: replicas whose weight is +1; S = 2 up - y
  };

  /// Throws InvalidInput unless 1 <= y <= 1000.
  ReplicatedEnsemble(Energy energy, int y) : energy_(std::move(energy)), y_(y) {
    if (y < 1 || y > 1000)
      throw InvalidInput(fmt::format("replicated ensemble: y must lie in [1, 1000], given {}", y));
  }

  class At {
   public:
    At(const ReplicatedEnsemble& ensemble, double beta, double gamma)
        : ensemble_(ensemble), beta_(beta), costs_(interaction_costs(ensemble.y_, gamma)) {}

    double change(const Configuration& c, std::size_t m) const {
      return rest_change(c, m) + costs_[class_of(c, m)];
    }
    void changes(const Configuration& c, std::span<double> out) const {
      const std::size_t M = ensemble_.weights_;
      for (std::size_t r = 0; r < c.replicas.size(); ++r)
        ensemble_.energy_.changes(c.replicas[r], out.subspan(r * M, M));
      for (std::size_t m = 0; m < out.size(); ++m) out[m] = scaled(beta_, out[m]) + costs_[class_of(c, m)];
    }
    /// beta Delta E alone.
    double rest_change(const Configuration& c, std::size_t m) const {
      return scaled(beta_,
                    ensemble_.energy_.change(c.replicas[m / ensemble_.weights_], m % ensemble_.weights_));
    }
    SiteClasses classes(const Configuration& c) const { return SiteClasses(c.spins, c.up, costs_); }

   private:
    std::size_t class_of(const Configuration& c, std::size_t m) const {
      return site_class(c.up[m % ensemble_.weights_], c.spins[m]);
    }

    const ReplicatedEnsemble& ensemble_;
    double beta_;
    std::vector<double> costs_;
  };
  At at(double beta, double gamma) const { return At(*this, beta, gamma); }

  std::size_t size() const { return std::size_t(y_) * weights_; }

  Configuration configuration(Spins spins) const {
    Configuration c{std::move(spins), {}, std::vector<std::int32_t>(weights_)};
    for (std::size_t first = 0; first < c.spins.size(); first += weights_) {
      const auto begin = c.spins.begin() + std::ptrdiff_t(first);
      c.replicas.push_back(energy_.configuration(Spins(begin, begin + std::ptrdiff_t(weights_))));
    }
    for (std::size_t m = 0; m < c.spins.size(); ++m) c.up[m % weights_] += c.spins[m] > 0;
    return c;
  }

  void flip(Configuration& c, std::size_t m) const {
    energy_.flip(c.replicas[m / weights_], m % weights_);
    c.spins[m] = std::int8_t(-c.spins[m]);
    c.up[m % weights_] += c.spins[m];
  }

  /// Sum over the replicas.
  double energy(const Configuration& c) const {
    double energy = 0;
    for (const auto& replica : c.replicas) energy += energy_.value(replica);
    return energy;
  }
  bool found(const Configuration&) const { return false; }

  Weights weights(const Configuration& c) const {
    const Architecture& architecture = energy_.problem().architecture;
    Weights centre{WeightKind::binary, architecture.hidden, architecture.fan_in(), {}};
    for (std::size_t i = 0; i < weights_; ++i) {
      const std::int32_t S = 2 * c.up[i] - y_;
      centre.values.push_back(S != 0 ? (S > 0 ? 1 : -1) : c.spins[i]);
    }
    return centre;
  }

  /// Errors of the centre; observables replica_errors (their mean) and overlap (of the replicas with the centre, mean).
  void report(const Configuration& c, Progress& progress) const {
    progress.errors = std::int64_t(training_errors(energy_.problem(), weights(c)));
    double errors = 0, overlap = 0;
    for (const auto& replica : c.replicas) errors += double(energy_.errors(replica));
    for (const std::int32_t up : c.up) overlap += std::abs(2 * up - y_);
    progress.observables.emplace_back("replica_errors", errors / y_);
    progress.observables.emplace_back("overlap", overlap / double(size()));
  }

 private:
  Energy energy_;
  int y_;
  std::size_t weights_ = std::size_t(energy_.problem().architecture.weights());
};

}  // namespace wfm::training
