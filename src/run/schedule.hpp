// Schedules as data: a parameter of an algorithm as a function of its step t = 0, 1, 2, ...
//   constant   x(t) = start
//   linear     x(t) = start + rate t     held at `limit` from the step that reaches it
//   geometric  x(t) = start rate^t       held at `limit` from the step that reaches it
//   list       x(t) = values[t]          held at the last value
// The value depends on t alone, so that a resumed run follows the same schedule.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace wfm {

enum class ScheduleKind { constant, linear, geometric, list };
std::string_view name(ScheduleKind kind);                     // "constant", "linear", "geometric", "list"
ScheduleKind schedule_kind_from_name(std::string_view name);  // throws InvalidInput for any other name

struct Schedule {
  ScheduleKind kind = ScheduleKind::constant;
  double start = 0;             // value at t = 0 (not for a list)
  double rate = 0;              // linear: added each step; geometric: factor of each step, > 0
  std::optional<double> limit;  // linear, geometric: never passed
  std::vector<double> values;   // list: at least one; infinity is allowed
};

Schedule constant_schedule(double value);
Schedule linear_schedule(double start, double rate, std::optional<double> limit = {});
Schedule geometric_schedule(double start, double rate, std::optional<double> limit = {});
Schedule list_schedule(std::vector<double> values);

/// Throws InvalidInput that names the broken rule: a start that is not NaN, finite rate (> 0 for geometric), geometric start finite
/// and not 0, limit not NaN, a list with values none of which is NaN.
void validate(const Schedule& schedule);

/// Throws InvalidInput "`what` must be `rule`, given ..." unless the schedule is valid and all its values are allowed in 10^9 steps.
/// What is allowed has no gaps: schedules are monotone but for lists.
void require_values(const Schedule& schedule, std::string_view what,
                    const std::function<bool(double)>& allowed, std::string_view rule);

/// x(t), t >= 0, of a valid schedule.
double value(const Schedule& schedule, std::int64_t t);

/// Does the schedule keep the value x(t) for ever after t?
bool settled(const Schedule& schedule, std::int64_t t);

}  // namespace wfm
