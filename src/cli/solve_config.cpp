#include "cli/solve_config.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <set>

#include "experiments/lists.hpp"
#include "experiments/registry.hpp"
#include "io/message.hpp"
#include "io/settings_file.hpp"

namespace wfm::cli {

namespace {

using Kind = Command::Option::Kind;
using io::Setting;
using io::SettingKind;

// Options of which the command line knows but one: what it gives puts the file's other one out of force.
const std::vector<std::pair<std::string, std::string>> alternatives{{"--alpha", "--patterns"},
                                                                    {"--seed", "--seeds"}};

std::set<std::string> knob_flags() {
  std::set<std::string> flags;
  for (const auto& algorithm : experiments::algorithms())
    for (const auto& knob : algorithm.knobs) flags.insert("--" + knob.name);
  return flags;
}

std::string place_of(const std::string& file, const Setting& setting) {
  return fmt::format("{}:{}", io::shown(file), setting.line);
}

bool takes(Kind option, SettingKind value) {
  switch (option) {
    case Kind::flag:
      return value == SettingKind::boolean;
    case Kind::number:
      return value == SettingKind::number || value == SettingKind::whole;
    case Kind::whole:
      return value == SettingKind::whole;
    case Kind::natural:
      return value == SettingKind::whole || value == SettingKind::text;  // TOML ends at 2^63
    case Kind::text:
      return value == SettingKind::text;
  }
  return false;
}

const char* wanted(Kind option) {
  return option == Kind::flag     ? "true or false"
         : option == Kind::number ? "a number"
         : option == Kind::text   ? "text"
                                  : "a whole number";
}

// One pass over a file.
class Application {
 public:
  Application(Command& command, std::string file) : command_(command), file_(std::move(file)) {
    for (const auto& option : command.options()) {
      options_.emplace(option.flag, option.kind);
      if (command.given(option.flag)) typed_.insert(option.flag);
    }
    for (const auto& [one, other] : alternatives) {
      if (typed_.contains(one))
        typed_.insert(other);
      else if (typed_.contains(other))
        typed_.insert(one);
    }
  }

  void top(const Setting& setting) {
    const std::string flag = "--" + setting.key;
    const auto option = options_.find(flag);
    if (option == options_.end() || flag == "--config" || flag == "--show-config")
      refuse(setting, "wfm solve has no such option");
    const bool plain = setting.kind != SettingKind::boolean;  // numbers and lists stand for their text
    if (!(knobs_.contains(flag) || (lists_.contains(flag) && plain) || takes(option->second, setting.kind)))
      refuse(setting, fmt::format("must be {}, got {} ({})", wanted(option->second), io::name(setting.kind),
                                  io::printable(setting.text)));
    give(setting);
  }

  void knob(const Setting& setting, const std::string& algorithm) {
    const auto all = experiments::algorithms();
    if (std::none_of(all.begin(), all.end(), [&](const auto& one) { return one.name == setting.table; }))
      refuse(setting, fmt::format("no algorithm is named like the table [{}]", io::printable(setting.table)));
    try {
      experiments::registry_entry(setting.table).check({{setting.key, setting.text}});
    } catch (const InvalidInput& refusal) {
      throw with_place(refusal, {{"--" + setting.key, place_of(file_, setting)}});
    }
    if (setting.table != algorithm) return;
    const auto before = places_.find("--" + setting.key);
    if (before != places_.end()) refuse(setting, "stands at " + before->second + " too");
    give(setting);
  }

  const SettingPlaces& places() const { return places_; }

 private:
  [[noreturn]] void refuse(const Setting& setting, const std::string& why) const {
    throw InvalidInput(fmt::format("{}: {}: {}", place_of(file_, setting), io::printable(setting.key), why));
  }

  void give(const Setting& setting) {
    const std::string flag = "--" + setting.key;
    if (typed_.contains(flag)) return;
    places_[flag] = place_of(file_, setting);
    try {
      command_.set(flag, setting.text);
    } catch (const InvalidInput& refusal) {
      throw with_place(refusal, places_);
    }
  }

  Command& command_;
  std::string file_;
  std::map<std::string, Kind> options_;
  std::set<std::string> typed_;  // on the command line, or put out of force by it
  const std::set<std::string> knobs_ = knob_flags(), lists_{"--seeds", "--classes"};
  SettingPlaces places_;
};

bool is_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() && !std::isnan(value);
}

// The text of a knob as the plainest TOML value that reads back as it.
std::string knob_value(const std::string& text) {
  if (text == "true" || text == "false" || is_number(text)) return text;
  const auto parts = experiments::split_list(text);
  if (!std::all_of(parts.begin(), parts.end(), is_number)) return io::toml_string(text);
  return fmt::format("[{}]", fmt::join(parts, ", "));
}

std::string option_value(const Command::Option& option) {
  if (option.kind == Kind::text) return io::toml_string(option.value);
  // beyond TOML's whole numbers
  constexpr std::uint64_t largest = std::numeric_limits<std::int64_t>::max();
  if (option.kind == Kind::natural && std::stoull(option.value) > largest)
    return io::toml_string(option.value);
  return option.value;
}

// Values of options that were not given.
std::map<std::string, std::string> defaults_of(const ProblemOptions& options, const Problem& problem,
                                               const experiments::SolveRequest& request) {
  const Architecture& architecture = problem.architecture;
  const bool images = options.data == "fashion-mnist", teacher = options.data == "teacher",
             features = options.data == "random-features";
  std::map<std::string, std::string> values{
      {"--data", io::toml_string(options.data)},
      {"--architecture", io::toml_string(std::string(name(architecture.machine)))},
      {"--tree", architecture.tree ? "true" : "false"},
      {"--inputs", fmt::format("{}", architecture.inputs)},
      {"--hidden", fmt::format("{}", architecture.hidden)},
      {"--weights", io::toml_string(std::string(name(problem.weight_kind)))},
      {"--margin", fmt::format("{}", problem.margin)},
      {"--algorithm", io::toml_string(request.algorithm)},
      {"--seed", fmt::format("{}", request.seed)}};
  if (images || experiments::is_drawn(options.data))
    values["--input-kind"] = io::toml_string(options.input_kind);
  if (images) values["--classes"] = io::toml_string(options.classes);
  if (features) values["--latent-inputs"] = fmt::format("{}", options.latent_inputs);
  if (teacher || features) values["--test-patterns"] = fmt::format("{}", options.test_patterns);
  if (teacher) values["--label-noise"] = fmt::format("{}", options.label_noise);
  if (teacher) values["--teacher-margin"] = fmt::format("{}", options.teacher_margin);
  return values;
}

}  // namespace

SettingPlaces apply_settings(Command& command, const std::string& file, const std::string& algorithm) {
  const std::vector<Setting> settings = io::read_settings(file);
  Application application(command, file);
  for (const Setting& setting : settings)
    if (setting.table.empty()) application.top(setting);
  for (const Setting& setting : settings)
    if (!setting.table.empty()) application.knob(setting, algorithm);
  return application.places();
}

InvalidInput with_place(const InvalidInput& refusal, const SettingPlaces& places) {
  const std::string message = refusal.what();
  for (const auto& [flag, place] : places)
    if (message.starts_with(flag + ":")) return InvalidInput(place + ": " + message.substr(2));
  return refusal;
}

std::string effective_settings(const Command& command, const ProblemOptions& options, const Problem& problem,
                               const experiments::SolveRequest& request) {
  const std::set<std::string> knobs = knob_flags();
  auto values = defaults_of(options, problem, request);
  if (command.given("--seeds")) values.erase("--seed");
  std::string text;
  for (const auto& option : command.options()) {
    if (knobs.contains(option.flag) || option.flag == "--config" || option.flag == "--show-config") continue;
    if (command.given(option.flag)) values[option.flag] = option_value(option);
    if (const auto value = values.find(option.flag); value != values.end())
      text += fmt::format("{} = {}\n", option.flag.substr(2), value->second);
  }
  text += fmt::format("\n[{}]\n", request.algorithm);
  const auto& entry = experiments::registry_entry(request.algorithm);
  for (const auto& [knob, value] : entry.resolve(problem, request.knobs))
    if (!value.empty())  // an empty list can be a default, but not be given
      text += fmt::format("{} = {}\n", knob, knob_value(value));
  return text;
}

}  // namespace wfm::cli
