#include "theory/repair_cost.hpp"

#include <cmath>

#include <fmt/format.h>
#include <boost/math/special_functions/beta.hpp>

#include "math/error.hpp"
#include "math/gaussian.hpp"
#include "math/quadrature.hpp"
#include "theory/kernel.hpp"

namespace wfm::theory {

double mean_repair_cost(const Machine& machine, double margin) {
  check_machine(machine);
  require(std::isfinite(margin), fmt::format("a repair cost needs a finite margin, got {}", margin));
  if (has_one_field(machine)) {
    const Kernel kernel(machine);
    const double Q1 = kernel.at_one(), deviation = std::sqrt(Q1), a = margin / deviation;
    // int Dz (kappa - sqrt(Q1) z)_+^2/Q'(1) = [(kappa^2 + Q1) H(-a) + kappa sqrt(Q1) G(a)]/Q'(1),  a = kappa/sqrt(Q1)
    return ((margin * margin + Q1) * H(-a) + margin * deviation * G(a)) / kernel.slope({1, 0});
  }
  require(margin == 0, fmt::format("a repair cost of K units is known without margin, got {}", margin));
  const int K = machine.hidden;
  const QuadratureRule half_line = composite_gauss_legendre(30, 10, 0, 12);
  if (machine.decoder == Decoder::parity) {
    // (1/2) E[min_l h_l^2] = (1/2) int_0^inf dx 2x (2H(x))^K
    return integrate(half_line, [&](double x) { return x * std::pow(2 * H(x), K); });
  }
  // sum over units of E[c_l P(at most (K-1)/2 of the other K-1 have a smaller c)], P(c < x^2) = H(-x)
  const double half = (K - 1) / 2.0;  // K is odd
  return K * integrate(half_line, [&](double x) {
           return G(x) * x * x * boost::math::ibeta(K - 1 - half, half + 1, H(x));
         });
}

}  // namespace wfm::theory
