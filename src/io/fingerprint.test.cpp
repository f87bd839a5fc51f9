#include "io/fingerprint.hpp"

#include <set>

#include "io/testing.hpp"

namespace wfm::io {
namespace {

const Architecture tree{Machine::committee, true, 15, 3};

// Whatever a run depends on changes the number; whatever it does not depend on leaves it.
TEST(Fingerprint, TellsProblemsApart) {
  for (const bool binary : {true, false}) {
    const Problem original = testing::full_problem(tree, binary, WeightKind::spherical, 1);
    std::set<std::uint64_t> seen{fingerprint(original)};
    const auto changed = [&](const auto& change) {
      Problem problem = original;
      change(problem);
      return seen.insert(fingerprint(problem)).second;
    };
    EXPECT_TRUE(changed([](Problem& p) { p.architecture.tree = false; }));
    EXPECT_TRUE(changed([](Problem& p) { p.architecture.machine = Machine::parity; }));
    EXPECT_TRUE(changed([](Problem& p) { p.weight_kind = WeightKind::binary; }));
    EXPECT_TRUE(changed([](Problem& p) { p.margin += 0.01; }));
    for (std::size_t a = 0; a < original.train.count(); ++a)
      EXPECT_TRUE(changed([&](Problem& p) { p.train.labels[a] = std::int8_t(-p.train.labels[a]); })) << a;
    for (std::size_t a = 0; a < original.train.count(); ++a)
      for (std::size_t i = 0; i < 15; ++i)
        EXPECT_TRUE(changed([&](Problem& p) {
          if (auto* bits = std::get_if<BitMatrix>(&p.train.inputs))
            bits->set(a, i, -(*bits)(a, i));
          else
            std::get<RealMatrix>(p.train.inputs)(Eigen::Index(a), Eigen::Index(i)) *= 1 + 1e-15;
        })) << a
            << ' ' << i;
    EXPECT_FALSE(changed([](Problem& p) { p.recipe = {}; }));
    EXPECT_FALSE(changed([](Problem& p) { p.test = {}; }));
    EXPECT_FALSE(changed([](Problem& p) { p.teacher.reset(); }));
  }
}

TEST(Fingerprint, IsPartOfTheFileFormat) {
  // The words are 0 0 3 1 0, 0, 2, 1, the labels 1 255 and the rows 1 4; hashed by a few lines of Python.
  Problem problem;
  problem.architecture = {Machine::perceptron, false, 3, 1};
  problem.train.labels = {1, -1};
  BitMatrix bits(2, 3);
  bits.set(0, 0, 1);
  bits.set(1, 2, 1);
  problem.train.inputs = bits;
  EXPECT_EQ(hexadecimal(fingerprint(problem)), "8e974cfb4d687abb");
  EXPECT_EQ(hexadecimal(0xabcu), "0000000000000abc");
}

}  // namespace
}  // namespace wfm::io
