#include "run/run.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

namespace wfm {
namespace {

constexpr std::array<std::pair<Outcome, std::string_view>, 5> outcome_names = {{
    {Outcome::solved, "solved"},
    {Outcome::converged, "converged"},
    {Outcome::out_of_steps, "out_of_steps"},
    {Outcome::numerical_issue, "numerical_issue"},
    {Outcome::interrupted, "interrupted"},
}};

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void validate(const RunOptions& options) {
  const StopRule& stop = options.stop;
  if (stop.max_steps < 0)
    throw InvalidInput(fmt::format("run: max_steps must be >= 0, given {}", stop.max_steps));
  if (!(stop.max_seconds >= 0))
    throw InvalidInput(fmt::format("run: max_seconds must be >= 0, given {}", stop.max_seconds));
  if (stop.target_errors < 0)
    throw InvalidInput(fmt::format("run: target_errors must be >= 0, given {}", stop.target_errors));
  if (!(options.checkpoint.every_seconds >= 0))
    throw InvalidInput(fmt::format("run: a checkpoint's every_seconds must be >= 0, given {}",
                                   options.checkpoint.every_seconds));
}

}  // namespace

std::string_view name(Outcome outcome) {
  return std::find_if(outcome_names.begin(), outcome_names.end(),
                      [&](const auto& entry) { return entry.first == outcome; })
      ->second;
}

Outcome outcome_from_name(std::string_view name) {
  for (const auto& [outcome, its_name] : outcome_names)
    if (its_name == name) return outcome;
  throw InvalidInput(fmt::format(
      "run: an outcome is solved, converged, out_of_steps, numerical_issue or interrupted, not '{}'", name));
}

namespace detail {

Clock::Clock(const RunOptions& options) : options_(options) {
  validate(options);
  if (options.resume_from) {
    const SnapshotReader read{*options.resume_from};
    read("run.step", steps_);
    read("run.seconds", earlier_seconds_);
    if (steps_ < 0 || !(earlier_seconds_ >= 0))
      throw InvalidInput(fmt::format("checkpoint: run.step and run.seconds must be >= 0, given {} and {}",
                                     steps_, earlier_seconds_));
  }
  began_ = saved_ = std::chrono::steady_clock::now();
}

double Clock::seconds() const {
  return earlier_seconds_ + seconds_since(began_);
}

bool Clock::out_of_limits() const {
  return steps_ >= options_.stop.max_steps || seconds() >= options_.stop.max_seconds;
}

bool Clock::checkpoint_due() const {
  return seconds_since(saved_) >= options_.checkpoint.every_seconds;
}

void Clock::save(Snapshot snapshot) {
  snapshot["run.step"] = std::vector<std::int64_t>{steps_};
  snapshot["run.seconds"] = std::vector<double>{seconds()};
  options_.checkpoint.save(snapshot);
  saved_ = std::chrono::steady_clock::now();
}

std::optional<Outcome> Clock::outcome_after(const Progress& progress) const {
  const StopRule& stop = options_.stop;
  if (progress.failed || std::isinf(progress.change)) return Outcome::numerical_issue;
  const bool solved = progress.errors >= 0 && progress.errors <= stop.target_errors;
  const bool at_end = progress.converged || progress.exhausted || out_of_limits();
  if (solved && (stop.stop_when_solved || at_end)) return Outcome::solved;
  if (progress.converged) return Outcome::converged;
  if (at_end) return Outcome::out_of_steps;
  if (options_.interrupted && options_.interrupted()) return Outcome::interrupted;
  return std::nullopt;
}

}  // namespace detail
}  // namespace wfm
