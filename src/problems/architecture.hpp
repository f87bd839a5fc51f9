// One hidden layer of sign units with a fixed top layer (spec of the machine; no weights, no data).
//   preactivation  h[k] = w[k].xi / sqrt(n),  n the fan-in;   tau[k] = sign(h[k]), sign(0) = +1
//   field          perceptron: h[0];   committee: sum_k tau[k] / sqrt(K);   parity: prod_k tau[k]
//   output         sign(field);   a pattern is satisfied with margin kappa if label * field >= kappa (kappa = 0: output = label)
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace wfm {

enum class Machine { perceptron, committee, parity };

struct Architecture {
  Machine machine = Machine::perceptron;
  bool tree = false;  // each hidden unit sees its own inputs/hidden inputs; otherwise all of them
  int inputs = 0;     // N
  int hidden = 1;     // K; 1 for the perceptron, odd for the committee

  int fan_in() const { return tree ? inputs / hidden : inputs; }  // n
  /// Unit k sees the inputs first_input(k) ... first_input(k) + fan_in() - 1.
  int first_input(int k) const { return tree ? k * fan_in() : 0; }
  int weights() const { return hidden * fan_in(); }  // number of weights; alpha = P / weights()
  bool operator==(const Architecture&) const = default;
};

/// Throws InvalidInput that names the broken rule: inputs >= 1, hidden >= 1, perceptron has one unit, committee an odd number,
/// a tree's hidden units share the inputs evenly, weights() fits an int.
void validate(const Architecture& architecture);

std::string_view name(Machine machine);            // "perceptron", "committee", "parity"
Machine machine_from_name(std::string_view name);  // throws InvalidInput for any other name

/// Pre-sign output of the machine from the preactivations h of its hidden units (K of them).
double field(const Architecture& architecture, std::span<const double> h);

/// Is a pattern with this label (+-1) and this field satisfied with margin kappa >= 0? Ties at kappa = 0 follow sign(0) = +1; at
/// kappa > 0 a field that equals kappa up to rounding counts as satisfied.
bool satisfied(double field, int label, double margin);

}  // namespace wfm
