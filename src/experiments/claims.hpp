// The claims ledger: every statement of the papers that an experiment judges, gathered from their results documents.
#pragma once

#include <string>
#include <vector>

#include "experiments/named.hpp"

namespace wfm::experiments {

/// One results document with all findings of `documents` (each with its experiment) and a table of them. `names`: of the experiments
/// that were asked for, none for all.
io::Json claims_document(const std::vector<io::Json>& documents, const std::vector<std::string>& names,
                         const ExperimentSettings& settings, double seconds);

/// Was `document` made by this version of the program, by this experiment with these settings? Then it need not be run again.
bool is_current(const io::Json& document, const NamedExperiment& experiment,
                const ExperimentSettings& settings);

}  // namespace wfm::experiments
