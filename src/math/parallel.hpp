// Loops over independent work. Results must not depend on the threads: each index writes to its own place.
#pragma once

#include <cstddef>
#include <functional>

namespace wfm {

/// Calls work(i) for i = 0 ... count-1 on up to `threads` threads (0: as many as the machine has; 1: in
/// order, on the caller's).
/// The first exception thrown by work is rethrown here.
void parallel_for(std::size_t count, int threads, const std::function<void(std::size_t)>& work);

}  // namespace wfm
