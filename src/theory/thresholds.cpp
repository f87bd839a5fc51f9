#include "theory/thresholds.hpp"

#include <fmt/format.h>

#include "math/error.hpp"
#include "theory/capacity.hpp"
#include "theory/local_entropy_thresholds.hpp"
#include "theory/one_step_capacity.hpp"

namespace wfm::theory {

namespace {

bool is_binary(const Machine& machine) {
  return machine.prior == Prior::binary;
}
bool is_spherical(const Machine& machine) {
  return machine.prior == Prior::spherical;
}

bool has_few_fields(const Machine& machine) {
  return has_one_field(machine) || machine.hidden <= 3;
}
bool has_one_step_capacity(const Machine& machine) {
  return is_spherical(machine) &&
         (has_one_field(machine) || (machine.decoder == Decoder::committee && machine.hidden == 3));
}
bool is_wide(const Machine& machine) {
  return has_few_fields(machine);
}
bool has_physical_replicas(const Machine& machine) {
  return is_binary(machine) && has_few_fields(machine);
}

std::vector<ThresholdKind> all_kinds() {
  return {
      {"capacity", "seconds", has_few_fields, [](const Machine& m) { return capacity_threshold(m); }},
      {"capacity_1rsb", "seconds", has_one_step_capacity,
       [](const Machine& m) { return one_step_capacity(m).threshold; }},
      {"almeida_thouless", "seconds", has_few_fields, [](const Machine& m) { return almeida_thouless(m); }},
      {"alpha_U_raw_slope", "seconds", is_wide, [](const Machine& m) { return wide_slope_threshold(m); }},
      {"alpha_U_zero_external", "seconds", has_physical_replicas,
       [](const Machine& m) { return zero_external_slope_threshold(m); }},
      {"zero_local_entropy", "seconds", has_physical_replicas,
       [](const Machine& m) { return zero_external_entropy_threshold(m); }},
  };
}

}  // namespace

std::vector<ThresholdKind> threshold_kinds(const Machine& machine) {
  check_machine(machine);
  std::vector<ThresholdKind> kinds;
  for (const ThresholdKind& kind : all_kinds())
    if (kind.applies(machine)) kinds.push_back(kind);
  return kinds;
}

Threshold find_threshold(const Machine& machine, const std::string& name) {
  std::string known;
  for (const ThresholdKind& kind : threshold_kinds(machine)) {
    if (kind.name == name) {
      Threshold threshold = kind.find(machine);
      threshold.name = name;
      return threshold;
    }
    known += (known.empty() ? "" : ", ") + kind.name;
  }
  throw InvalidInput(
      fmt::format("a threshold of the {} must be one of {}, got '{}'", name_of(machine), known, name));
}

}  // namespace wfm::theory
