#include "io/problem_file.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <hdf5.h>

#include "io/fingerprint.hpp"
#include "io/testing.hpp"
#include "math/error.hpp"

namespace wfm::io {
namespace {

using testing::bytes_of;
using testing::expect_equal;
using testing::full_problem;
using ::testing::HasSubstr;
using testing::refusal;

class ProblemFileTest : public testing::InFolder {};

TEST_F(ProblemFileTest, ComesBackBitForBit) {
  const std::vector<Architecture> architectures{
      {Machine::perceptron, false, 1, 1},  {Machine::perceptron, false, 513, 1},
      {Machine::committee, false, 101, 5}, {Machine::committee, true, 99, 9},
      {Machine::parity, true, 64, 4},      {Machine::parity, false, 63, 2}};
  std::uint64_t seed = 0;
  for (const Architecture& architecture : architectures)
    for (const bool binary : {true, false})
      for (const WeightKind kind : {WeightKind::binary, WeightKind::spherical}) {
        const Problem problem = full_problem(architecture, binary, kind, ++seed);
        save_problem(file("x.h5"), problem);
        const Problem back = load_problem(file("x.h5"));
        expect_equal(problem, back);
        EXPECT_EQ(fingerprint(problem), fingerprint(back));
      }
  EXPECT_EQ(format_of(file("x.h5")), "wfm-problem");
}

TEST_F(ProblemFileTest, WhatIsAbsentStaysAbsent) {
  Problem problem = full_problem({Machine::perceptron, false, 11, 1}, true, WeightKind::binary, 3);
  problem.test = {};
  problem.teacher.reset();
  problem.recipe = {};
  save_problem(file("x.h5"), problem);
  expect_equal(problem, load_problem(file("x.h5")));
  problem.train = testing::random_patterns(0, 11, true, 1);
  save_problem(file("x.h5"), problem);
  expect_equal(problem, load_problem(file("x.h5")));
}

// The file without its user block, as another program would write it; then with a label that is none.
TEST_F(ProblemFileTest, PlainHdf5IsReadAndValidated) {
  const Problem problem = full_problem({Machine::committee, true, 99, 9}, true, WeightKind::binary, 3);
  save_problem(file("x.h5"), problem);
  testing::put(file("plain.h5"), bytes_of(file("x.h5")).substr(512));
  expect_equal(problem, load_problem(file("plain.h5")));
  const hid_t edited = H5Fopen(file("plain.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
  const hid_t labels = H5Dopen2(edited, "/train/labels", H5P_DEFAULT);
  std::vector<std::int8_t> wrong = problem.train.labels;
  wrong[3] = 0;
  H5Dwrite(labels, H5T_NATIVE_INT8, H5S_ALL, H5S_ALL, H5P_DEFAULT, wrong.data());
  H5Dclose(labels);
  H5Fclose(edited);
  EXPECT_THAT(refusal<InvalidInput>([&] { load_problem(file("plain.h5")); }),
              HasSubstr("plain.h5: /train/labels: must be +1 or -1, got 0 at pattern 3"));
}

TEST_F(ProblemFileTest, AnInvalidProblemWritesNothing) {
  Problem problem = full_problem({Machine::perceptron, false, 11, 1}, false, WeightKind::binary, 3);
  std::get<RealMatrix>(problem.train.inputs)(2, 7) = std::nan("");
  refusal<InvalidInput>([&] { save_problem(file("x.h5"), problem); });
  EXPECT_EQ(files(), 0u);
  refusal<ResourceProblem>([&] {
    save_problem(file("none/x.h5"),
                 full_problem({Machine::perceptron, false, 3, 1}, true, WeightKind::binary, 1));
  });
}

// The pieces of a good file, to be changed one at a time.
struct Pieces {
  std::vector<std::int8_t> labels{1, -1};
  std::vector<std::int8_t> signs{1, -1, 1, 1, 1, -1};
  std::vector<double> reals;  // in place of signs where there are any
  Shape shape{2, 3};
  std::string machine = "perceptron", kind = "binary";
  std::int64_t inputs = 3, hidden = 1;
  double margin = 0;
  std::vector<double> teacher;
};

class ProblemFileDamage : public ProblemFileTest {
 protected:
  std::string refused(const Pieces& p) {
    write_hdf5(file("x.h5"), "wfm-problem", 1, [&](Hdf5Writer& w) {
      w.set("/", "machine", p.machine);
      w.set("/", "tree", false);
      w.set("/", "inputs", p.inputs);
      w.set("/", "hidden", p.hidden);
      w.set("/", "weight_kind", p.kind);
      w.set("/", "margin", p.margin);
      w.group("/recipe");
      w.set("/recipe", "data", "file");
      w.set("/recipe", "inputs", "binary");
      w.set("/recipe", "alpha", 0.0);
      w.set("/recipe", "seed", std::uint64_t{1});
      w.set("/recipe", "source", "");
      w.set("/recipe", "label_noise", 0.0);
      w.set("/recipe", "train_patterns", 2);
      w.set("/recipe", "test_patterns", 0);
      w.set("/recipe", "drop_constant", false);
      w.set("/recipe", "odd_inputs", false);
      w.array("/recipe/classes", std::vector<std::int32_t>{});
      w.group("/train");
      w.array("/train/labels", p.labels);
      if (p.reals.empty())
        w.array("/train/inputs", std::span<const std::int8_t>(p.signs), p.shape);
      else
        w.array("/train/inputs", std::span<const double>(p.reals), p.shape);
      if (!p.teacher.empty()) {
        w.group("/teacher");
        w.set("/teacher", "kind", "binary");
        w.array("/teacher/values", std::span<const double>(p.teacher), {1, p.teacher.size()});
      }
    });
    return refusal<InvalidInput>([&] { load_problem(file("x.h5")); });
  }
};

TEST_F(ProblemFileDamage, IsNamed) {
  const auto with = [](const auto& change) {
    Pieces pieces;
    change(pieces);
    return pieces;
  };
  EXPECT_THAT(refused(with([](Pieces& p) { p.labels[1] = 0; })),
              HasSubstr("x.h5: /train/labels: must be +1 or -1, got 0 at pattern 1"));
  EXPECT_THAT(refused(with([](Pieces& p) { p.labels.push_back(1); })),
              HasSubstr("x.h5: /train/inputs: must have shape (3 x 3), got (2 x 3)"));
  EXPECT_THAT(refused(with([](Pieces& p) { p.signs[4] = 7; })),
              HasSubstr("x.h5: /train/inputs: must be +1 or -1, got 7 at pattern 1, input 1"));
  EXPECT_THAT(refused(with([](Pieces& p) { p.reals = {1, 2, 3, 4, 5, std::nan("")}; })),
              HasSubstr("x.h5: /train/inputs: must be finite, got nan at pattern 1, input 2"));
  EXPECT_THAT(refused(with([](Pieces& p) {
                p.shape = {3, 2};
              })),
              HasSubstr("x.h5: /train/inputs: must have shape (2 x 3), got (3 x 2)"));
  EXPECT_THAT(refused(with([](Pieces& p) { p.shape = {6}; })),
              HasSubstr("x.h5: /train/inputs: must have shape (2 x 3), got (6)"));
  EXPECT_THAT(refused(with([](Pieces& p) { p.inputs = 4; })),
              HasSubstr("x.h5: /train/inputs: must have shape (2 x 4), got (2 x 3)"));
  EXPECT_THAT(refused(with([](Pieces& p) { p.inputs = 0; })),
              HasSubstr("x.h5: / @inputs: must be between 1 and"));
  EXPECT_THAT(refused(with([](Pieces& p) { p.inputs = std::int64_t{1} << 40; })),
              HasSubstr("x.h5: / @inputs: must be between 1 and"));
  EXPECT_THAT(refused(with([](Pieces& p) { p.hidden = 2; })),
              HasSubstr("x.h5: /: a perceptron has one unit, got hidden = 2"));
  EXPECT_THAT(refused(with([](Pieces& p) {
                p.machine = "committee";
                p.hidden = p.inputs = 2147483647;
              })),
              HasSubstr("x.h5: /: "));
  EXPECT_THAT(refused(with([](Pieces& p) { p.machine = "magic"; })),
              HasSubstr("x.h5: / @machine: a machine is "));
  EXPECT_THAT(refused(with([](Pieces& p) { p.kind = "heavy"; })),
              HasSubstr("x.h5: / @weight_kind: weights are "));
  EXPECT_THAT(refused(with([](Pieces& p) { p.margin = -1; })),
              HasSubstr("x.h5: / @margin: must be finite and >= 0, got -1"));
  EXPECT_THAT(refused(with([](Pieces& p) { p.margin = std::nan(""); })), HasSubstr("got nan"));
  EXPECT_THAT(refused(with([](Pieces& p) {
                p.teacher = {1, 0.5, 1};
              })),
              HasSubstr("x.h5: /teacher: binary weights are +-1, got 0.5"));
}

}  // namespace
}  // namespace wfm::io
