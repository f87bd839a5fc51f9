// What algorithms found of the larger instances of wfm reproduce parity, and what is judged by it.
#pragma once

#include <algorithm>
#include <vector>

#include "experiments/ensemble.hpp"
#include "experiments/parity_instances.hpp"
#include "experiments/success_threshold.hpp"
#include "theory/franz_parisi.hpp"

namespace wfm::experiments {

/// Around one solution, in the order of `distances`; empty where nothing was measured.
using Curve = std::vector<landscape::LocalEntropyPoint>;

struct FoundParity {
  const FoundParitySizes sizes;
  const std::vector<ComparedMachine>& machines;
  const std::vector<Contender> contenders;
  std::vector<char> solved;    // machine, contender, share, instance
  std::vector<Curve> around;   // the same
  std::vector<Curve> planted;  // machine, measured instance; parity machines only
  std::vector<std::vector<theory::FranzParisiPoint>> typical;  // machine

  FoundParity(const FoundParitySizes& all_sizes, const std::vector<ComparedMachine>& all_machines,
              const std::vector<Contender>& all_contenders)
      : sizes(all_sizes),
        machines(all_machines),
        contenders(all_contenders),
        solved(machines.size() * contenders.size() * sizes.shares.size() * sizes.instances),
        around(solved.size()),
        planted(machines.size() * sizes.measured),
        typical(machines.size()) {}

  int inputs(std::size_t m) const {
    return machines[m].machine.hidden == 2 ? sizes.inputs_two : sizes.inputs_three;
  }
  /// The first distance that is no smaller; the last where all are.
  std::size_t place_of(double distance) const {
    const auto at = std::ranges::lower_bound(sizes.distances, distance);
    return std::size_t(at - sizes.distances.begin()) - (at == sizes.distances.end() ? 1 : 0);
  }
  double share() const { return sizes.shares[sizes.measured_share]; }
  std::size_t place(std::size_t m, std::size_t c, std::size_t s, std::size_t j) const {
    return ((m * contenders.size() + c) * sizes.shares.size() + s) * sizes.instances + j;
  }
  std::vector<SuccessAtLoad> loads(std::size_t m, std::size_t c) const {  // by share of the capacity
    std::vector<SuccessAtLoad> all;
    for (std::size_t s = 0; s < sizes.shares.size(); ++s) {
      const auto first = solved.begin() + std::ptrdiff_t(place(m, c, s, 0));
      all.push_back({sizes.shares[s], {first, first + std::ptrdiff_t(sizes.instances)}});
    }
    return all;
  }
  std::vector<Curve> around_found(std::size_t m, std::size_t c) const {
    const auto first = around.begin() + std::ptrdiff_t(place(m, c, sizes.measured_share, 0));
    return {first, first + std::ptrdiff_t(sizes.measured)};
  }
  std::vector<Curve> around_planted(std::size_t m) const {
    const auto first = planted.begin() + std::ptrdiff_t(m * sizes.measured);
    return {first, first + std::ptrdiff_t(sizes.measured)};
  }
};

/// Mean over the curves that converged at distance number `d`.
MeanAndError average_at(const std::vector<Curve>& curves, std::size_t d);

bool is_parity(const ComparedMachine& machine);

/// All claims; contender 0 is annealing on a loss, the last is focusing BP, the last machine the committee.
std::vector<io::Json> found_parity_claims(const FoundParity& found, std::uint64_t seed);

}  // namespace wfm::experiments
