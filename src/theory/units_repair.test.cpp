#include "theory/units_repair.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "math/random.hpp"
#include "theory/channel.hpp"

namespace wfm::theory {
namespace {

UnitsChannel channel_of(Decoder decoder, int K, double margin = 0) {
  return UnitsChannel({Prior::binary, decoder, K, Activation::sign}, margin);
}

double objective(const UnitsChannel& channel, const std::vector<double>& h, const std::vector<double>& a,
                 double v, double dQ) {
  std::vector<UnitTails> tails;
  double square = 0;
  for (std::size_t l = 0; l < h.size(); ++l) {
    tails.push_back(channel.tails(h[l] + a[l], v));
    square += a[l] * a[l];
  }
  return -square / (2 * dQ) + channel(tails);
}

/// Grid search that zooms in on the best cells: global but for maxima narrower than the first grid's cells.
double best_on_grids(const UnitsChannel& channel, const std::vector<double>& h, double v, double dQ) {
  const std::size_t K = h.size();
  std::vector<double> centre(K, 0.0);
  double reach = 0;
  for (const double x : h) reach = std::max(reach, std::abs(x));
  reach += channel.margin() + 4 * std::sqrt(v);
  double best = -INFINITY;
  for (int zoom = 0; zoom < 14; ++zoom) {
    const int cells = zoom == 0 ? 24 : 8;
    std::vector<double> best_at = centre;
    std::vector<int> index(K, -cells / 2);
    for (;;) {
      std::vector<double> a(K);
      for (std::size_t l = 0; l < K; ++l) a[l] = centre[l] + reach * 2 * index[l] / cells;
      const double value = objective(channel, h, a, v, dQ);
      if (value > best) {
        best = value;
        best_at = a;
      }
      std::size_t l = 0;
      while (l < K && ++index[l] > cells / 2) index[l++] = -cells / 2;
      if (l == K) break;
    }
    centre = best_at;
    reach *= zoom == 0 ? 0.2 : 0.4;
  }
  return best;
}

TEST(UnitsRepair, OneUnitSolvesItsEquation) {
  for (const double margin : {0.0, 0.5})
    for (const double v : {0.02, 0.6})
      for (const double dQ : {0.05, 1.0, 50.0}) {
        const UnitsChannel channel = channel_of(Decoder::committee, 1, margin);
        const UnitsRepair repair(channel, v, dQ);
        for (const double h : {-5.0, -0.3, 0.0, 1.0}) {
          const double a = repair.repair_of_one(h);
          EXPECT_NEAR(a, dQ * MarginChannel{margin}(h + a, v).r, 1e-9 * (1 + a));
          EXPECT_NEAR(repair({&h, 1}).a[0], a, 1e-9 * (1 + a));
        }
      }
}

TEST(UnitsRepair, IsStationary) {
  RandomStream random(5, Purpose::measurement);
  for (const UnitsChannel& channel :
       {channel_of(Decoder::committee, 3), channel_of(Decoder::committee, 5), channel_of(Decoder::parity, 2),
        channel_of(Decoder::parity, 3), channel_of(Decoder::parity, 3, 0.3)})
    for (int trial = 0; trial < 200; ++trial) {
      const double v = std::exp(-5 * random.uniform()), dQ = std::exp(6 * random.uniform() - 3);
      std::vector<double> h(channel.units());
      for (double& x : h) x = 1.5 * random.normal();
      const Repair repair = UnitsRepair(channel, v, dQ)(h);
      EXPECT_TRUE(repair.converged) << v << ' ' << dQ;
      std::vector<UnitTails> tails;
      std::vector<double> r(h.size());
      for (std::size_t l = 0; l < h.size(); ++l) tails.push_back(channel.tails(h[l] + repair.a[l], v));
      channel(tails, r);
      for (std::size_t l = 0; l < h.size(); ++l)
        EXPECT_NEAR(repair.a[l], dQ * r[l], 1e-8 * (1 + std::abs(repair.a[l])));
    }
}

TEST(UnitsRepair, FindsTheHighestOfSeveralMaxima) {
  RandomStream random(6, Purpose::measurement);
  for (const UnitsChannel& channel :
       {channel_of(Decoder::committee, 3), channel_of(Decoder::parity, 2), channel_of(Decoder::parity, 3)})
    for (int trial = 0; trial < 25; ++trial) {
      const double v = std::exp(-3 * random.uniform()), dQ = std::exp(5 * random.uniform() - 2);
      std::vector<double> h(channel.units());
      for (double& x : h) x = 1.2 * random.normal();
      const double found = UnitsRepair(channel, v, dQ)(h).value;
      EXPECT_NEAR(found, best_on_grids(channel, h, v, dQ), 1e-6 * (1 + std::abs(found)))
          << channel.units() << " v " << v << " dQ " << dQ << " h " << h[0] << ' ' << h[1];
    }
}

TEST(UnitsRepair, ThreeUnitsMayShareARepair) {
  // Newton's method from two repaired units ends at three, or stays at two, which is the lower maximum
  const UnitsChannel channel = channel_of(Decoder::committee, 3);
  struct Case {
    double v, dQ;
    std::vector<double> h;
  };
  for (const Case& c :
       {Case{0.5, 100, {-0.970917, 0.00447462, 0.0159141}}, Case{0.2289, 9.1714, {-0.5234, -0.7437, -0.8832}},
        Case{0.0937, 10.9323, {-0.5494, -0.5970, -0.6476}}}) {
    const Repair repair = UnitsRepair(channel, c.v, c.dQ)(c.h);
    EXPECT_TRUE(repair.converged);
    for (int l = 0; l < 3; ++l) EXPECT_GT(c.h[l] + repair.a[l], 0);
    EXPECT_NEAR(repair.value, best_on_grids(channel, c.h, c.v, c.dQ), 1e-7);
  }
}

}  // namespace
}  // namespace wfm::theory
