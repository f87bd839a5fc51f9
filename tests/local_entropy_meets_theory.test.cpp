// Local entropies of instances against replica theory: around planted solutions, and around those that an algorithm found.
//
// Planting draws weights wt first and then patterns of stability kappa_r or more under them. An instance then comes with probability
// proportional to its number of solutions: that is the teacher-student ensemble whose teacher has margin kappa_r, not the storage one.
// The two agree only where the number of solutions does not fluctuate, RS q = 0, which signs of one unit never reach: the storage
// Franz-Parisi entropy is not what is to be compared. By Nishimori's identity wt is a typical student of margin kappa_r of its own
// instance, hence the Franz-Parisi entropy around it is the students' entropy at fixed overlap p = 1 - 2d with the teacher:
//   phi(p) = extr over (q, qhat, Rhat) of  -qhat(1-q)/2 - p Rhat + int Dz ln 2cosh(sqrt(qhat) z + Rhat)
//            + (alpha/H(kappa_r)) int Dz H((kappa_r - (p/sqrt q) z)/sqrt(1 - p^2/q)) ln H((kappa - sqrt(q) z)/sqrt(1-q))
// At kappa_r = 0 it is theory::teacher_franz_parisi_curve of reference margin 0.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ostream>

#include "experiments/ensemble.hpp"
#include "inference/channel.hpp"
#include "landscape/local_entropy.hpp"
#include "math/gaussian.hpp"
#include "math/parallel.hpp"
#include "math/quadrature.hpp"
#include "math/roots.hpp"
#include "math/statistics.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "problems/teacher.hpp"
#include "theory/replica_symmetric.hpp"
#include "theory/teacher_franz_parisi.hpp"

namespace wfm {
namespace {

const Architecture perceptron{Machine::perceptron, false, 2001, 1};

struct Planting {
  double alpha, reference_margin, margin;
};

void PrintTo(const Planting& at, std::ostream* out) {
  *out << "alpha " << at.alpha << " kappa_r " << at.reference_margin << " kappa " << at.margin;
}

class PlantedEntropy {
 public:
  explicit PlantedEntropy(const Planting& at) : at_(at) {}

  /// At overlap p: iterates (qhat, q), Rhat solved for p each time.
  double operator()(double p) const {
    double q = 0.5 * (1 + p * p), qhat = 0;
    for (int iteration = 0; iteration < 4000; ++iteration) {
      // qhat = (alpha/H(kappa_r)) int Dz H(.) R((kappa - sqrt(q) z)/sqrt(1-q))^2/(1-q)
      qhat = over_stabilities(p, q, [&](double x) { return R(x) * R(x) / (1 - q); });
      const double field = field_at(p, qhat);
      const double next = integrate(nodes_, [&](double z) {
        const double m = std::tanh(std::sqrt(qhat) * z + field);
        return m * m;
      });
      if (std::abs(next - q) < 1e-12) break;
      q = 0.5 * (q + next);
    }
    const double field = field_at(p, qhat);
    return -qhat * (1 - q) / 2 - p * field + integrate(nodes_, [&](double z) {
      return log_2cosh(std::sqrt(qhat) * z + field);
    }) + over_stabilities(p, q, [](double x) { return log_H(x); });
  }

 private:
  template <class F>
  double over_stabilities(double p, double q, const F& f) const {
    return at_.alpha / H(at_.reference_margin) * integrate(nodes_, [&](double z) {
             const double reference =
                 (at_.reference_margin - p / std::sqrt(q) * z) / std::sqrt(1 - p * p / q);
             return H(reference) * f((at_.margin - std::sqrt(q) * z) / std::sqrt(1 - q));
           });
  }
  double field_at(double p, double qhat) const {
    return find_root(
               [&](double field) {
                 return integrate(nodes_, [&](double z) { return std::tanh(std::sqrt(qhat) * z + field); }) -
                        p;
               },
               -30, 30, 1e-14)
        .value();
  }

  Planting at_;
  QuadratureRule nodes_ = gaussian_panels(40, 12, 9);
};

Problem planted(const Planting& at, std::uint64_t seed) {
  TeacherParams params;
  params.alpha = at.alpha;
  params.seed = seed;
  params.teacher_margin = at.reference_margin;
  Problem problem = make_teacher_student(perceptron, WeightKind::binary, params);
  problem.margin = at.margin;
  return problem;
}

class AroundTeachers : public testing::TestWithParam<Planting> {};
INSTANTIATE_TEST_SUITE_P(Margins, AroundTeachers,
                         testing::Values(Planting{0.5, 0, 0}, Planting{0.5, 0.4, 0},
                                         Planting{0.4, 0.5, 0.2}));

TEST_P(AroundTeachers, MessagesMeetTheEntropyAtFixedOverlap) {
  const Planting at = GetParam();
  constexpr std::size_t instances = 12;
  const std::vector<double> distances{0.02, 0.05, 0.1, 0.2};
  std::vector<std::vector<landscape::LocalEntropyPoint>> found(instances);
  parallel_for(instances, 0, [&](std::size_t j) {
    const Problem problem = planted(at, 50 + j);
    found[j] = landscape::local_entropy(problem, *problem.teacher, distances);
  });
  // the margins that +-1 instances really impose
  const double P = double(pattern_count(at.alpha, perceptron));
  const PlantedEntropy theory({P / perceptron.inputs,
                               inference::lattice_margin(at.reference_margin, perceptron.inputs),
                               inference::lattice_margin(at.margin, perceptron.inputs)});
  for (std::size_t d = 0; d < distances.size(); ++d) {
    std::vector<double> entropies;
    for (const auto& curve : found) {
      EXPECT_TRUE(curve[d].converged) << curve[d].reason;
      entropies.push_back(curve[d].entropy);
    }
    const MeanAndError bp = mean_and_error(entropies);
    EXPECT_LT(bp.standard_error, 0.004);
    EXPECT_NEAR(bp.mean, theory(1 - 2 * distances[d]), 3 * bp.standard_error + 1e-4);
  }
}

TEST(AroundTeachersInTheory, IsTheTeachersFranzParisiEntropyAtMarginZero) {
  const std::vector<double> distances{0.05, 0.1, 0.2};
  const auto curve = theory::teacher_franz_parisi_curve({0.5, 0, 0.1}, distances);
  const PlantedEntropy planted({0.5, 0, 0.1});
  for (const auto& point : curve) {
    ASSERT_TRUE(point.converged) << point.reason;
    EXPECT_NEAR(planted(point.p), point.entropy, 1e-8);
  }
}

// Around a solution that focusing BP found: below the data-free bound everywhere, rising to the typical distance, where it is the
// instance's own entropy; that one meets RS theory.
TEST(AroundAlgorithmicSolutions, TheCurveIsBoundedAndPeaksAtTheInstancesEntropy) {
  constexpr std::size_t instances = 4;
  std::vector<Problem> problems;
  for (std::uint64_t seed = 1; seed <= instances; ++seed)
    problems.push_back(make_storage(perceptron, WeightKind::binary, 0.5, seed));
  const auto solutions = experiments::run_ensemble(problems, {{"fBP", "fbp", {}}}, {});
  std::vector<double> peaks;
  for (const auto& solution : solutions) {
    ASSERT_TRUE(solution.solved());
    const Problem& problem = problems[solution.instance];
    const auto whole = landscape::unconstrained_entropy(problem, solution.record.weights);
    ASSERT_TRUE(whole.converged);
    const double typical = whole.distance;
    const std::vector<double> distances{0.002, 0.01, 0.03, 0.1, 0.2, typical, typical + 0.05};
    const auto curve = landscape::local_entropy(problem, solution.record.weights, distances);
    for (std::size_t d = 0; d < distances.size(); ++d) {
      ASSERT_TRUE(curve[d].converged) << curve[d].reason;
      EXPECT_LT(curve[d].normalised, 0);
      EXPECT_LT(curve[d].spread, 1e-6);
      EXPECT_EQ(curve[d].gamma > 1e-4, distances[d] < typical);
      EXPECT_LE(curve[d].entropy, whole.entropy + 1e-9);
    }
    EXPECT_NEAR(curve[5].entropy, whole.entropy, 1e-6);
    peaks.push_back(whole.entropy);
  }
  const MeanAndError bp = mean_and_error(peaks);
  const auto theory =
      theory::rs_entropy({problems[0].alpha(), inference::lattice_margin(0, perceptron.inputs)});
  EXPECT_NEAR(bp.mean, theory.entropy, 0.012);  // instances scatter by about 0.009 at N = 2001
}

}  // namespace
}  // namespace wfm
