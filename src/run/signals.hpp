// Ctrl-C and SIGTERM as a question that a run can ask, so that it ends with a checkpoint instead of dying.
#pragma once

#include <csignal>

namespace wfm {

/// While one lives, SIGINT and SIGTERM set a flag that interrupted() reads; its destructor puts the earlier handlers back.
/// A second signal of the same kind acts as if nothing were installed: it ends a program whose step hangs.
/// The flag and the handlers are the one process-wide state of the library (a signal handler gets no other argument); only one
/// object may live at a time (InvalidInput otherwise). Constructing one clears the flag.
class SignalGuard {
 public:
  SignalGuard();
  ~SignalGuard();
  SignalGuard(const SignalGuard&) = delete;
  SignalGuard& operator=(const SignalGuard&) = delete;

 private:
  struct sigaction earlier_interrupt_, earlier_terminate_;
};

/// Has a signal come since the last SignalGuard was made? For RunOptions::interrupted. Callable from any thread.
bool interrupted();

/// The signal that came (SIGINT or SIGTERM), 0 if none: a program that ends on it exits with 128 + this.
int interrupting_signal();

}  // namespace wfm
