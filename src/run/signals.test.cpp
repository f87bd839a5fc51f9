#include "run/signals.hpp"

#include <csignal>

#include <gtest/gtest.h>

#include "math/error.hpp"

namespace wfm {
namespace {

volatile std::sig_atomic_t own_handler_calls = 0;
void own_handler(int) {
  own_handler_calls = own_handler_calls + 1;
}

TEST(SignalGuard, TurnsSignalsIntoAFlag) {
  for (const int signal : {SIGINT, SIGTERM}) {
    const SignalGuard guard;
    EXPECT_FALSE(interrupted());
    std::raise(signal);
    EXPECT_TRUE(interrupted());
    EXPECT_EQ(interrupting_signal(), signal);
  }
}

TEST(SignalGuard, PutsTheEarlierHandlerBack) {
  const auto earlier = std::signal(SIGINT, own_handler);
  own_handler_calls = 0;
  {
    const SignalGuard guard;
    std::raise(SIGINT);
    EXPECT_EQ(own_handler_calls, 0);
  }
  std::raise(SIGINT);
  EXPECT_EQ(own_handler_calls, 1);
  std::signal(SIGINT, earlier);
}

TEST(SignalGuard, SecondSignalEndsTheProgram) {
  const auto die = [] {
    const SignalGuard guard;
    std::raise(SIGTERM);
    std::raise(SIGTERM);
  };
  EXPECT_EXIT(die(), testing::KilledBySignal(SIGTERM), "");
}

TEST(SignalGuard, OnlyOneMayLive) {
  const SignalGuard guard;
  EXPECT_THROW(SignalGuard(), InvalidInput);
  std::raise(SIGINT);
  EXPECT_TRUE(interrupted());  // the refused one left the first at work
}

}  // namespace
}  // namespace wfm
