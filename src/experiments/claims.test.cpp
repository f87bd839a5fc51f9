#include "experiments/claims.hpp"

#include <gtest/gtest.h>

#include "experiments/document.hpp"
#include "io/report.hpp"

namespace wfm::experiments {
namespace {

NamedExperiment experiment(const std::string& name) {
  return {name, "[A]", "nothing", "no time", false, {}};
}

io::Json document_of(const std::string& name, const std::string& verdict,
                     const ExperimentSettings& settings) {
  Document document{name, "Title", "Subtitle", {{"label", "value"}}, {}, {}};
  document.findings = {to_json(Claim{verdict, "It is so.", "a number above zero", "1.0 ± 0.1", "[A]"})};
  document.sections = {to_json(Section{"section", "Section", {"A paragraph."}, {}, {}})};
  return to_json(document, settings, 1.5);
}

TEST(Claims, LedgerHasEveryFindingWithItsOwnCommand) {
  const ExperimentSettings settings;
  const std::vector<io::Json> documents{document_of("one", "holds", settings),
                                        document_of("two", "fails", settings)};
  const io::Json ledger = claims_document(documents, {}, settings, 2);
  EXPECT_NO_THROW(io::check_results(ledger));
  ASSERT_EQ(ledger["findings"].size(), 2u);
  EXPECT_EQ(ledger["findings"][1]["verdict"], "fails");
  EXPECT_EQ(ledger["findings"][0]["command"], "wfm reproduce one --seed 1");
  const io::Json& row = ledger["sections"][0]["tables"][0]["rows"][1];
  EXPECT_EQ(row["experiment"], "two");
  EXPECT_EQ(row["statistic"], "a number above zero");
  EXPECT_EQ(ledger["command"], "wfm reproduce --claims --seed 1");
  EXPECT_EQ(claims_document(documents, {"one", "two"}, settings, 2)["command"],
            "wfm reproduce one two --claims --seed 1");
}

TEST(Claims, ResultsOfOtherSettingsAreNotTaken) {
  ExperimentSettings settings;
  const io::Json document = document_of("one", "holds", settings);
  EXPECT_TRUE(is_current(document, experiment("one"), settings));
  EXPECT_FALSE(is_current(document, experiment("two"), settings));
  settings.quick = false;
  EXPECT_FALSE(is_current(document, experiment("one"), settings));
  settings = {};
  settings.seed = 2;
  EXPECT_FALSE(is_current(document, experiment("one"), settings));
  EXPECT_FALSE(is_current(io::Json::object(), experiment("one"), {}));
}

TEST(Documents, VerdictsFollowTheirRule) {
  EXPECT_EQ(verdict(true, true), "holds");
  EXPECT_EQ(verdict(true, false), "fails");
  EXPECT_EQ(verdict(false, true), "undecided");
}

TEST(Documents, StepsCountAndReport) {
  std::int64_t last = 0, whole = 0;
  ExperimentSettings settings;
  settings.progress = [&](std::int64_t done, std::int64_t total, const std::string&) {
    last = done, whole = total;
  };
  Steps steps(settings, 3);
  steps.done("a");
  steps.done("b");
  EXPECT_EQ(last, 2);
  EXPECT_EQ(whole, 3);
  EXPECT_FALSE(steps.interrupted());
}

}  // namespace
}  // namespace wfm::experiments
