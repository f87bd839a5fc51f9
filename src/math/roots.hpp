// Roots of functions of one variable, bracketed (Boost's TOMS 748 underneath).
#pragma once

#include <functional>
#include <optional>

namespace wfm {

/// Root of f in [a, b], where f(a) and f(b) have opposite signs; empty where they have not, where f returns a
/// non-finite value, or where the bracket did not shrink to `tolerance` (absolute, on x) within
/// max_evaluations.
std::optional<double> find_root(const std::function<double(double)>& f, double a, double b,
                                double tolerance = 0, int max_evaluations = 200);

}  // namespace wfm
