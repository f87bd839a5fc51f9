#include "problems/solution_list.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "math/error.hpp"

namespace wfm {

namespace {

constexpr int most_unit_weights = 22, most_weights = 48;
constexpr std::size_t most_patterns = 64, most_solutions = std::size_t{1} << 22;

void require_listable(const Problem& problem) {
  validate(problem);
  const Architecture& machine = problem.architecture;
  const int K = machine.hidden;
  require(machine.tree && ((machine.machine == Machine::parity && (K == 2 || K == 3)) ||
                           (machine.machine == Machine::committee && K == 3)),
          fmt::format("solutions are listed of tree parity machines, K = 2, 3, and tree committees, K = 3, "
                      "got {}{}, K = {}",
                      machine.tree ? "tree " : "", name(machine.machine), K));
  require(
      problem.weight_kind == WeightKind::binary && problem.train.binary() && problem.margin == 0,
      fmt::format("solutions are listed of binary weights and inputs at margin 0, got {} weights, margin {}",
                  name(problem.weight_kind), problem.margin));
  require(machine.fan_in() <= most_unit_weights && machine.weights() <= most_weights,
          fmt::format("solutions are listed of at most {} weights a unit and {} in all, got {} and {}",
                      most_unit_weights, most_weights, machine.fan_in(), machine.weights()));
  require(problem.train.count() <= most_patterns,
          fmt::format("solutions are listed of at most {} patterns, got {}", most_patterns,
                      problem.train.count()));
}

/// z_k of all configurations of a unit: 2^n words.
std::vector<std::uint64_t> negatives_of_unit(const Problem& problem, int k) {
  const Patterns& patterns = problem.train;
  const int n = problem.architecture.fan_in(), first = problem.architecture.first_input(k);
  std::vector<std::uint64_t> negatives(std::size_t{1} << n);
  for (std::size_t a = 0; a < patterns.count(); ++a) {
    std::uint64_t xi = 0;
    for (int i = 0; i < n; ++i)
      if (patterns(a, std::size_t(first) + std::size_t(i)) > 0) xi |= std::uint64_t{1} << i;
    // w.xi = n - 2 |w ^ xi|, sign(0) = +1
    for (std::uint64_t w = 0; w < negatives.size(); ++w)
      if (n - 2 * std::popcount(w ^ xi) < 0) negatives[w] |= std::uint64_t{1} << a;
  }
  return negatives;
}

/// The configurations of a unit by their negatives.
class UnitIndex {
 public:
  explicit UnitIndex(const std::vector<std::uint64_t>& negatives) : first_((std::size_t{1} << bits) + 1) {
    for (const std::uint64_t z : negatives) ++first_[bucket(z) + 1];
    for (std::size_t b = 1; b < first_.size(); ++b) first_[b] += first_[b - 1];
    entries_.resize(negatives.size());
    std::vector<std::size_t> next(first_.begin(), first_.end() - 1);
    for (std::uint64_t w = 0; w < negatives.size(); ++w)
      entries_[next[bucket(negatives[w])]++] = {negatives[w], w};
  }

  template <class Found>
  void each(std::uint64_t z, const Found& found) const {
    for (std::size_t e = first_[bucket(z)]; e < first_[bucket(z) + 1]; ++e)
      if (entries_[e].negatives == z) found(entries_[e].weights);
  }

 private:
  static constexpr int bits = 16;
  static std::size_t bucket(std::uint64_t z) {
    return std::size_t(z * 0x9E3779B97F4A7C15u >> (64 - bits));  // Fibonacci hashing
  }
  struct Entry {
    std::uint64_t negatives, weights;
  };
  std::vector<std::size_t> first_;
  std::vector<Entry> entries_;
};

class List {
 public:
  void add(std::uint64_t solution) {
    if (solutions_.size() == most_solutions)
      throw InvalidInput(fmt::format("at most {} solutions are listed, there are more", most_solutions));
    solutions_.push_back(solution);
  }
  std::vector<std::uint64_t> sorted() {
    std::ranges::sort(solutions_);
    return std::move(solutions_);
  }

 private:
  std::vector<std::uint64_t> solutions_;
};

}  // namespace

std::vector<std::uint64_t> list_solutions(const Problem& problem) {
  require_listable(problem);
  const int K = problem.architecture.hidden, n = problem.architecture.fan_in();
  std::vector<std::vector<std::uint64_t>> units;
  for (int k = 0; k < K; ++k) units.push_back(negatives_of_unit(problem, k));
  std::uint64_t labels = 0;
  for (std::size_t a = 0; a < problem.train.count(); ++a)
    if (problem.train.labels[a] < 0) labels |= std::uint64_t{1} << a;

  List list;
  if (problem.architecture.machine == Machine::committee) {
    for (std::uint64_t u = 0; u < units[0].size(); ++u)
      for (std::uint64_t v = 0; v < units[1].size(); ++v) {
        const std::uint64_t open = units[0][u] ^ units[1][v];
        if ((units[0][u] ^ labels) & ~open) continue;  // both wrong
        for (std::uint64_t w = 0; w < units[2].size(); ++w)
          if (((units[2][w] ^ labels) & open) == 0) list.add(u | v << n | w << 2 * n);
      }
    return list.sorted();
  }
  const UnitIndex last(units.back());
  for (std::uint64_t u = 0; u < units[0].size(); ++u) {
    if (K == 2) {
      last.each(units[0][u] ^ labels, [&](std::uint64_t w) { list.add(u | w << n); });
      continue;
    }
    for (std::uint64_t v = 0; v < units[1].size(); ++v)
      last.each(units[0][u] ^ units[1][v] ^ labels,
                [&](std::uint64_t w) { list.add(u | v << n | w << 2 * n); });
  }
  return list.sorted();
}

}  // namespace wfm
