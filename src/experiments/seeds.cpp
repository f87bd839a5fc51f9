#include "experiments/seeds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <mutex>

#include "experiments/lists.hpp"
#include "math/error.hpp"
#include "math/parallel.hpp"

namespace wfm::experiments {

namespace {

SeedRow row_of(std::uint64_t seed, const SolveResult& result) {
  const io::RunFile& record = result.record;
  return {seed,         record.outcome,    record.train_errors, record.train_patterns,
          record.steps, record.test_error, record.seconds,      result.reached_goal};
}

}  // namespace

std::size_t SeedsResult::successes() const {
  return std::size_t(
      std::count_if(rows.begin(), rows.end(), [](const SeedRow& row) { return row.reached_goal; }));
}

SeedsResult solve_seeds(const SeedsRequest& request) {
  require(!request.seeds.empty(), "--seeds: needs at least one seed");
  check_request(request.solve);
  std::optional<Problem> shared;
  if (request.one_instance) shared = make_problem(request.problem);
  std::vector<SeedRow> rows(request.seeds.size());
  std::size_t ended = 0;
  std::mutex lock;
  parallel_for(rows.size(), request.threads, [&](std::size_t j) {
    if (request.solve.interrupted && request.solve.interrupted()) return;
    ProblemSpec spec = request.problem;
    SolveRequest one = request.solve;
    spec.seed = one.seed = request.seeds[j];
    one.threads = 1;
    one.observer = nullptr;
    one.checkpoint.clear();
    rows[j] = row_of(request.seeds[j], shared ? solve(*shared, one) : solve(make_problem(spec), one));
    const std::lock_guard<std::mutex> guard(lock);
    if (request.on_run) request.on_run(++ended);
  });
  SeedsResult result;
  for (const SeedRow& row : rows)
    if (row.outcome != Outcome::interrupted) result.rows.push_back(row);
  result.interrupted = result.rows.size() < rows.size();
  return result;
}

std::vector<std::uint64_t> parse_seeds(const std::string& text, const std::string& option) {
  std::vector<std::uint64_t> seeds;
  for (const std::string& part : split_list(text)) {
    const bool two_ends = std::count(part.begin(), part.end(), ':') == 1;
    for (const double value : parse_list(two_ends ? part + ":1" : part, option)) {
      require(value >= 0 && value == std::floor(value) && value <= 0x1p53,
              fmt::format("{}: a seed is a whole number from 0 to 2^53, got {}", option, value));
      seeds.push_back(static_cast<std::uint64_t>(value));
    }
  }
  return seeds;
}

io::Json rows_of(const SeedsResult& result) {
  io::Json rows = io::Json::array();
  for (const SeedRow& row : result.rows)
    rows.push_back({{"seed", row.seed},
                    {"outcome", name(row.outcome)},
                    {"train_errors", row.train_errors},
                    {"train_patterns", row.train_patterns},
                    {"test_error", row.test_error ? io::Json(*row.test_error) : io::Json()},
                    {"steps", row.steps},
                    {"seconds", row.seconds}});
  return rows;
}

io::Json success_of(const SeedsResult& result) {
  std::vector<double> steps, seconds;
  for (const SeedRow& row : result.rows) {
    if (!row.reached_goal) continue;
    steps.push_back(double(row.steps));
    seconds.push_back(row.seconds);
  }
  const Interval interval = wilson_interval(steps.size(), result.rows.size());
  io::Json json = {{"seeds", result.rows.size()},
                   {"solved", steps.size()},
                   {"rate", io::number(double(steps.size()) / double(result.rows.size()))},
                   {"rate_low", interval.low},
                   {"rate_high", interval.high}};
  const auto add = [&json](const std::string& what, const std::vector<double>& samples) {
    json[what + "_q25"] = io::number(quantile(samples, 0.25));
    json[what + "_median"] = io::number(quantile(samples, 0.5));
    json[what + "_q75"] = io::number(quantile(samples, 0.75));
  };
  add("steps", steps);
  add("seconds", seconds);
  return json;
}

}  // namespace wfm::experiments
