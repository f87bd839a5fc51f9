#include "math/parallel.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <thread>
#include <vector>

#include "math/error.hpp"

namespace wfm {
namespace {

class WithThreads : public testing::TestWithParam<int> {};

TEST_P(WithThreads, every_index_is_visited_once) {
  std::vector<std::atomic<int>> visits(1000);
  parallel_for(visits.size(), GetParam(), [&](std::size_t i) { ++visits[i]; });
  for (const auto& count : visits) EXPECT_EQ(count, 1);
}

TEST_P(WithThreads, exceptions_reach_the_caller) {
  EXPECT_THROW(parallel_for(100, GetParam(),
                            [](std::size_t i) {
                              if (i == 37) throw std::domain_error("37");
                            }),
               std::domain_error);
}

TEST_P(WithThreads, loops_may_be_nested) {
  std::vector<std::atomic<int>> visits(64);
  parallel_for(8, GetParam(), [&](std::size_t i) {
    parallel_for(8, GetParam(), [&](std::size_t j) { ++visits[8 * i + j]; });
  });
  for (const auto& count : visits) EXPECT_EQ(count, 1);
}

TEST_P(WithThreads, an_empty_loop_calls_nothing) {
  parallel_for(0, GetParam(), [](std::size_t) { FAIL(); });
}

INSTANTIATE_TEST_SUITE_P(Parallel, WithThreads, testing::Values(0, 1, 2, 5));

TEST(Parallel, one_thread_runs_in_order_on_the_callers) {
  std::vector<std::size_t> order, expected(100);
  std::iota(expected.begin(), expected.end(), 0);
  const auto caller = std::this_thread::get_id();
  parallel_for(100, 1, [&](std::size_t i) {
    EXPECT_EQ(std::this_thread::get_id(), caller);
    order.push_back(i);
  });
  EXPECT_EQ(order, expected);
}

TEST(Parallel, negative_threads_are_refused) {
  EXPECT_THROW(parallel_for(1, -1, [](std::size_t) {}), InvalidInput);
}

}  // namespace
}  // namespace wfm
