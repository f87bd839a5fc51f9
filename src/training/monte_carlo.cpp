#include "training/monte_carlo.hpp"

namespace wfm::training {

void require_values(const Schedule& schedule, std::string_view what,
                    const std::function<bool(double)>& allowed, std::string_view rule) {
  validate(schedule);
  const auto check = [&](double x) {
    require(allowed(x), fmt::format("monte carlo: {} must be {}, given {}", what, rule, x));
  };
  if (schedule.kind == ScheduleKind::list) {
    for (const double x : schedule.values) check(x);
    return;
  }
  check(schedule.start);
  const bool falls = schedule.kind == ScheduleKind::linear && schedule.rate < 0;
  require(!falls || schedule.limit,
          fmt::format("monte carlo: {} that falls linearly needs a limit: it must be {}", what, rule));
  if (schedule.limit && schedule.kind != ScheduleKind::constant) check(*schedule.limit);
}

void require_beta(const Schedule& schedule) {
  require_values(
      schedule, "beta", [](double x) { return x >= 0; }, ">= 0");
}

void validate(const MonteCarloParams& params) {
  require_beta(params.beta);
  require_values(
      params.gamma, "gamma", [](double x) { return x >= 0 && std::isfinite(x); }, ">= 0 and finite");
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
