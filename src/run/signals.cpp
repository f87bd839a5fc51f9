#include "run/signals.hpp"

#include <atomic>

#include "math/error.hpp"

namespace wfm {
namespace {

std::atomic<int> received_signal{0};
std::atomic<bool> guard_lives{false};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

void install(int signal, struct sigaction& earlier) {
  struct sigaction action = {};
  action.sa_handler = [](int received) { received_signal.store(received); };
  action.sa_flags = int(SA_RESTART | SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, &earlier);  // fails for a bad signal number only
}

}  // namespace

SignalGuard::SignalGuard() {
  if (guard_lives.exchange(true))
    throw InvalidInput("signals: only one SignalGuard may live at a time, given a second");
  received_signal.store(0);
  install(SIGINT, earlier_interrupt_);
  install(SIGTERM, earlier_terminate_);
}

SignalGuard::~SignalGuard() {
  sigaction(SIGINT, &earlier_interrupt_, nullptr);
  sigaction(SIGTERM, &earlier_terminate_, nullptr);
  guard_lives.store(false);
}

bool interrupted() {
  return interrupting_signal() != 0;
}

int interrupting_signal() {
  return received_signal.load();
}

}  // namespace wfm
