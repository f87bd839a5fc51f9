// What the gradient methods share: a differentiable network, the patterns it learns, the loss, and how beta and gamma go with the
// epochs; and the same for a problem of sign units, whose network is the smooth one with beta -> infinity.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "problems/problem.hpp"
#include "run/algorithm.hpp"
#include "run/schedule.hpp"
#include "training/network.hpp"
#include "training/sign_errors.hpp"

namespace wfm::training {

struct SmoothSettings {
  LossKind loss = LossKind::cross_entropy;
  double loss_margin = 0;                           // kappa in the loss's u = s - kappa
  Activation activation = Activation::tanh;         // of hidden units
  std::int64_t batch = 100;                         // patterns in a batch, at least 1
  Schedule beta = geometric_schedule(0.5, 1.1, 2);  // of the epoch t = 0, 1, ...; positive
  Schedule gamma = geometric_schedule(0.5, 1.1, 2);
};

/// Throws InvalidInput, in the name of `rule`, for a value out of range.
void validate(const SmoothSettings& settings, std::string_view rule);

/// Network, patterns and settings. Refers to the patterns, which must outlive it.
class SmoothTraining {
 public:
  /// `shape.activation` counts, not the settings'. Throws InvalidInput for settings out of range or inputs that do not fit.
  SmoothTraining(const Patterns& patterns, const NetworkShape& shape, const SmoothSettings& settings,
                 std::string_view rule);

  const Network& network() const { return network_; }
  double beta(std::int64_t epoch) const { return value(settings_.beta, epoch); }
  Loss loss(std::int64_t epoch) const {
    return {settings_.loss, value(settings_.gamma, epoch), settings_.loss_margin};
  }
  /// Number of batches in an epoch; 0 without patterns.
  std::size_t batches() const;

  /// Calls visit(batch) for all batches of an epoch, in an order drawn anew, until it returns false.
  template <class Visit>
  void for_each_batch(RandomStream& random, Visit visit) const {
    const EpochOrder order(source_.patterns(), std::size_t(settings_.batch), random);
    Batch batch;
    for (std::size_t b = 0; b < order.batches(); ++b) {
      source_.gather(order.batch(b), true, batch);
      if (!visit(batch)) return;
    }
  }

 private:
  Network network_;
  SmoothSettings settings_;
  BatchSource source_;
};

/// Errors of the smooth network itself on any patterns of its inputs, field 0 counting as +1.
std::int64_t smooth_errors(const Network& network, std::span<const float> w, double beta,
                           const Patterns& patterns);

/// A perceptron or committee with spherical weights as the gradient methods see it. Refers to the problem, which must outlive it.
class SmoothProblem {
 public:
  /// Throws InvalidInput, in the name of `rule`, for an invalid problem, binary weights, a parity machine or relu units.
  SmoothProblem(const Problem& problem, const SmoothSettings& settings, std::string_view rule);

  const SmoothTraining& training() const { return training_; }
  const Network& network() const { return training_.network(); }

  /// In double precision, every unit on its sphere again.
  Weights weights(std::span<const float> w) const;
  /// The observables and, unless `failed`, the errors of the sign network with these weights.
  Progress progress(std::span<const float> w, bool failed,
                    std::vector<std::pair<std::string, double>> observables) const;
  /// Errors of the sign network.
  std::int64_t count_errors(const Weights& weights) const { return errors_.count(weights); }
  /// Throws InvalidInput for a state of another problem.
  void require_size(std::span<const float> w) const;

 private:
  const Problem* problem_;
  std::string rule_;
  SmoothTraining training_;
  SignErrors errors_;
};

/// w <- w + strength (centre - w), then every unit onto its sphere; a unit that this would leave without direction stays.
void pull_on_spheres(const Network& network, std::span<const double> centre, double strength,
                     std::span<float> w);

}  // namespace wfm::training
