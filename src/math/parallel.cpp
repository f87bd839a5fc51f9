#include "math/parallel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "math/error.hpp"

namespace wfm {

void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work) {
  if (threads < 0)
    throw InvalidInput(fmt::format("parallel_for: threads must be 0 or more, not {}", threads));
  if (threads == 1 || count <= 1) {
    for (std::size_t i = 0; i < count; ++i) work(i);
    return;
  }
  std::atomic<std::size_t> next{0};
  std::exception_ptr first_exception;
  std::mutex lock;
  const auto take_part = [&] {
    for (std::size_t i = next++; i < count; i = next++) {
      try {
        work(i);
      } catch (...) {
        const std::lock_guard<std::mutex> guard(lock);
        if (!first_exception) first_exception = std::current_exception();
        next = count;
      }
    }
  };
  const std::size_t wanted =
      threads == 0 ? std::max(1U, std::thread::hardware_concurrency()) : std::size_t(threads);
  {
    std::vector<std::jthread> others;  // joined at the end of this block
    for (std::size_t t = 1; t < std::min(wanted, count); ++t) others.emplace_back(take_part);
    take_part();
  }
  if (first_exception) std::rethrow_exception(first_exception);
}

}  // namespace wfm
