#include "theory/machine.hpp"

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::theory {

namespace {

std::string name_of(Activation activation) {
  switch (activation) {
    case Activation::sign:
      return "sign";
    case Activation::erf:
      return "erf";
    case Activation::relu:
      return "ReLU";
  }
  return "unknown";
}

}  // namespace

void check_machine(const Machine& machine) {
  const int K = machine.hidden;
  switch (machine.decoder) {
    case Decoder::perceptron:
      if (K == 1 && machine.activation == Activation::sign) return;  // asked at every node of a curve
      require(K == 1, fmt::format("a perceptron has one unit, got K = {}", K));
      break;
    case Decoder::committee:
      require(
          K == infinitely_many || (K > 0 && K % 2 == 1),
          fmt::format("a committee needs an odd number of hidden units or infinitely many, got K = {}", K));
      break;
    case Decoder::parity:
      require(K >= 2, fmt::format("a parity machine needs a finite number K >= 2 of hidden units, got {}",
                                  K == infinitely_many ? "infinitely many" : fmt::format("K = {}", K)));
      break;
  }
  require(machine.activation == Activation::sign ||
              (machine.decoder == Decoder::committee && K == infinitely_many),
          fmt::format("{} units are known for a committee with infinitely many of them only",
                      name_of(machine.activation)));
}

std::string name_of(const Machine& machine) {
  const std::string prior = machine.prior == Prior::binary ? "binary" : "spherical";
  if (machine.decoder == Decoder::perceptron) return prior + " perceptron";
  if (machine.decoder == Decoder::parity)
    return fmt::format("{} parity machine, K = {}", prior, machine.hidden);
  const std::string count =
      machine.hidden == infinitely_many ? "K -> infinity" : fmt::format("K = {}", machine.hidden);
  return fmt::format("{} tree committee, {}, {} units", prior, count, name_of(machine.activation));
}

bool has_one_field(const Machine& machine) {
  return machine.hidden == 1 || machine.hidden == infinitely_many;
}

}  // namespace wfm::theory
