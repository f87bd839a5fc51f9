#include "cli/solve_seeds.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <optional>

#include "io/atomic_file.hpp"
#include "io/json.hpp"
#include "run/signals.hpp"

namespace wfm::cli {

int solve_seeds_command(const SharedOptions& shared, experiments::SeedsRequest request) {
  const SignalGuard guard;
  request.threads = shared.threads;
  request.solve.interrupted = interrupted;
  std::optional<ProgressDisplay> display(std::in_place, shared.progress_style(), request.solve.algorithm,
                                         std::int64_t(request.seeds.size()), "runs");
  request.on_run = [&](std::size_t ended) { display->update(std::int64_t(ended)); };
  const experiments::SeedsResult result = experiments::solve_seeds(request);
  display.reset();

  const io::Json rows = experiments::rows_of(result), success = experiments::success_of(result);
  const io::Json both = {{"rows", rows}, {"success", success}};
  write_output(both, shared);
  if (shared.json) {
    print_object(both, shared);
  } else {
    print_rows(rows, shared);
    std::printf("\n");
    print_object(success, shared);
  }
  if (result.interrupted) {
    say(shared, fmt::format("interrupted after {} of {} runs", result.rows.size(), request.seeds.size()));
    return 130;
  }
  return result.successes() == result.rows.size() ? 0 : 1;
}

}  // namespace wfm::cli
