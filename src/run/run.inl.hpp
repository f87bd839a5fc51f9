// Body of run(); included by run.hpp only. What does not depend on the State is compiled once, in run.cpp.
#pragma once

#include <utility>

namespace wfm {
namespace detail {

/// Steps and seconds of a run, the parts before its resumption included.
class Clock {
 public:
  /// Checks the options and takes the steps and seconds of options.resume_from.
  explicit Clock(const RunOptions& options);

  std::int64_t steps() const { return steps_; }
  double seconds() const;
  void count_step() { ++steps_; }
  bool out_of_limits() const;
  bool checkpoint_due() const;
  /// Adds "run.step" and "run.seconds" to the State's snapshot and hands it to options.checkpoint.save.
  void save(Snapshot snapshot);
  /// Why the run ends after the last counted step; empty: it goes on.
  std::optional<Outcome> outcome_after(const Progress& progress) const;

 private:
  using Time = std::chrono::steady_clock::time_point;
  const RunOptions& options_;
  std::int64_t steps_ = 0;
  double earlier_seconds_ = 0;
  Time began_, saved_;
};

}  // namespace detail

template <Algorithm A>
RunResult<typename A::State> run(const A& algorithm, std::uint64_t seed, const RunOptions& options) {
  using State = typename A::State;
  detail::Clock clock(options);
  RandomStream initial(seed, Purpose::initial_state);
  State state = options.resume_from ? from_snapshot<State>(*options.resume_from) : algorithm.start(initial);

  Progress last;
  std::optional<Outcome> outcome;
  if (clock.out_of_limits()) outcome = Outcome::out_of_steps;
  while (!outcome) {
    RandomStream random(seed, Purpose::dynamics, std::uint64_t(clock.steps()));
    last = algorithm.step(state, random);
    clock.count_step();
    if (options.observer) options.observer({clock.steps(), clock.seconds(), last});
    outcome = clock.outcome_after(last);
    const bool unfinished = outcome == Outcome::interrupted || outcome == Outcome::out_of_steps;
    if (unfinished || (!outcome && clock.checkpoint_due()))
      if (options.checkpoint.save) clock.save(to_snapshot(state));
  }
  return {*outcome, std::move(state), clock.steps(), clock.seconds(), std::move(last)};
}

}  // namespace wfm
