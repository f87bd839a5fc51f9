// How close the solutions of a small instance lie to each other, from the list of all of them (problems/solution_list.hpp).
//   B_w(D) = number of solutions within D flips of the solution w, itself included;   V(D) = sum_{j <= D} binomial(N, j)
//   share_w(D) = ln B_w(D) / ln V(D):  0 where w is alone, 1 where every configuration is a solution                       (NB.1)
// For N to infinity and D = d N the share around typical solutions is max_{d' <= d} phi(d')/h(d), or 0 where that is negative.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace wfm::landscape {

/// For D = 1 ... D_max at place D - 1.
struct SolutionNeighbours {
  std::size_t solutions = 0;
  std::vector<double> typical;   // share_w(D), mean over all solutions w
  std::vector<double> densest;   // largest share_w(D), at each D for itself
  std::vector<double> isolated;  // part of the solutions with no other one within D flips
  std::vector<double> at;        // N_w(D): solutions at exactly D flips, mean over all w
};

/// O(S^2) of S solutions. Throws InvalidInput unless 1 <= D_max <= weights <= 64; without solutions all values are NaN.
SolutionNeighbours solution_neighbours(std::span<const std::uint64_t> solutions, int weights, int D_max);

}  // namespace wfm::landscape
