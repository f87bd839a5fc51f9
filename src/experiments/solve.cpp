#include "experiments/solve.hpp"

#include "experiments/registry.hpp"
#include "experiments/run_and_record.hpp"

namespace wfm::experiments {

namespace {

template <class T>
void keep_every_other(std::vector<T>& column) {
  std::size_t kept = 0;
  for (std::size_t j = 1; j < column.size(); j += 2) column[kept++] = column[j];
  column.resize(kept);
}

}  // namespace

std::int64_t thin(io::History& history, std::size_t most) {
  if (history.step.size() <= most) return 1;
  keep_every_other(history.step);
  keep_every_other(history.seconds);
  keep_every_other(history.errors);
  keep_every_other(history.change);
  for (auto& [name, column] : history.observables) keep_every_other(column);
  return 2;
}

void evaluate(io::RunFile& record, const Problem& problem) {
  record.train_errors = std::int64_t(training_errors(problem, record.weights));
  if (problem.test.count() > 0)
    record.test_error = double(count_errors(problem.architecture, record.weights, problem.test)) /
                        double(problem.test.count());
}

SolveResult solve(const Problem& problem, const SolveRequest& request) {
  validate(problem);
  return registry_entry(request.algorithm).solve(problem, request);
}

void check_request(const SolveRequest& request) {
  registry_entry(request.algorithm).check(request.knobs);
}

std::vector<AlgorithmDescription> algorithms() {
  std::vector<AlgorithmDescription> descriptions;
  for (const auto& entry : registry()) descriptions.push_back(entry.description);
  return descriptions;
}

}  // namespace wfm::experiments
