#include "run/schedule.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm {
namespace {

constexpr std::array<std::pair<ScheduleKind, std::string_view>, 4> kind_names = {{
    {ScheduleKind::constant, "constant"},
    {ScheduleKind::linear, "linear"},
    {ScheduleKind::geometric, "geometric"},
    {ScheduleKind::list, "list"},
}};

constexpr std::int64_t many_steps = 1000000000;  // more than a run makes

double unlimited(const Schedule& schedule, std::int64_t t) {
  return schedule.kind == ScheduleKind::linear ? schedule.start + schedule.rate * double(t)
                                               : schedule.start * std::pow(schedule.rate, double(t));
}

}  // namespace

std::string_view name(ScheduleKind kind) {
  return std::find_if(kind_names.begin(), kind_names.end(),
                      [&](const auto& entry) { return entry.first == kind; })
      ->second;
}

ScheduleKind schedule_kind_from_name(std::string_view name) {
  for (const auto& [kind, its_name] : kind_names)
    if (its_name == name) return kind;
  throw InvalidInput(fmt::format("schedule: a kind is constant, linear, geometric or list, not '{}'", name));
}

Schedule constant_schedule(double value) {
  return {ScheduleKind::constant, value, 0, {}, {}};
}

Schedule linear_schedule(double start, double rate, std::optional<double> limit) {
  return {ScheduleKind::linear, start, rate, limit, {}};
}

Schedule geometric_schedule(double start, double rate, std::optional<double> limit) {
  return {ScheduleKind::geometric, start, rate, limit, {}};
}

Schedule list_schedule(std::vector<double> values) {
  return {ScheduleKind::list, 0, 0, {}, std::move(values)};
}

void validate(const Schedule& schedule) {
  const auto& [kind, start, rate, limit, values] = schedule;
  if (kind == ScheduleKind::list) {
    require(!values.empty(), "schedule: a list needs at least one value, given none");
    for (std::size_t t = 0; t < values.size(); ++t)
      if (std::isnan(values[t]))
        throw InvalidInput(fmt::format("schedule: values[{}] of the list is NaN", t));
    return;
  }
  if (std::isnan(start)) throw InvalidInput("schedule: start must be a number, given NaN");
  if (kind == ScheduleKind::constant) return;
  if (!std::isfinite(start) || !std::isfinite(rate))
    throw InvalidInput(
        fmt::format("schedule: {} needs finite start and rate, given {} and {}", name(kind), start, rate));
  if (kind == ScheduleKind::geometric && (start == 0 || rate <= 0))
    throw InvalidInput(
        fmt::format("schedule: geometric needs start != 0 and rate > 0, given {} and {}", start, rate));
  if (limit && std::isnan(*limit)) throw InvalidInput("schedule: limit must be a number, given NaN");
}

void require_values(const Schedule& schedule, std::string_view what,
                    const std::function<bool(double)>& allowed, std::string_view rule) {
  validate(schedule);
  const auto check = [&](double x, std::string_view where) {
    require(allowed(x), fmt::format("{} must be {}, given {}{}", what, rule, x, where));
  };
  if (schedule.kind == ScheduleKind::list) {
    for (const double x : schedule.values) check(x, "");
    return;
  }
  check(schedule.start, "");
  const double last = value(schedule, many_steps);
  check(last, !schedule.limit           ? " in the end, without a limit"
              : last == *schedule.limit ? ""
                                        : " in the end, away from its limit");
}

double value(const Schedule& schedule, std::int64_t t) {
  if (schedule.kind == ScheduleKind::constant) return schedule.start;
  if (schedule.kind == ScheduleKind::list)
    return schedule.values[std::min(std::size_t(t), schedule.values.size() - 1)];
  const double x = unlimited(schedule, t);
  if (!schedule.limit) return x;
  if (schedule.start < *schedule.limit) return std::min(x, *schedule.limit);
  if (schedule.start > *schedule.limit) return std::max(x, *schedule.limit);
  return *schedule.limit;
}

bool settled(const Schedule& schedule, std::int64_t t) {
  switch (schedule.kind) {
    case ScheduleKind::constant:
      return true;
    case ScheduleKind::list: {
      const double x = value(schedule, t);
      const std::size_t later = std::min(std::size_t(t), schedule.values.size());
      return std::all_of(schedule.values.begin() + std::ptrdiff_t(later), schedule.values.end(),
                         [&](double y) { return y == x; });
    }
    case ScheduleKind::linear:
      if (schedule.rate == 0) return true;
      break;
    case ScheduleKind::geometric:
      if (schedule.rate == 1) return true;
      break;
  }
  return schedule.limit && value(schedule, t) == *schedule.limit;
}

}  // namespace wfm
