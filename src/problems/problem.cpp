#include "problems/problem.hpp"

#include <cmath>
#include <fstream>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm {

namespace {

void require_inputs(const Patterns& patterns, const Architecture& architecture, const char* which) {
  validate(patterns);
  if (patterns.count() > 0 && patterns.inputs_per_pattern() != std::size_t(architecture.inputs))
    throw InvalidInput(fmt::format("{} patterns need as many inputs as the machine, {}, got {}", which,
                                   architecture.inputs, patterns.inputs_per_pattern()));
}

}  // namespace

bool independent_inputs(const Problem& problem) {
  return problem.recipe.data == "storage" || problem.recipe.data == "teacher";
}

void validate(const Problem& problem) {
  validate(problem.architecture);
  require_inputs(problem.train, problem.architecture, "training");
  require_inputs(problem.test, problem.architecture, "test");
  if (!(problem.margin >= 0) || !std::isfinite(problem.margin))
    throw InvalidInput(fmt::format("the margin must be finite and >= 0, got {}", problem.margin));
  if (!problem.teacher) return;
  validate(*problem.teacher);
  if (problem.teacher->hidden != problem.architecture.hidden ||
      problem.teacher->fan_in != problem.architecture.fan_in())
    throw InvalidInput(fmt::format("the teacher must have the student's shape {} x {}, got {} x {}",
                                   problem.architecture.hidden, problem.architecture.fan_in(),
                                   problem.teacher->hidden, problem.teacher->fan_in));
}

std::size_t pattern_count(double alpha, const Architecture& architecture) {
  if (!(alpha >= 0) || !std::isfinite(alpha))
    throw InvalidInput(fmt::format("alpha must be finite and >= 0, got {}", alpha));
  const double count = std::round(alpha * architecture.weights());
  constexpr double most = 9007199254740992.0;  // 2^53
  if (count > most)
    throw InvalidInput(
        fmt::format("alpha x weights must be at most 2^53 patterns, got alpha = {}, weights = {}", alpha,
                    architecture.weights()));
  return std::size_t(count);
}

double available_memory() {
  std::ifstream meminfo("/proc/meminfo");
  std::string key, unit;
  for (double kibibytes; meminfo >> key >> kibibytes && std::getline(meminfo, unit);)
    if (key == "MemAvailable:") return kibibytes * 1024;
  return std::numeric_limits<double>::infinity();
}

void require_memory(double bytes, const std::string& what) {
  const double available = available_memory();
  if (!(bytes <= available))
    throw ResourceProblem(
        fmt::format("{} needs {:.4g} bytes of memory, {:.4g} are available", what, bytes, available));
}

}  // namespace wfm
