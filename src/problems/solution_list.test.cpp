#include "problems/solution_list.hpp"

#include <gmock/gmock.h>

#include <bit>

#include "math/error.hpp"
#include "problems/enumeration.hpp"
#include "problems/evaluation.hpp"
#include "problems/storage.hpp"
#include "problems/test_problems.hpp"

namespace wfm {
namespace {

class ListOf : public testing::TestWithParam<Architecture> {};

// Every configuration through evaluation.hpp, one after another.
TEST_P(ListOf, HasExactlyTheConfigurationsWithoutErrors) {
  for (const double alpha : {0.0, 0.4, 0.9}) {
    const Problem problem = make_storage(GetParam(), WeightKind::binary, alpha, 3);
    std::vector<std::uint64_t> solutions;
    for (std::uint64_t c = 0; c < std::uint64_t{1} << GetParam().weights(); ++c)
      if (training_errors(problem, test::configuration(GetParam(), c)) == 0) solutions.push_back(c);
    EXPECT_EQ(list_solutions(problem), solutions) << alpha;
  }
}

INSTANTIATE_TEST_SUITE_P(Trees, ListOf,
                         testing::Values(Architecture{Machine::parity, true, 10, 2},
                                         Architecture{Machine::parity, true, 12, 2},
                                         Architecture{Machine::parity, true, 12, 3},
                                         Architecture{Machine::parity, true, 9, 3},
                                         Architecture{Machine::committee, true, 9, 3},
                                         Architecture{Machine::committee, true, 12, 3}),
                         test::case_name);

// At sizes that only the enumeration reaches beside it: numbers at every distance from one of them.
TEST(ListOfMoreWeights, MatchesTheEnumeration) {
  for (const Architecture& machine :
       {Architecture{Machine::parity, true, 22, 2}, Architecture{Machine::parity, true, 21, 3},
        Architecture{Machine::committee, true, 21, 3}}) {
    const Problem problem = make_storage(machine, WeightKind::binary, 0.6, 11);
    const auto solutions = list_solutions(problem);
    ASSERT_FALSE(solutions.empty());
    EnumerationParams params;
    params.reference = test::configuration(machine, solutions[solutions.size() / 2]);
    const Enumeration all = enumerate(problem, params);
    std::vector<std::uint64_t> at_distance(std::size_t(machine.weights()) + 1);
    for (const std::uint64_t w : solutions)
      ++at_distance[std::size_t(std::popcount(w ^ solutions[solutions.size() / 2]))];
    EXPECT_EQ(at_distance, all.at_distance);
  }
}

TEST(ListOfSolutions, RefusesWhatItDoesNotKnow) {
  const auto refused = [](const Problem& problem) { EXPECT_THROW(list_solutions(problem), InvalidInput); };
  refused(make_storage({Machine::perceptron, false, 9, 1}, WeightKind::binary, 0.5, 1));
  refused(make_storage({Machine::parity, false, 6, 2}, WeightKind::binary, 0.5, 1));
  refused(make_storage({Machine::parity, true, 12, 4}, WeightKind::binary, 0.5, 1));
  refused(make_storage({Machine::committee, true, 15, 5}, WeightKind::binary, 0.5, 1));
  refused(make_storage({Machine::parity, true, 10, 2}, WeightKind::spherical, 0.5, 1));
  refused(make_storage({Machine::parity, true, 10, 2}, WeightKind::binary, 0.5, 1, 0.1));
  refused(make_storage({Machine::parity, true, 10, 2}, WeightKind::binary, 0.5, 1, 0, InputKind::gaussian));
  refused(make_storage({Machine::parity, true, 46, 2}, WeightKind::binary, 0.5, 1));
  refused(make_storage({Machine::parity, true, 10, 2}, WeightKind::binary, 6.5, 1));
  refused(make_storage({Machine::parity, true, 24, 2}, WeightKind::binary, 0, 1));
}

}  // namespace
}  // namespace wfm
