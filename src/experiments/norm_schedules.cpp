// wfm reproduce norm-schedules: gradient descent on the spherical tree committee with beta = gamma that grow or shrink to 2 at many
// speeds, and how flat the solutions are where it first meets one and where the schedule has ended.
#include <fmt/format.h>

#include <cmath>

#include "experiments/instance_experiments.hpp"
#include "experiments/spherical_committee.hpp"
#include "math/parallel.hpp"
#include "training/sgd.hpp"

namespace wfm::experiments {

namespace {

constexpr double last = 2;  // beta = gamma at the end

struct Direction {
  std::string name;
  double start;
};
const std::vector<Direction> directions{{"growing", 0.5}, {"shrinking", 10}};
const std::vector<std::string> protocols{"first solution", "end of schedule"};

constexpr std::size_t judged_distance = 1;

Schedule schedule_of(const Direction& direction, int speed) {
  const double factor = 1 + std::pow(10.0, -speed);
  return geometric_schedule(direction.start, direction.start < last ? factor : 1 / factor, last);
}

std::string label_of(const Direction& direction, const std::string& protocol, int speed) {
  return fmt::format("{}, {}, 10^{}", direction.name, protocol, -speed);
}

/// One run: its first configuration without errors, and the first one after an epoch at the schedule's end.
std::vector<MeasuredSolution> train(const Problem& problem, const Direction& direction, int speed,
                                    std::size_t instance, const NormSchedulesSizes& sizes,
                                    const Steps& steps) {
  training::SgdParams params;
  params.smooth.beta = params.smooth.gamma = schedule_of(direction, speed);
  params.optimiser.eta = 0.5 * double(params.smooth.batch);
  const training::Sgd sgd(problem, params);
  const std::uint64_t seed = problem.recipe.seed;
  const std::int64_t limit = sizes.epochs_after + std::llround(std::abs(std::log(last / direction.start)) /
                                                               std::log(1 + std::pow(10.0, -speed)));
  RandomStream initial(seed, Purpose::initial_state);
  auto state = sgd.start(initial);
  std::vector<MeasuredSolution> solutions;
  for (const std::string& protocol : protocols)
    solutions.push_back({label_of(direction, protocol, speed), instance, limit, 0, false, {}});
  const auto record = [&](MeasuredSolution& solution, std::int64_t epochs) {
    solution.solved = true;
    solution.steps = epochs;
    solution.flatness = flatness(problem, sgd.weights(state), sizes.study.measures);
  };
  for (std::int64_t t = 0; t < limit && !steps.interrupted() && !solutions[1].solved; ++t) {
    RandomStream random(seed, Purpose::dynamics, std::uint64_t(t));
    const Progress progress = sgd.step(state, random);
    if (progress.failed) break;
    if (progress.errors != 0) continue;
    const bool first = !solutions[0].solved;
    if (first) record(solutions[0], t + 1);
    if (!settled(params.smooth.beta, t)) continue;
    if (!first) {
      record(solutions[1], t + 1);
      continue;
    }
    solutions[1] = solutions[0];
    solutions[1].label = label_of(direction, protocols[1], speed);
  }
  return solutions;
}

using Solutions = std::vector<MeasuredSolution>;

/// The slowest speed that solved half of the instances against the fastest.
io::Json slow_claim(const Solutions& all, const NormSchedulesSizes& sizes, const Direction& direction,
                    const std::string& protocol) {
  const auto against_fastest = [&](int speed, const Measure& measure) {
    return paired_difference(all, label_of(direction, protocol, speed),
                             label_of(direction, protocol, sizes.speeds.front()), measure);
  };
  std::size_t slowest = sizes.speeds.size() - 1;
  while (slowest > 1 &&
         2 * counts(all, label_of(direction, protocol, sizes.speeds[slowest])).solved < sizes.study.instances)
    --slowest;
  std::string evidence;
  for (std::size_t j = 1; j < sizes.speeds.size(); ++j) {
    const MeanAndError difference = against_fastest(sizes.speeds[j], entropy_at(judged_distance));
    evidence += fmt::format("{}10^{}: {} ({} instances)", evidence.empty() ? "" : "; ", -sizes.speeds[j],
                            with_error(difference), difference.count);
  }
  const int speed = sizes.speeds[slowest];
  return to_json(Claim{
      three_errors_verdict(against_fastest(speed, entropy_at(judged_distance))),
      fmt::format("A slow change of the norms leads to wider minima ({}, {}).", direction.name, protocol),
      fmt::format("normalised local entropy at d = {}, speed 10^{} (the slowest that solved half of the "
                  "instances) minus 10^{} on the same instances and starts: above three standard errors "
                  "holds, below minus three fails",
                  sizes.study.measures.distances[judged_distance], -speed, -sizes.speeds.front()),
      fmt::format("all speeds minus the fastest: {}; Hessian's trace, 10^{} minus fastest: {}", evidence,
                  -speed, with_error(against_fastest(speed, trace_of()))),
      "[B]"});
}

io::Json direction_note(const Solutions& all, const NormSchedulesSizes& sizes) {
  std::string evidence;
  for (const std::string& protocol : protocols)
    for (const int speed : sizes.speeds) {
      const MeanAndError difference =
          paired_difference(all, label_of(directions[0], protocol, speed),
                            label_of(directions[1], protocol, speed), entropy_at(judged_distance));
      evidence += fmt::format("{}{}, 10^{}: {}", evidence.empty() ? "" : "; ", protocol, -speed,
                              with_error(difference));
    }
  return to_json(Claim{"note", "Growing norms against shrinking ones.",
                       fmt::format("normalised local entropy at d = {}, growing minus shrinking at the same "
                                   "speed, on the same instances and starts",
                                   sizes.study.measures.distances[judged_distance]),
                       evidence, "[B]"});
}

io::Json chart_of(const Solutions& all, const NormSchedulesSizes& sizes, const std::string& id,
                  const std::string& title, const Axis& axis, const Measure& measure,
                  const std::string& caption) {
  std::vector<Series> curves;
  for (const Direction& direction : directions)
    for (const std::string& protocol : protocols) {
      Series series;
      series.dashed = protocol == protocols[0];
      series.name = fmt::format("{}, {}{}", direction.name, protocol, series.dashed ? " (dashed)" : "");
      series.group = SeriesGroup::instance;
      series.color = int(&direction - directions.data());
      for (const int speed : sizes.speeds) {
        const MeanAndError value = average(all, label_of(direction, protocol, speed), measure);
        series.x.push_back(std::pow(10.0, -speed));
        series.y.push_back(value.mean);
        series.error.push_back(value.standard_error);
      }
      curves.push_back(series);
    }
  io::Json chart =
      make_chart(id, title, {"relative change of β = γ in an epoch", "log"}, axis, curves, caption);
  chart["overview"] = true;
  return chart;
}

io::Json rows_of(const Solutions& all, const NormSchedulesSizes& sizes) {
  io::Json rows = io::Json::array();
  for (const Direction& direction : directions)
    for (const std::string& protocol : protocols)
      for (const int speed : sizes.speeds) {
        const std::string label = label_of(direction, protocol, speed);
        const Counts number = counts(all, label);
        io::Json row = {
            {"direction", direction.name}, {"protocol", protocol},    {"speed", fmt::format("10^{}", -speed)},
            {"runs", number.runs},         {"solved", number.solved}, {"unconverged", number.unconverged}};
        const auto put = [&](const std::string& key, const Measure& measure) {
          const MeanAndError value = average(all, label, measure);
          row[key] = io::number(value.mean);
          row[key + "_error"] = io::number(value.standard_error);
        };
        put("entropy", entropy_at(judged_distance));
        put("energy", energy_at(0));
        put("trace", trace_of());
        put("epochs", [](const MeasuredSolution& s) { return double(s.steps); });
        rows.push_back(row);
      }
  return rows;
}

}  // namespace

std::optional<io::Json> norm_schedules(const ExperimentSettings& settings) {
  NormSchedulesSizes sizes;
  sizes.study = committee_study(settings, 8, {0.02, 0.05, 0.1}, {0.2});
  sizes.study.measures.interrupted = settings.interrupted;
  return norm_schedules(sizes, settings);
}

std::optional<io::Json> norm_schedules(const NormSchedulesSizes& sizes, const ExperimentSettings& settings) {
  const std::vector<Problem> problems = committee_problems(sizes.study, settings);
  const std::size_t instances = problems.size(), courses = directions.size() * sizes.speeds.size();
  std::vector<Solutions> runs(courses * instances);
  Steps steps(settings, std::int64_t(runs.size()));
  parallel_for(runs.size(), settings.threads, [&](std::size_t j) {
    if (steps.interrupted()) return;
    // the slowest first: they take longest
    const std::size_t course = j / instances, instance = j % instances;
    const Direction& direction = directions[course % directions.size()];
    const int speed = sizes.speeds[sizes.speeds.size() - 1 - course / directions.size()];
    runs[j] = train(problems[instance], direction, speed, instance, sizes, steps);
    steps.done(fmt::format("{}, 10^{}", direction.name, -speed));
  });
  if (steps.interrupted()) return std::nullopt;
  Solutions all;
  for (const Solutions& run : runs) all.insert(all.end(), run.begin(), run.end());

  const double d = sizes.study.measures.distances[judged_distance], s = sizes.study.measures.noise.front();
  Section section{"norm-schedules", "Speed and direction", {}, {}, {}};
  section.text = {fmt::format(
      "β = γ go from {} up to {} or from {} down to it, by the factor 1 + 10^-k in an epoch. 'First "
      "solution': the first epoch without errors of the sign network, wherever the schedule is. 'End of "
      "schedule': the run goes on until the schedule has ended, and ends at the first epoch from then on "
      "without errors, at most {} epochs later. No test error: the patterns are random.",
      directions[0].start, last, directions[1].start, sizes.epochs_after)};
  section.charts = {
      chart_of(all, sizes, "entropy", "Local entropy", {fmt::format("normalised, d = {}", d)},
               entropy_at(judged_distance),
               fmt::format("{}. Means and standard errors over the solved ones.", description(sizes.study))),
      chart_of(all, sizes, "energy", "Local energy", {fmt::format("patterns broken, s = {}", s)},
               energy_at(0), ""),
      chart_of(all, sizes, "trace", "Trace of the Hessian", {"trace, β = γ = 2"}, trace_of(), ""),
      chart_of(
          all, sizes, "epochs", "Epochs", {"epochs", "log"},
          [](const MeasuredSolution& solution) { return double(solution.steps); }, "")};
  section.tables = {make_table("schedules", "Schedules",
                               {{"direction", "norms"},
                                {"protocol", "protocol"},
                                {"speed", "speed"},
                                {"runs", "runs"},
                                {"solved", "solved"},
                                {"entropy", fmt::format("entropy, d = {}", d), 4},
                                {"entropy_error", "±", 2},
                                {"energy", fmt::format("local energy, s = {}", s), 3},
                                {"energy_error", "±", 2},
                                {"trace", "trace", 4},
                                {"trace_error", "±", 2},
                                {"epochs", "epochs", 3},
                                {"unconverged", "points not converged"}},
                               rows_of(all, sizes))};
  Document document{"norm-schedules",
                    "Norms that grow or shrink",
                    "Speed of the norms and flatness of what is found",
                    {},
                    {},
                    {}};
  document.facts = {{"problem", description(sizes.study)},
                    {"speeds", fmt::format("{} in each direction", sizes.speeds.size())}};
  for (const Direction& direction : directions)
    for (const std::string& protocol : protocols)
      document.findings.push_back(slow_claim(all, sizes, direction, protocol));
  document.findings.push_back(direction_note(all, sizes));
  document.sections = {to_json(section)};
  return to_json(document, settings, steps.seconds());
}

}  // namespace wfm::experiments
