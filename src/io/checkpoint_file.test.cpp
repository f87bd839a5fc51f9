#include "io/checkpoint_file.hpp"

#include <cmath>
#include <limits>

#include <gmock/gmock.h>

#include "io/testing.hpp"
#include "math/error.hpp"

namespace wfm::io {
namespace {

using testing::bytes_of;
using ::testing::HasSubstr;
using testing::put;
using testing::refusal;

class CheckpointFileTest : public testing::InFolder {};

RunIdentity identity() {
  RunIdentity identity{"fbp", Json::object(), 0xabcu, 0xffffffffffffffffu};
  identity.parameters["y"] = 5;
  identity.parameters["gamma"] = 0.1;
  identity.parameters["limit"] = std::numeric_limits<double>::infinity();
  return identity;
}

Snapshot snapshot() {
  return {{"fields", std::vector<double>{0.1, -0.0, std::numeric_limits<double>::infinity(), 5e-324}},
          {"messages", std::vector<float>{0.1f, -3e-45f}},
          {"run.step", std::vector<std::int64_t>{std::int64_t{1} << 60}},
          {"a/path/like name", std::vector<std::int32_t>{-1, 2}},
          {"signs", std::vector<std::int8_t>(10000, -1)},
          {"nothing", std::vector<double>{}}};
}

TEST_F(CheckpointFileTest, ComesBackBitForBit) {
  save_checkpoint(file("c.h5"), identity(), snapshot());
  EXPECT_EQ(load_checkpoint(file("c.h5"), identity()), snapshot());
  save_checkpoint(file("c.h5"), identity(), {});
  EXPECT_EQ(load_checkpoint(file("c.h5"), identity()), Snapshot{});
  EXPECT_EQ(files(), 1u);
}

struct State {
  std::vector<float> m;
  double gamma = 0;
  std::int64_t t = 0;
  template <class Visitor>
  void visit(Visitor&& v) {
    v("m", m);
    v("gamma", gamma);
    v("t", t);
  }
};

TEST_F(CheckpointFileTest, AStateGoesToTheDiskAndBack) {
  State state{{0.5f, -0.25f}, 0.3, 17};
  save_checkpoint(file("c.h5"), identity(), to_snapshot(state));
  const auto back = from_snapshot<State>(load_checkpoint(file("c.h5"), identity()));
  EXPECT_EQ(back.m, state.m);
  EXPECT_EQ(back.gamma, state.gamma);
  EXPECT_EQ(back.t, state.t);
}

TEST_F(CheckpointFileTest, SaysWhatDiffersInAnotherRun) {
  save_checkpoint(file("c.h5"), identity(), snapshot());
  const auto why = [&](const auto& change) {
    RunIdentity other = identity();
    change(other);
    return refusal<InvalidInput>([&] { load_checkpoint(file("c.h5"), other); });
  };
  EXPECT_THAT(why([](RunIdentity& i) { i.algorithm = "amp"; }),
              HasSubstr("c.h5: belongs to another run: algorithm is fbp in the checkpoint, amp in this run"));
  EXPECT_THAT(why([](RunIdentity& i) { i.seed = 2; }),
              HasSubstr("seed is 18446744073709551615 in the checkpoint, 2 in this run"));
  EXPECT_THAT(
      why([](RunIdentity& i) { i.problem_fingerprint = 1; }),
      HasSubstr(
          "the problem's fingerprint is 0000000000000abc in the checkpoint, 0000000000000001 in this run"));
  EXPECT_THAT(why([](RunIdentity& i) { i.parameters["y"] = 7; }),
              HasSubstr("parameter 'y' is 5 in the checkpoint, 7 in this run"));
  EXPECT_THAT(why([](RunIdentity& i) { i.parameters["gamma"] = std::nextafter(0.1, 1.0); }),
              HasSubstr("parameter 'gamma' is 0.1 in"));
  EXPECT_THAT(why([](RunIdentity& i) { i.parameters["x"] = "new"; }),
              HasSubstr("parameter 'x' is absent in the checkpoint, \"new\" in this run"));
  EXPECT_THAT(why([](RunIdentity& i) { i.parameters.erase("y"); }),
              HasSubstr("parameter 'y' is 5 in the checkpoint, absent in this run"));
  RunIdentity reordered = identity();
  reordered.parameters = Json::object();
  for (const char* name : {"limit", "gamma", "y"}) reordered.parameters[name] = identity().parameters[name];
  EXPECT_NO_THROW(load_checkpoint(file("c.h5"), reordered)) << "the order of parameters means nothing";
}

TEST_F(CheckpointFileTest, DamageAndAbsenceAreRefused) {
  save_checkpoint(file("c.h5"), identity(), snapshot());
  const std::string good = bytes_of(file("c.h5"));
  for (std::size_t part = 0; part < 20; ++part) {
    put(file("c.h5"), good.substr(0, good.size() * part / 20));
    EXPECT_THAT(refusal<InvalidInput>([&] { load_checkpoint(file("c.h5"), identity()); }),
                HasSubstr("c.h5: "));
  }
  EXPECT_THAT(refusal<ResourceProblem>([&] { load_checkpoint(file("none.h5"), identity()); }),
              HasSubstr("none.h5: cannot read"));
}

}  // namespace
}  // namespace wfm::io
