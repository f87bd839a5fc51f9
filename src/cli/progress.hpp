// Progress of long work on standard error: a bar with rate and remaining time on a terminal, a line now and then when piped.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace wfm::cli {

enum class ProgressStyle { bar, lines, off };

/// Not thread-safe: call it from one thread, or under the caller's lock.
class ProgressDisplay {
 public:
  /// `total` units of work called `unit` ("steps", "runs"); total <= 0: unknown.
  ProgressDisplay(ProgressStyle style, std::string title, std::int64_t total, std::string unit);
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  /// `done` units so far, and a short note such as "errors 12". Draws at most ten times a second (bar) or every ten seconds (lines).
  /// total > 0 replaces the constructor's.
  void update(std::int64_t done, const std::string& note = "", std::int64_t total = 0);

 private:
  using Clock = std::chrono::steady_clock;
  void draw(std::int64_t done, const std::string& note);

  ProgressStyle style_;
  std::string title_, unit_;
  std::int64_t total_;
  Clock::time_point start_, last_draw_;
  bool drawn_ = false;
};

/// "1:05" or "2:03:10" for a duration in seconds.
std::string clock_text(double seconds);

}  // namespace wfm::cli
