// Named experiments: each makes its data, its charts and tables, and the verdicts on the claims that they carry.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "io/json.hpp"

namespace wfm::experiments {

struct ExperimentSettings {
  bool quick = true;  // minutes on two cores; false: the full setting
  std::uint64_t seed = 1;
  int threads = 0;
  std::optional<std::int64_t> instances =
      std::nullopt;  // or seeds, >= 1, in place of the setting's own number
  std::function<void(std::int64_t done, std::int64_t total, const std::string& note)>
      progress;                       // may be empty; under a lock
  std::function<bool()> interrupted;  // may be empty
};

struct NamedExperiment {
  std::string name, source, shows, cost;
  bool on_instances = false;  // does ExperimentSettings::instances mean anything?
  /// The results document (io/report.hpp); empty where it was interrupted.
  std::function<std::optional<io::Json>(const ExperimentSettings&)> run;
};

/// All of them, in the order in which they are shown.
const std::vector<NamedExperiment>& named_experiments();

/// Throws InvalidInput that lists the names there are.
const NamedExperiment& named_experiment(const std::string& name);

}  // namespace wfm::experiments
