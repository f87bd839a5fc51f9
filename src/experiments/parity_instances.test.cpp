// The instances of wfm reproduce parity at the smallest sizes.
#include "experiments/parity_instances.hpp"

#include <gmock/gmock.h>

#include "io/report.hpp"

namespace wfm::experiments {
namespace {

std::vector<ComparedMachine> machines() {
  using theory::Decoder, theory::Prior;
  return {{{Prior::binary, Decoder::parity, 2}, 1, "parity K = 2"},
          {{Prior::binary, Decoder::parity, 3}, 1, "parity K = 3"},
          {{Prior::binary, Decoder::committee, 3}, 0.92, "committee K = 3"}};
}

CountedParitySizes few_counted() {
  CountedParitySizes sizes;
  sizes.share = 0.4;  // where theory is quick
  sizes.instances = 3;
  sizes.inputs_two = {14, 18};
  sizes.inputs_three = {15, 21};
  sizes.theory_points = 1;
  return sizes;
}

FoundParitySizes few_found() {
  return {42, 45, 2, {0.2, 0.7}, 0, 2, {0.1, 0.3}, 0.5};
}

std::optional<InstancePart> tiny(const std::string& part, const ExperimentSettings& settings, Steps& steps) {
  return part == "counted" ? counted_parity(few_counted(), machines(), settings, steps)
                           : found_parity(few_found(), machines(), settings, steps);
}

std::int64_t steps_of_tiny(const std::string& part) {
  return part == "counted" ? steps_of(few_counted(), machines()) : steps_of(few_found(), machines());
}

class ParityInstances : public testing::TestWithParam<std::string> {};

TEST_P(ParityInstances, MakeASectionWhateverTheThreads) {
  ExperimentSettings settings;
  std::int64_t last = 0, total = 0;
  settings.progress = [&](std::int64_t done, std::int64_t of, const std::string&) {
    last = done, total = of;
  };
  const auto document = [&](int threads) {
    settings.threads = threads;
    Steps steps(settings, steps_of_tiny(GetParam()));
    const auto part = tiny(GetParam(), settings, steps);
    EXPECT_TRUE(part);
    Document whole{"parity", "Parity machines", "tiny", {}, {}, {}};
    if (part) whole.findings = part->findings, whole.sections = {part->section};
    return to_json(whole, settings, 0);
  };
  const io::Json alone = document(1);
  EXPECT_NO_THROW(io::check_results(alone));
  EXPECT_EQ(last, total);
  EXPECT_FALSE(alone.at("findings").empty());
  const io::Json together = document(3);
  EXPECT_EQ(alone.at("findings"), together.at("findings"));
  EXPECT_EQ(alone.at("sections"), together.at("sections"));
}

TEST_P(ParityInstances, StopWhenInterrupted) {
  ExperimentSettings settings;
  settings.interrupted = [] { return true; };
  Steps steps(settings, 1);
  EXPECT_FALSE(tiny(GetParam(), settings, steps));
}

INSTANTIATE_TEST_SUITE_P(Both, ParityInstances, testing::Values("counted", "found"),
                         [](const auto& given) { return given.param; });

}  // namespace
}  // namespace wfm::experiments
