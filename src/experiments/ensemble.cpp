#include "experiments/ensemble.hpp"

#include <cmath>
#include <mutex>
#include <utility>

#include "experiments/document.hpp"
#include "math/parallel.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"

namespace wfm::experiments {

namespace {

Solution find_and_measure(const Problem& problem, const Contender& contender, std::size_t instance,
                          const EnsembleParams& params) {
  SolveRequest request;
  request.algorithm = contender.algorithm;
  request.knobs = contender.knobs;
  request.max_steps = contender.max_steps;
  request.seed = 1000 * params.seed + instance;
  request.interrupted = params.interrupted;
  Solution solution;
  solution.label = contender.label;
  solution.instance = instance;
  Problem asked = problem;
  asked.margin += contender.margin;
  solution.record = solve(asked, request).record;
  solution.stabilities = output_stabilities(problem.architecture, solution.record.weights, problem.train);
  if (!params.distances.empty() && solution.solved() && problem.weight_kind == WeightKind::binary) {
    landscape::LocalEntropyParams measure = params.measure;
    measure.engine = landscape::suited_engine(problem);
    measure.interrupted = params.interrupted;
    solution.entropies =
        landscape::local_entropy(problem, solution.record.weights, params.distances, measure);
  }
  return solution;
}

}  // namespace

EnsembleParams ensemble_params(const ExperimentSettings& settings,
                               std::function<void(const Solution&)> on_solution) {
  EnsembleParams params;
  params.threads = settings.threads;
  params.seed = settings.seed;
  params.on_solution = std::move(on_solution);
  params.interrupted = settings.interrupted;
  return params;
}

std::vector<Problem> storage_instances(const Architecture& architecture, WeightKind kind, double alpha,
                                       std::size_t count, const ExperimentSettings& settings) {
  std::vector<Problem> problems;
  for (std::size_t j = 0; j < count; ++j)
    problems.push_back(make_storage(architecture, kind, alpha, instance_seed(settings, j)));
  return problems;
}

std::vector<Solution> run_ensemble(const std::vector<Problem>& problems,
                                   const std::vector<Contender>& contenders, const EnsembleParams& params) {
  std::vector<Solution> solutions(problems.size() * contenders.size());
  std::mutex lock;
  parallel_for(solutions.size(), params.threads, [&](std::size_t task) {
    if (params.interrupted && params.interrupted()) return;
    const std::size_t contender = task / problems.size(), instance = task % problems.size();
    solutions[task] = find_and_measure(problems[instance], contenders[contender], instance, params);
    const std::lock_guard<std::mutex> guard(lock);
    if (params.on_solution) params.on_solution(solutions[task]);
  });
  return solutions;
}

std::vector<const Solution*> of_label(const std::vector<Solution>& solutions, const std::string& label) {
  std::vector<const Solution*> chosen;
  for (const Solution& solution : solutions)
    if (solution.label == label) chosen.push_back(&solution);
  return chosen;
}

MeanAndError average(const std::vector<const Solution*>& solutions,
                     const std::function<double(const Solution&)>& value) {
  std::vector<double> samples;
  for (const Solution* solution : solutions) {
    const double sample = solution->solved() ? value(*solution) : std::nan("");
    if (!std::isnan(sample)) samples.push_back(sample);
  }
  return mean_and_error(samples);
}

EntropyAverage average_entropy(const std::vector<const Solution*>& solutions, std::size_t d) {
  EntropyAverage result;
  result.entropy = average(solutions, [&](const Solution& solution) {
    if (solution.entropies.empty()) return std::nan("");
    const auto& point = solution.entropies.at(d);
    if (!point.converged) ++result.unconverged;
    return point.converged ? point.entropy : std::nan("");
  });
  return result;
}

}  // namespace wfm::experiments
