// wfm solve --seeds: the runs of many seeds and their success rate.
#pragma once

#include "cli/shared_options.hpp"
#include "experiments/seeds.hpp"

namespace wfm::cli {

/// Runs, prints rows and summary, writes --output; the exit code: 0 where all reached their goal, 1 where not, 130 where interrupted
/// (with the rows that ended).
int solve_seeds_command(const SharedOptions& shared, experiments::SeedsRequest request);

}  // namespace wfm::cli
