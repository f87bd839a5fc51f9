// A saddle point followed in ln d from the typical distance (internal to franz_parisi and gibbs_franz_parisi). Each step starts
// from the last saddle, extrapolated in ln d; steps are shortened where one fails.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "theory/franz_parisi_saddle.hpp"

namespace wfm::theory {

/// What a Solver, made from its Problem, has:
///   Saddle { std::array<double, 2> x; ... }    a saddle, with what helps to find a nearby one
///   std::string find(double d, Saddle& start)  moves `start` to the saddle at d; empty, or why it was not found
///   FranzParisiPoint point(double d, const Saddle&)  the results at the saddle found last
///   Saddle{x}                                  a start without help
///   largest_step, smallest_step                of the continuation, in ln d; a branch that cannot be followed in longer steps has ended
///   points_of_prediction                       2: linear in ln d, 4: a cubic
template <class Solver>
class SaddlePath {
 public:
  using Problem = typename Solver::Problem;
  using Saddle = typename Solver::Saddle;

  SaddlePath(const Problem& problem, double d, const Saddle& guess)
      : solver_{problem}, here_(guess), ln_d_(std::log(d)) {}

  /// The point at d.
  FranzParisiPoint follow_to(double d);

 private:
  std::string step_to(double d);
  std::array<double, 2> predict(double ln_d) const;

  struct Solved {
    double ln_d = 0;
    std::array<double, 2> x{};
  };

  Solver solver_;
  Saddle here_;
  double ln_d_;
  std::vector<Solved> solved_;  // the last few, the newest at the end
  bool begun_ = false;
  std::string ended_;  // why the branch could not be followed further
};

/// The polynomial through those last saddles that are not much closer to each other than to ln d.
template <class Solver>
std::array<double, 2> SaddlePath<Solver>::predict(double ln_d) const {
  const double step = ln_d - ln_d_;
  std::size_t first = solved_.size();
  double gap = step;
  while (first > 0) {
    if (first < solved_.size()) gap = solved_[first].ln_d - solved_[first - 1].ln_d;
    if (!(gap * step > 0 && std::abs(step) < 2.5 * std::abs(gap))) break;
    --first;
  }
  if (first + 2 > solved_.size()) return here_.x;
  std::array<double, 2> x{};
  for (std::size_t k = first; k < solved_.size(); ++k) {
    double lagrange = 1;
    for (std::size_t l = first; l < solved_.size(); ++l) {
      if (l != k) lagrange *= (ln_d - solved_[l].ln_d) / (solved_[k].ln_d - solved_[l].ln_d);
    }
    for (std::size_t i = 0; i < 2; ++i) x[i] += lagrange * solved_[k].x[i];
  }
  return x;
}

template <class Solver>
std::string SaddlePath<Solver>::step_to(double d) {
  const double ln_d = std::log(d);
  Saddle guess = here_;
  guess.x = predict(ln_d);
  std::string trouble = solver_.find(d, guess);
  if (!trouble.empty()) {
    guess = Saddle{here_.x};
    trouble = solver_.find(d, guess);
  }
  if (!trouble.empty()) return trouble;
  if (solved_.empty() || solved_.back().ln_d != ln_d) solved_.push_back({ln_d, guess.x});
  if (solved_.size() > Solver::points_of_prediction) solved_.erase(solved_.begin());
  begun_ = true;
  here_ = guess;
  ln_d_ = ln_d;
  return "";
}

template <class Solver>
FranzParisiPoint SaddlePath<Solver>::follow_to(double d) {
  if (!ended_.empty()) return failed_point(d, ended_);
  double step = Solver::largest_step;
  // a short way that fails, or a first one, says nothing of points further away
  const bool long_way = std::abs(std::log(d) - ln_d_) >= 3 * Solver::smallest_step;
  bool jumped = false;  // where the searching weights are frozen nothing changes any more: straight to d
  while (true) {
    const double rest = std::log(d) - ln_d_;
    const bool last = std::abs(rest) <= step || (begun_ && is_frozen(here_) && !jumped);
    const double next = last ? d : std::exp(ln_d_ + std::copysign(step, rest));
    const std::string trouble = step_to(next);
    if (trouble.empty() && last) return solver_.point(d, here_);
    jumped = jumped || last;
    if (trouble.empty()) {
      step = std::min(1.5 * step, Solver::largest_step);
      continue;
    }
    step = std::min(step, std::abs(rest)) / 3;
    if (!(step >= Solver::smallest_step)) {
      if (!begun_ || !long_way) return failed_point(d, trouble);
      ended_ = fmt::format("the branch from the typical distance ends near d = {:.6g}: {}", std::exp(ln_d_),
                           trouble);
      return failed_point(d, ended_);
    }
  }
}

}  // namespace wfm::theory
