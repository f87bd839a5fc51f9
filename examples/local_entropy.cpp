// Solutions around a typical and around a maximum-margin solution of a random binary perceptron at half a pattern per weight.
#include <cstdio>
#include <vector>

#include "theory/capacity.hpp"
#include "theory/franz_parisi.hpp"

int main() {
  const double alpha = 0.5, kappa_max = wfm::theory::max_margin(alpha).kappa_max;
  const std::vector<double> distances{0.005, 0.01, 0.02, 0.05, 0.1};
  const auto typical = wfm::theory::franz_parisi_curve({alpha, 0, 0}, distances);
  const auto wide = wfm::theory::franz_parisi_curve({alpha, kappa_max, 0}, distances);
  for (std::size_t j = 0; j < distances.size(); ++j)
    std::printf("d = %.3f: %9.6f around typical, %9.6f around maximum-margin solutions\n", distances[j],
                typical[j].entropy, wide[j].entropy);
  return typical.front().converged && wide.front().converged ? 0 : 1;
}
