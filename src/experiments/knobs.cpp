#include "experiments/knobs.hpp"

#include <cmath>
#include <limits>

#include "experiments/lists.hpp"

namespace wfm::experiments {

namespace {

template <class T>
T whole_text(const std::string& knob, const std::string& text, const char* kind) {
  T value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  require(error == std::errc() && end == text.data() + text.size(),
          fmt::format("--{}: must be {}, got '{}'", knob, kind, text));
  return value;
}

/// The numbers between colons; empty where one of the parts is none.
std::vector<double> numbers_of(const std::string& text) {
  std::vector<double> numbers;
  const char* at = text.data();
  const char* const last = text.data() + text.size();
  for (;;) {
    const auto [end, error] = std::from_chars(at, last, numbers.emplace_back());
    if (error != std::errc() || (end != last && *end != ':')) return {};
    if (end == last) return numbers;
    at = end + 1;
  }
}

}  // namespace

void parse(const std::string& knob, const std::string& text, double& value) {
  const double parsed = whole_text<double>(knob, text, "a number");
  require(!std::isnan(parsed), fmt::format("--{}: must be a number, got '{}'", knob, text));
  value = parsed;
}

void parse(const std::string& knob, const std::string& text, std::int64_t& value) {
  value = whole_text<std::int64_t>(knob, text, "a whole number");
}

void parse(const std::string& knob, const std::string& text, int& value) {
  value = whole_text<int>(knob, text, "a whole number");
}

void parse(const std::string& knob, const std::string& text, bool& value) {
  require(text == "true" || text == "false",
          fmt::format("--{}: must be true or false, got '{}'", knob, text));
  value = text == "true";
}

void parse(const std::string& knob, const std::string& text, std::vector<double>& values) {
  values = parse_list(text, "--" + knob);
}

void parse(const std::string& knob, const std::string& text, Schedule& value) {
  const std::size_t colon = text.find(':');
  const std::string kind = colon == std::string::npos ? "constant" : text.substr(0, colon);
  const std::string rest = text.substr(colon == std::string::npos ? 0 : colon + 1);
  Schedule schedule;
  if (kind == "list") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    schedule = list_schedule(parse_list_with_words(rest, "--" + knob, {{"inf", infinity}}));
  } else {
    const std::vector<double> numbers = numbers_of(rest);
    const bool grows = kind == "linear" || kind == "geometric";
    require(grows ? numbers.size() == 2 || numbers.size() == 3 : kind == "constant" && numbers.size() == 1,
            fmt::format("--{}: must be a number, linear:START:RATE[:LIMIT], geometric:START:RATE[:LIMIT] or "
                        "list:VALUES, got '{}'",
                        knob, text));
    schedule.kind = schedule_kind_from_name(kind);
    schedule.start = numbers[0];
    if (grows) schedule.rate = numbers[1];
    if (numbers.size() == 3) schedule.limit = numbers[2];
  }
  try {
    validate(schedule);
  } catch (const InvalidInput& error) {
    throw InvalidInput(fmt::format("--{}: {}, got '{}'", knob, error.what(), text));
  }
  value = std::move(schedule);
}

std::string text_of(double value) {
  return fmt::format("{}", value);
}
std::string text_of(std::int64_t value) {
  return fmt::format("{}", value);
}
std::string text_of(int value) {
  return fmt::format("{}", value);
}
std::string text_of(bool value) {
  return value ? "true" : "false";
}
std::string text_of(const std::vector<double>& values) {
  return fmt::format("{}", fmt::join(values, ","));
}
std::string text_of(const Schedule& schedule) {
  const auto& [kind, start, rate, limit, values] = schedule;
  if (kind == ScheduleKind::constant) return text_of(start);
  if (kind == ScheduleKind::list) return "list:" + text_of(values);
  return fmt::format("{}:{}:{}{}", name(kind), start, rate, limit ? fmt::format(":{}", *limit) : "");
}

}  // namespace wfm::experiments
