#include "experiments/knobs.hpp"

#include <cmath>

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

}  // namespace wfm::experiments
