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
  Threshold (*find)(const Machine&);
};

/// Those that apply to the machine, cheapest first.
std::vector<ThresholdKind> threshold_kinds(const Machine& machine);

/// InvalidInput that lists the names there are for this machine.
Threshold find_threshold(const Machine& machine, const std::string& name);

}  // namespace wfm::theory
