// SBPI, stochastic belief-propagation-inspired learning (Baldassi, Braunstein, Brunel, Zecchina, PNAS 104:11079, 2007), for +-1
// weights and +-1 inputs. Behind each weight stands an odd integer h[k][i], w = sign h. Patterns come one by one, in an order
// drawn anew each epoch; Delta = sigma w.xi is the stability as an integer, NOT divided by sqrt n. Perceptron, n odd:
//   Delta < 0            wrong:         h += 2 sigma xi
//   0 < Delta <= theta   barely right:  with probability p_s, h += 2 sigma xi where w sigma xi > 0 (more secure, same w)
//   Delta > theta        nothing
// Delta has the parity of n, so theta = 1 secures only patterns that one more flipped weight would lose. A theta of order sqrt n
// does not solve: at N = 10001, alpha = 0.6, theta = 1 needs 200 to 270 epochs, 3 leaves 12 errors after 300, 30 about 1500.
// In general, with Delta_least the least stability (of the parity of n) that satisfies the pattern with margin kappa, which is 1
// above: wrong is Delta < Delta_least, and barely right is 0 <= Delta - Delta_least < theta.
//
// Committee (tree or fully connected; sign units, kappa asked of the output field): where the output is wrong, the units that
// least action picks (least_action.hpp) are treated as wrong; where it is right by the least majority that satisfies it, its
// barely right units are secured, each with probability p_s.
// Limit: inputs with a strong common part can lose units. A unit that gives every pattern the same sign is never the closest to zero
// and never changed again; with as many stuck at + as at -, one unit does all the work. The first updates do this, since from
// |h| = 1 a single one turns half of the weights: start_state = 5 avoids it for mean inputs up to 0.5, but not for 0.8.
#pragma once

#include <cstdint>
#include <vector>

#include "math/random.hpp"
#include "problems/problem.hpp"
#include "run/algorithm.hpp"
#include "training/least_action.hpp"
#include "training/unit_inputs.hpp"

namespace wfm::training {

struct SbpiParams {
  double theta = 1;                 // range of barely right stabilities, in units of w.xi; 0: none
  double secure_probability = 0.3;  // p_s in [0, 1]
  std::int64_t start_state = 5;     // h starts uniform on the odd integers up to +-this; odd and >= 1
  std::int64_t max_state = 0;       // cap on |h|, odd and >= start_state; 0: none
};

struct SbpiState {
  std::vector<std::int32_t> hidden;  // h[k * n + i], odd

  template <class Visitor>
  void visit(Visitor&& v) {
    v("hidden", hidden);
  }
};

/// One step is one epoch. Progress: errors of the weights at its end (exact); converged at zero errors, from where no weight changes any
/// more; observables "wrong" and "secured", the patterns found wrong and the unit updates of the securing kind in the epoch.
/// Refers to the problem, which must outlive it.
class Sbpi {
 public:
  using Params = SbpiParams;
  using State = SbpiState;

  /// Throws InvalidInput unless the problem is valid with binary weights, +-1 inputs and a perceptron or committee whose margin its
  /// units can reach, and the parameters are in their ranges.
  explicit Sbpi(const Problem& problem, const Params& params = {});

  State start(RandomStream& random) const;
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const;

 private:
  std::int64_t least_right(int label) const { return least_right_[label > 0]; }
  BitMatrix packed_signs(const State& state) const;
  std::int64_t count_errors(const BitMatrix& signs) const;

  const Problem* problem_;
  Params params_;
  LeastAction rule_;
  PackedUnitInputs inputs_;
  std::int64_t least_right_[2];  // Delta_least for labels -1 and +1
};

}  // namespace wfm::training
