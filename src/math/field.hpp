// Algebra of magnetisations m = tanh h of binary weights, written in fields so that nothing is lost near |m|
// = 1.
#pragma once

namespace wfm {

/// 1 - tanh(h)^2 = 1/cosh(h)^2, accurate where tanh(h) rounds to one.
double variance_of_field(double h);

/// Field that a spin with field h exerts through a coupling J: atanh(tanh J tanh h), for |J| up to infinity.
double field_through_coupling(double J, double h);

/// Entropy (nats) of a +-1 variable with field h: ln 2cosh h - h tanh h, in [0, ln 2].
double entropy_of_field(double h);

/// Binary entropy -d ln d - (1-d) ln(1-d) in nats, d in [0, 1]; 0 at both ends.
double binary_entropy(double d);

}  // namespace wfm
