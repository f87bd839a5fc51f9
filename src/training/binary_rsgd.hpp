// Replicated stochastic gradient descent for +-1 weights and +-1 inputs [U16]: y replicas w[r] = sign h[r] of a perceptron or committee
// with real fields behind their weights. Every replica goes through the patterns in mini-batches and an order of its own; after a batch
//   h_k += eta sum_a sigma xi          over the batch's wrong patterns a and the units k that least action picks for them   (RSGD.1)
// with weights that stay as they are until the batch has ended. Then the replica is drawn to the centre of all,
//   traced out:  h += lambda (f(c) - g w),   c = (1/y) sum_r w[r] before the batch                                         (RSGD.2)
//       simple      f = tanh(gamma y c),              g = 1
//       corrected   f = tanh(gamma y c),              g = tanh(gamma y): no force on a replica that agrees with all others
//       continuous  f = c,                            g = 1
//       hard        f = max(-1, min(1, gamma y c)),   g = 1
//   explicit:    h += (lambda/2)(wc - w),   hc -= (lambda/2)(wc - w),   wc = sign hc                                       (RSGD.3)
// and the turn goes to the next replica, in random order. gamma grows by a step an epoch, eta and lambda by a factor.
// A solution of any replica or of the centre (sign c, a tie taking replica 0's weight) ends the run.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "math/random.hpp"
#include "problems/problem.hpp"
#include "run/algorithm.hpp"
#include "training/sign_machine.hpp"

namespace wfm::training {

enum class CentreFormula { simple, corrected, continuous, hard };

struct BinaryRsgdParams {
  std::int64_t replicas = 7;  // y, at least 1; 1: no interaction
  std::int64_t batch = 0;     // patterns in a mini-batch; 0: a tenth of them
  double eta = 2;             // step of a wrong pattern, > 0
  double eta_factor = 1;      // factor of eta an epoch, > 0
  double lambda = 0.75;       // step of the interaction, >= 0
  double lambda_factor = 1;   // factor of lambda an epoch, > 0
  double gamma = 0.05;        // coupling to the centre, >= 0; may be infinite
  double gamma_step = 0.001;  // added to gamma an epoch, >= 0
  CentreFormula formula = CentreFormula::simple;
  bool explicit_centre = false;  // a centre with fields of its own (RSGD.3) instead of the traced-out one
  bool common_start = true;      // all replicas start from one configuration
};

struct BinaryRsgdState {
  std::vector<double> fields;  // y x M: h[r][k * n + i]
  std::vector<double> centre;  // M: hc where the centre is explicit, else empty
  std::int64_t epoch = 0;      // epochs done
  std::int64_t best = 0;       // who offers the weights: a replica, or y for the centre

  template <class Visitor>
  void visit(Visitor&& v) {
    v("fields", fields);
    v("centre", centre);
    v("epoch", epoch);
    v("best", best);
  }
};

/// f(c) and g of (RSGD.2).
double centre_force(CentreFormula formula, double gamma, std::int64_t replicas, double c);
double own_force(CentreFormula formula, double gamma, std::int64_t replicas);

/// One step is one epoch of all replicas. Progress: errors of the best configuration, the centre before the replicas where equal; observables
/// "gamma", "centre_errors", "replica_errors" (mean) and "overlap" (mean of a replica with the centre). Refers to the problem, which must outlive it.
class BinaryRsgd {
 public:
  using Params = BinaryRsgdParams;
  using State = BinaryRsgdState;

  /// Throws InvalidInput for what SignMachine refuses and for parameters out of range.
  explicit BinaryRsgd(const Problem& problem, const Params& params = {});

  State start(RandomStream& random) const;  // h = +-1
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const;

 private:
  struct Epoch;
  void train(std::span<const std::size_t> batch, double eta, const BitMatrix& signs,
             std::span<double> h) const;
  std::span<double> replica(State& state, std::size_t r) const;
  BitMatrix centre_signs(const State& state) const;

  SignMachine machine_;
  Params params_;
};

}  // namespace wfm::training
