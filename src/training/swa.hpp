// SWA, stochastic weight averaging [SWA]: SGD whose offer is the mean of the weights that it had at the end of its epochs,
//   wbar = (1/m) sum of w after the epochs from t = average_from on,   every unit onto its sphere                         (SWA.1)
// Before the first of these epochs ends the offer is w itself, and so is a unit whose mean is zero. Schedules go on during the average: it starts best where they rest.
#pragma once

#include <cstdint>
#include <vector>

#include "training/sgd.hpp"

namespace wfm::training {

struct SwaParams {
  SgdParams sgd;
  std::int64_t average_from = 200;  // first epoch (counted from 0) whose weights are averaged, >= 0
};

struct SwaState {
  SgdState sgd;
  std::vector<double> sum;    // of the weights so far
  std::int64_t averaged = 0;  // m

  template <class Visitor>
  void visit(Visitor&& v) {
    sgd.visit(v);
    v("sum", sum);
    v("averaged", averaged);
  }
};

/// One step is one epoch. Progress: errors of the sign network with the weights on offer; the observables of Sgd and "last_errors", those
/// of w itself. Refers to the problem, which must outlive it.
class Swa {
 public:
  using Params = SwaParams;
  using State = SwaState;

  /// Throws InvalidInput for what SmoothProblem refuses and for parameters out of range.
  explicit Swa(const Problem& problem, const Params& params = {});

  State start(RandomStream& random) const;
  Progress step(State& state, RandomStream& random) const;
  Weights weights(const State& state) const;

 private:
  SmoothProblem problem_;
  Optimiser optimiser_;
  std::int64_t average_from_;
};

}  // namespace wfm::training
