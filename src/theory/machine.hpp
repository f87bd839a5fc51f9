// The machines that the replica formulas know: weights of a prior, units on disjoint inputs (a tree), an output that is right
// on a pattern. All have N weights in all and alpha N random patterns.
#pragma once

#include <string>

namespace wfm::theory {

enum class Prior { binary, spherical };
enum class Decoder {
  perceptron,  // one unit
  committee,   // sign of the sum of the hidden units, fixed top layer
  parity       // product of the signs of the hidden units
};
enum class Activation { sign, erf, relu };

inline constexpr int infinitely_many = 0;

/// Control parameters of a machine.
struct Machine {
  Prior prior = Prior::binary;
  Decoder decoder = Decoder::perceptron;
  int hidden =
      1;  // K units, each on N/K inputs; infinitely_many: K -> infinity after N -> infinity, committee only
  Activation activation =
      Activation::sign;  // of the hidden units; other than sign only with infinitely many units
};

/// Throws InvalidInput where the machine has no formula here: a perceptron with K != 1, a committee with an even number of sign
/// units, erf or ReLU units at finite K, a parity machine with K < 2 or infinitely many units.
void check_machine(const Machine& machine);

/// "binary perceptron", "spherical tree committee, K = 3, sign units", "binary parity machine, K = 2".
std::string name_of(const Machine& machine);

/// One field per pattern: the perceptron, or K -> infinity where the output's field is Gaussian.
bool has_one_field(const Machine& machine);

}  // namespace wfm::theory
