#include "math/parallel.hpp"

#include <algorithm>

#include <tbb/info.h>
#include <tbb/parallel_for.h>
#include <tbb/partitioner.h>
#include <tbb/task_arena.h>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm {

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  if (threads < 0)
    throw InvalidInput(fmt::format("parallel_for: threads must be 0 or more, not {}", threads));
  if (threads == 1 || count <= 1) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  const int available = tbb::info::default_concurrency();  // TBB prints a warning when asked for more
  tbb::task_arena arena(threads == 0 ? available : std::min(threads, available));
  arena.execute([&] { tbb::parallel_for(std::size_t{0}, count, work, tbb::simple_partitioner{}); });
}

}  // namespace wfm
