#include "training/monte_carlo.hpp"

namespace wfm::training {
namespace {

// Schedules are monotone but for lists: their range is that of start and limit, or of the listed values.
void require_range(const Schedule& schedule, const char* what, double most) {
  validate(schedule);
  const auto in_range = [&](double x) {
    if (!(x >= 0 && x <= most))
      throw InvalidInput(fmt::format("monte carlo: {} must be >= 0{}, given {}", what,
                                     std::isinf(most) ? "" : " and finite", x));
  };
  if (schedule.kind == ScheduleKind::list) {
    for (const double x : schedule.values) in_range(x);
    return;
  }
  in_range(schedule.start);
  const bool falls = schedule.kind == ScheduleKind::linear && schedule.rate < 0;
  if (falls && !schedule.limit)
    throw InvalidInput(fmt::format("monte carlo: {} that falls linearly needs a limit >= 0", what));
  if (schedule.limit && schedule.kind != ScheduleKind::constant) in_range(*schedule.limit);
}

}  // namespace

void validate(const MonteCarloParams& params) {
  require_range(params.beta, "beta", std::numeric_limits<double>::infinity());
  require_range(params.gamma, "gamma", std::numeric_limits<double>::max());
}

namespace detail {

std::size_t draw(std::span<const double> a, double Z, RandomStream& random) {
  double left = random.uniform() * Z;
  std::size_t last = 0;  // where rounding leaves a little over: the last that is possible
  for (std::size_t m = 0; m < a.size(); ++m) {
    if (a[m] <= 0) continue;
    last = m;
    left -= a[m];
    if (left < 0) break;
  }
  return last;
}

double geometric(double p, RandomStream& random) {
  if (p >= 1) return 1;
  return 1 + std::floor(std::log1p(-random.uniform()) / std::log1p(-p));
}

}  // namespace detail
}  // namespace wfm::training
