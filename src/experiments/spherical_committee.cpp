#include "experiments/spherical_committee.hpp"

#include <fmt/format.h>

#include "math/parallel.hpp"

namespace wfm::experiments {

CommitteeStudy committee_study(const ExperimentSettings& settings, std::size_t quick_instances,
                               const std::vector<double>& distances, const std::vector<double>& noise) {
  CommitteeStudy study;
  study.inputs = settings.quick ? 999 : 2997;
  study.instances = settings.quick ? quick_instances : 50;
  replace_count(study.instances, settings);
  study.measures.distances = distances;
  study.measures.noise = noise;
  return study;
}

std::vector<Problem> committee_problems(const CommitteeStudy& study, const ExperimentSettings& settings) {
  return storage_instances({Machine::committee, true, study.inputs, 9}, WeightKind::spherical, 1,
                           study.instances, settings);
}

const std::vector<Contender>& committee_contenders() {
  static const std::vector<Contender> contenders{{"fBP", "fbp", {}},
                                                 {"eLAL slow", "elal", {}},
                                                 {"eLAL fast", "elal", {{"lambda", "geometric:0.1:1.01"}}},
                                                 {"ceSGD slow", "sgd", {{"preset", "slow"}}},
                                                 {"ceSGD fast", "sgd", {{"preset", "fast"}}},
                                                 {"LAL", "lal", {}}};
  return contenders;
}

std::string description(const CommitteeStudy& study) {
  return fmt::format("Spherical tree committee, K = 9, N = {}, α = 1; {} instances, the same for all",
                     study.inputs, study.instances);
}

std::optional<std::vector<MeasuredSolution>> solve_and_measure(const CommitteeStudy& study,
                                                               const ExperimentSettings& settings,
                                                               Steps& steps) {
  const std::vector<Problem> problems = committee_problems(study, settings);
  const std::vector<Contender>& contenders = committee_contenders();
  FlatnessParams measures = study.measures;
  measures.interrupted = settings.interrupted;
  std::vector<MeasuredSolution> solutions(problems.size() * contenders.size());
  parallel_for(solutions.size(), settings.threads, [&](std::size_t task) {
    if (steps.interrupted()) return;
    const Contender& contender = contenders[task / problems.size()];
    const std::size_t instance = task % problems.size();
    const Problem& problem = problems[instance];
    SolveRequest request;
    request.algorithm = contender.algorithm;
    request.knobs = contender.knobs;
    request.seed = instance_seed(settings, instance);
    request.interrupted = settings.interrupted;
    const SolveResult result = solve(problem, request);
    MeasuredSolution& solution = solutions[task];
    solution = {contender.label,     instance, result.record.steps, result.record.seconds,
                result.reached_goal, {}};
    if (solution.solved) solution.flatness = flatness(problem, result.record.weights, measures);
    steps.done(contender.label);
  });
  if (steps.interrupted()) return std::nullopt;
  return solutions;
}

}  // namespace wfm::experiments
