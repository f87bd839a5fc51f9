// The parameters of an algorithm that users may set by name, as data: the command line, files and messages are made from these.
#pragma once

#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "math/error.hpp"
#include "run/schedule.hpp"

namespace wfm::experiments {

/// One knob of a Params aggregate. `set` throws InvalidInput for text that is no such value.
template <class Params>
struct Knob {
  std::string name, help;
  std::function<std::string(const Params&)> get;
  std::function<void(Params&, const std::string&)> set;
};

/// Text to value and back; parse throws InvalidInput that names the knob and the text.
void parse(const std::string& knob, const std::string& text, double& value);
void parse(const std::string& knob, const std::string& text, std::int64_t& value);
void parse(const std::string& knob, const std::string& text, int& value);
void parse(const std::string& knob, const std::string& text, bool& value);
void parse(const std::string& knob, const std::string& text, std::vector<double>& value);
/// A schedule is "0.5" (constant), "linear:START:RATE[:LIMIT]", "geometric:START:RATE[:LIMIT]" or "list:VALUES", where VALUES is a
/// list with ranges in which inf is a value: "geometric:0.01:1.003:1", "list:0.1:0.5:0.1,inf".
void parse(const std::string& knob, const std::string& text, Schedule& value);
std::string text_of(double value);
std::string text_of(std::int64_t value);
std::string text_of(int value);
std::string text_of(bool value);
std::string text_of(const std::vector<double>& values);
std::string text_of(const Schedule& schedule);

/// A knob for the member that `member(params)` refers to; `member` is a generic lambda that takes const and mutable Params.
template <class Params, class Member>
Knob<Params> knob(const std::string& name, const std::string& help, Member member) {
  return {name, help, [member](const Params& params) { return text_of(member(params)); },
          [member, name](Params& params, const std::string& text) { parse(name, text, member(params)); }};
}

/// A knob with named values.
template <class Params, class Value, class Member>
Knob<Params> choice(const std::string& name, const std::string& help,
                    std::vector<std::pair<std::string, Value>> values, Member member) {
  const auto get = [member, values](const Params& params) {
    for (const auto& [text, value] : values)
      if (member(params) == value) return text;
    return std::string("?");
  };
  const auto set = [member, values, name](Params& params, const std::string& text) {
    std::string allowed;
    for (const auto& [known, value] : values) {
      if (known == text) {
        member(params) = value;
        return;
      }
      allowed += (allowed.empty() ? "" : ", ") + known;
    }
    throw InvalidInput(fmt::format("--{}: must be one of {}, got '{}'", name, allowed, text));
  };
  return {name, help, get, set};
}

}  // namespace wfm::experiments
