#include "theory/thresholds.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "math/error.hpp"
#include "theory/capacity.hpp"
#include "theory/explicit_centre.hpp"
#include "theory/franz_parisi_thresholds.hpp"
#include "theory/local_entropy_thresholds.hpp"
#include "theory/one_step_capacity.hpp"
#include "theory/teacher_student_thresholds.hpp"

namespace wfm::theory {

namespace {

constexpr double rounding = 1e-12;

bool is_binary(const Machine& machine) {
  return machine.prior == Prior::binary;
}
bool is_spherical(const Machine& machine) {
  return machine.prior == Prior::spherical;
}

bool has_few_fields(const Machine& machine) {
  return has_one_field(machine) || machine.hidden <= 3;
}
bool has_capacity(const Machine& machine) {
  return is_binary(machine) || has_few_fields(machine);
}
bool has_one_step_capacity(const Machine& machine) {
  return is_spherical(machine) &&
         (has_one_field(machine) || (machine.decoder == Decoder::committee && machine.hidden == 3));
}
bool is_binary_with_one_field(const Machine& machine) {
  return is_binary(machine) && has_one_field(machine);
}
bool is_binary_perceptron(const Machine& machine) {
  return is_binary(machine) && machine.decoder == Decoder::perceptron;
}
bool has_physical_replicas(const Machine& machine) {
  return is_binary(machine) && has_few_fields(machine);
}

std::vector<ThresholdKind> all_kinds() {
  return {
      {"capacity", "seconds", has_capacity, capacity_threshold},
      {"capacity_1rsb", "seconds", has_one_step_capacity,
       [](const Machine& m, double margin) { return one_step_capacity(m, margin).threshold; }},
      {"almeida_thouless", "seconds", has_few_fields, almeida_thouless},
      {"alpha_U_raw_slope", "seconds", has_few_fields, wide_slope_threshold},
      {"alpha_U_zero_external", "seconds", has_physical_replicas, zero_external_slope_threshold},
      {"zero_local_entropy", "seconds", has_physical_replicas, zero_external_entropy_threshold},
      {"alpha_LE_prime", "seconds", has_physical_replicas, local_entropy_threshold},
      {"alpha_LE_prime_best_margin", "minutes", is_binary_with_one_field, best_reference_threshold},
      {"alpha_U_solution_centre", "minutes", is_binary_perceptron,
       [](const Machine&, double margin) { return solution_centre_threshold(margin, margin); }},
      {"alpha_U_free_centre", "minutes", is_binary_perceptron,
       [](const Machine&, double margin) { return free_centre_threshold(margin); }},
      {"teacher_student", "seconds", is_binary_perceptron,
       [](const Machine&, double margin) { return teacher_student_transition(margin); }},
      {"teacher_student_spinodal", "seconds", is_binary_perceptron,
       [](const Machine&, double margin) { return teacher_student_spinodal(margin); }},
  };
}

}  // namespace

std::vector<ThresholdKind> threshold_kinds(const Machine& machine) {
  check_machine(machine);
  std::vector<ThresholdKind> kinds;
  for (const ThresholdKind& kind : all_kinds())
    if (kind.applies(machine)) kinds.push_back(kind);
  // tables over three fields: both branches of q0, fields of reference and counted solutions
  if (machine.hidden == 3)
    for (ThresholdKind& kind : kinds)
      if (kind.name == "alpha_LE_prime" ||
          (machine.decoder == Decoder::parity && kind.name == "zero_local_entropy"))
        kind.cost = "minutes";
  return kinds;
}

Threshold find_threshold(const Machine& machine, const std::string& name, double margin) {
  std::string known;
  for (const ThresholdKind& kind : threshold_kinds(machine)) {
    if (kind.name == name) {
      Threshold threshold = kind.find(machine, margin);
      threshold.name = name;
      // what rounding leaves of the digits of any search
      threshold.error = std::max(threshold.error, rounding * std::abs(threshold.alpha));
      return threshold;
    }
    known += (known.empty() ? "" : ", ") + kind.name;
  }
  throw InvalidInput(
      fmt::format("a threshold of the {} must be one of {}, got '{}'", name_of(machine), known, name));
}

}  // namespace wfm::theory
