#include "experiments/registry.hpp"

#include <fmt/format.h>

#include <utility>

#include "experiments/registry_entries.hpp"

namespace wfm::experiments {

const std::vector<RegistryEntry>& registry() {
  static const std::vector<RegistryEntry> entries = [] {
    std::vector<RegistryEntry> all;
    for (auto&& family : {message_passing_entries(), online_rule_entries(), replicated_entries(),
                          gradient_entries(), binary_rule_entries(), monte_carlo_entries()})
      all.insert(all.end(), family.begin(), family.end());
    return all;
  }();
  return entries;
}

const RegistryEntry& registry_entry(const std::string& algorithm) {
  std::string known;
  for (const auto& entry : registry()) {
    if (entry.description.name == algorithm) return entry;
    known += (known.empty() ? "" : ", ") + entry.description.name;
  }
  throw InvalidInput(fmt::format("--algorithm: must be one of {}, got '{}'", known, algorithm));
}

}  // namespace wfm::experiments
