#include "cli/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

namespace wfm::cli {

std::string clock_text(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::llround(seconds));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

ProgressDisplay::ProgressDisplay(ProgressStyle style, std::string title, std::int64_t total, std::string unit)
    : style_(style),
      title_(std::move(title)),
      unit_(std::move(unit)),
      total_(total),
      start_(Clock::now()),
      last_draw_(start_) {}

ProgressDisplay::~ProgressDisplay() {
  if (style_ == ProgressStyle::bar && drawn_) std::fputs("\r\033[K", stderr);
}

void ProgressDisplay::update(std::int64_t done, const std::string& note, std::int64_t total) {
  if (total > 0) total_ = total;
  if (style_ == ProgressStyle::off) return;
  const auto now = Clock::now();
  const std::chrono::duration<double> since_draw = now - last_draw_;
  if (since_draw.count() < (style_ == ProgressStyle::bar ? 0.1 : 10.0)) return;
  last_draw_ = now;
  draw(done, note);
}

void ProgressDisplay::draw(std::int64_t done, const std::string& note) {
  drawn_ = true;
  const double elapsed = std::chrono::duration<double>(Clock::now() - start_).count();
  const double rate = elapsed > 0 ? double(done) / elapsed : 0;
  std::string text = title_;
  if (total_ > 0) {
    const double share = std::clamp(double(done) / double(total_), 0.0, 1.0);
    if (style_ == ProgressStyle::bar) {
      const int filled = static_cast<int>(24 * share);
      text += fmt::format(" [{}{}]", std::string(filled, '#'), std::string(24 - filled, '.'));
    }
    text += fmt::format(" {}/{} {}", done, total_, unit_);
    if (rate > 0) text += fmt::format(", {:.3g}/s, {} left", rate, clock_text(double(total_ - done) / rate));
  } else {
    text += fmt::format(" {} {}, {:.3g}/s", done, unit_, rate);
  }
  if (!note.empty()) text += ", " + note;
  if (style_ == ProgressStyle::bar)
    std::fprintf(stderr, "\r\033[K%s", text.c_str());
  else
    std::fprintf(stderr, "%s\n", text.c_str());
  std::fflush(stderr);
}

}  // namespace wfm::cli
