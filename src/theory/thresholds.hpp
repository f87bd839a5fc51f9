// All thresholds of a machine by name: the table of docs/theory/thresholds.md as code.
#pragma once

#include <string>
#include <vector>

#include "theory/threshold.hpp"

namespace wfm::theory {

/// A threshold that can be asked for.
struct ThresholdKind {
  std::string name;
  std::string cost;  // "seconds" (below ten) or "minutes" (from ten seconds on) on one core
  bool (*applies)(const Machine&);
  Threshold (*find)(const Machine&, double margin);
};

/// Those that apply to the machine, cheapest first.
std::vector<ThresholdKind> threshold_kinds(const Machine& machine);

/// For solutions of that margin (also that of an explicit centre). InvalidInput that lists the names there are for this machine, and
/// where the threshold is not known with a margin.
Threshold find_threshold(const Machine& machine, const std::string& name, double margin = 0);

}  // namespace wfm::theory
