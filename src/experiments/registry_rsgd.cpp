// Replicated gradient descent under one name: signs of hidden fields for binary weights, the smooth network for spherical ones.
#include <algorithm>

#include "experiments/registry_entries.hpp"

namespace wfm::experiments {

namespace {

/// The knobs of both; one that both have says which default is whose.
std::vector<KnobDescription> joined(std::vector<KnobDescription> binary,
                                    const std::vector<KnobDescription>& spherical) {
  for (KnobDescription& knob : binary) knob.help += " (binary)";
  for (const KnobDescription& knob : spherical) {
    const auto same = std::find_if(binary.begin(), binary.end(),
                                   [&](const KnobDescription& other) { return other.name == knob.name; });
    if (same == binary.end()) {
      binary.push_back({knob.name, knob.help + " (spherical)", knob.default_value});
      continue;
    }
    same->help += "; " + knob.help + " (spherical)";
    same->default_value = fmt::format("binary {}, spherical {}", same->default_value, knob.default_value);
  }
  return binary;
}

}  // namespace

RegistryEntry rsgd_entry() {
  const RegistryEntry binary = binary_rsgd_entry(), spherical = spherical_rsgd_entry();
  RegistryEntry entry;
  entry.description = {
      "rsgd", "replicated gradient descent: fields behind binary weights, or the smooth network on spheres",
      joined(binary.description.knobs, spherical.description.knobs)};
  // without a problem, knobs of either are knobs
  entry.check = [binary, spherical](const KnobValues& knobs) {
    try {
      spherical.check(knobs);
    } catch (const InvalidInput&) {
      binary.check(knobs);
    }
  };
  entry.resolve = [binary, spherical](const Problem& problem, const KnobValues& knobs) {
    return (problem.weight_kind == WeightKind::binary ? binary : spherical).resolve(problem, knobs);
  };
  entry.solve = [binary, spherical](const Problem& problem, const SolveRequest& request) {
    return (problem.weight_kind == WeightKind::binary ? binary : spherical).solve(problem, request);
  };
  return entry;
}

}  // namespace wfm::experiments
