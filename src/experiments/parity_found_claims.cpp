// wfm reproduce parity: what the instances that algorithms solved say of parity machines.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "experiments/parity_found.hpp"

namespace wfm::experiments {

MeanAndError average_at(const std::vector<Curve>& curves, std::size_t d) {
  std::vector<double> samples;
  for (const Curve& curve : curves)
    if (!curve.empty() && curve[d].converged) samples.push_back(curve[d].entropy);
  return mean_and_error(samples);
}

bool is_parity(const ComparedMachine& machine) {
  return machine.machine.decoder == theory::Decoder::parity;
}

namespace {

constexpr double near = 0.02;  // distance where density is judged
constexpr double far =
    0.1;  // where planted solutions are: nearer, messages around isolated ones often do not converge

/// Solutions in number at every distance, more than around typical ones: a wide flat minimum of this instance's size.
io::Json flat_claim(const FoundParity& found) {
  const std::vector<double>& distances = found.sizes.distances;
  const std::size_t judged_at = found.place_of(near);
  bool decided = true, flat = true;
  std::string evidence;
  for (std::size_t m = 0; m < found.machines.size(); ++m) {
    const auto curves = found.around_found(m, 0);
    const MeanAndError judged = average_at(curves, judged_at);
    const auto& typical = found.typical[m][judged_at];
    evidence += fmt::format("{}{}: typical {:.4f}", evidence.empty() ? "" : "; ", found.machines[m].label,
                            typical.entropy);
    for (std::size_t c = 0; c < found.contenders.size(); ++c) {
      const MeanAndError one = average_at(found.around_found(m, c), judged_at);
      if (one.count > 1) evidence += fmt::format(", {} {}", found.contenders[c].label, with_error(one));
    }
    if (!is_parity(found.machines[m])) continue;
    decided = decided && std::isfinite(judged.standard_error) && typical.converged;
    flat = flat && judged.mean - 3 * judged.standard_error > std::max(0.0, typical.entropy);
    MeanAndError before{0, 0, 0};
    for (std::size_t d = 0; d < distances.size(); ++d) {
      const MeanAndError here = average_at(curves, d);
      decided = decided && std::isfinite(here.standard_error);
      flat = flat && here.mean - before.mean > 3 * std::hypot(here.standard_error, before.standard_error);
      before = here;
    }
  }
  return to_json(
      Claim{verdict(decided, !flat), "Parity machines have no wide flat minima (instances).",
            fmt::format(
                "fails where around solutions of annealing on the cross-entropy, K = 2 and 3, {:.2g} of the "
                "capacity, the local entropy (belief propagation) rises from zero at all distances from {} "
                "to {}, each "
                "step by three standard errors, and at d = {} exceeds zero and the entropy around typical "
                "solutions "
                "(Franz-Parisi) by three",
                found.share(), distances.front(), distances.back(), distances[judged_at]),
            fmt::format("at d = {}: {}. {} instances, N = {} and {}", distances[judged_at], evidence,
                        found.sizes.measured, found.sizes.inputs_two, found.sizes.inputs_three),
            "[B]"});
}

/// The same measure around solutions that are typical by construction must give the theory of typical ones.
io::Json control_claim(const FoundParity& found) {
  const std::size_t judged_at = found.place_of(far);
  bool decided = true, holds = true;
  std::string evidence;
  for (std::size_t m = 0; m < found.machines.size(); ++m) {
    if (!is_parity(found.machines[m])) continue;
    const MeanAndError planted = average_at(found.around_planted(m), judged_at);
    const auto& typical = found.typical[m][judged_at];
    decided = decided && std::isfinite(planted.standard_error) && typical.converged;
    holds = holds &&
            std::abs(planted.mean - typical.entropy) < 3 * planted.standard_error + 1.0 / found.inputs(m);
    evidence += fmt::format("{}{}: {} beside {:.4f}", evidence.empty() ? "" : "; ", found.machines[m].label,
                            with_error(planted), typical.entropy);
  }
  return to_json(
      Claim{verdict(decided, holds),
            "Around planted solutions of parity machines belief propagation finds the entropy of typical "
            "ones (control).",
            fmt::format("local entropy at d = {} around a random configuration that labels the patterns, K = "
                        "2 and 3: within "
                        "three standard errors and 1/N of the Franz-Parisi entropy, {:.2g} of the capacity",
                        found.sizes.distances[judged_at], found.share()),
            evidence, "beyond"});
}

io::Json messages_claim(const FoundParity& found) {
  const std::size_t c = found.contenders.size() - 1;
  bool holds = true;
  std::string evidence;
  for (std::size_t m = 0; m < found.machines.size(); ++m) {
    std::size_t solved = 0;
    for (const SuccessAtLoad& load : found.loads(m, c))
      solved += std::size_t(std::count(load.solved.begin(), load.solved.end(), 1));
    if (is_parity(found.machines[m]))
      holds = holds && (solved > 0) == (found.machines[m].machine.hidden == 2);
    evidence += fmt::format("{}{}: {} of {}", evidence.empty() ? "" : "; ", found.machines[m].label, solved,
                            found.sizes.shares.size() * found.sizes.instances);
  }
  return to_json(Claim{
      verdict(true, holds), "Focusing BP solves parity machines of two units, and none of three.",
      fmt::format("runs solved at shares {:.2g} to {:.2g} of the capacity: some for K = 2, none for K = 3",
                  found.sizes.shares.front(), found.sizes.shares.back()),
      evidence, "beyond"});
}

struct Reach {
  HalfThreshold half{0, 0, 0};  // as a share of the capacity; 0 where no algorithm solves half
  std::string algorithm = "none";
};

/// Of the best algorithm.
Reach reach_of(const FoundParity& found, std::size_t m, std::uint64_t seed) {
  Reach best;
  for (std::size_t c = 0; c < found.contenders.size(); ++c) {
    const HalfThreshold half = half_threshold(found.loads(m, c), seed);
    if (std::isfinite(half.alpha) && half.alpha > best.half.alpha) best = {half, found.contenders[c].label};
  }
  return best;
}

io::Json hardness_claim(const FoundParity& found, std::size_t m, std::uint64_t seed) {
  constexpr double resolution = 0.05;  // half a step of the loads: all instances may turn at one of them
  const std::size_t last = found.machines.size() - 1;
  const Reach parity = reach_of(found, m, seed), committee = reach_of(found, last, seed);
  const double error = std::hypot(parity.half.error, committee.half.error);
  const auto text = [&](std::size_t machine, const Reach& reach) {
    return fmt::format("{}: {:.3f} ± {:.3f} ({})", found.machines[machine].label, reach.half.alpha,
                       reach.half.error, reach.algorithm);
  };
  return to_json(Claim{
      verdict(parity.half.alpha > 0 && committee.half.alpha > 0 && std::isfinite(error),
              committee.half.alpha - parity.half.alpha > resolution + 2 * error),
      fmt::format("Algorithms stop at a smaller share of the capacity on {} than on {}.",
                  found.machines[m].label, found.machines[last].label),
      fmt::format(
          "share of the capacity at which the best algorithm tried solves half of the instances: below by "
          "{} and two standard errors (instances resampled)",
          resolution),
      text(m, parity) + "; " + text(last, committee), "beyond"});
}

}  // namespace

std::vector<io::Json> found_parity_claims(const FoundParity& found, std::uint64_t seed) {
  return {flat_claim(found), control_claim(found), messages_claim(found), hardness_claim(found, 0, seed),
          hardness_claim(found, 1, seed)};
}

}  // namespace wfm::experiments
