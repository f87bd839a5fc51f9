// For the tests of this folder: a temporary folder, whole files, and the messages of refusals.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "math/random.hpp"
#include "problems/problem.hpp"

namespace wfm::io::testing {

/// A folder of its own for each test, removed afterwards.
class InFolder : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::temp_directory_path() / fmt::format("wfm-io-{}-{}", ::getpid(), test->name());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::filesystem::path file(const std::string& name) const { return folder_ / name; }
  std::size_t files() const {
    return std::size_t(
        std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator()));
  }

 private:
  std::filesystem::path folder_;
};

inline std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

inline void put(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
}

/// The message of the Error that `call` throws; checked to be one line. Empty (and a failure) where it throws
/// nothing of the kind.
template <class Error, class Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const Error& error) {
    const std::string message = error.what();
    EXPECT_FALSE(message.empty());
    EXPECT_EQ(message.find_first_of("\r\n"), std::string::npos) << message;
    return message;
  } catch (const std::exception& other) {
    ADD_FAILURE() << "another kind of error: " << other.what();
    return "";
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

inline Patterns random_patterns(std::size_t count, std::size_t inputs, bool binary, std::uint64_t seed) {
  RandomStream random(seed, Purpose::patterns);
  Patterns patterns;
  for (std::size_t a = 0; a < count; ++a) patterns.labels.push_back(std::int8_t(random.sign()));
  if (binary) {
    BitMatrix bits(count, inputs);
    for (std::size_t a = 0; a < count; ++a)
      for (std::size_t i = 0; i < inputs; ++i) bits.set(a, i, random.sign());
    patterns.inputs = bits;
  } else {
    RealMatrix reals(count, inputs);
    for (Eigen::Index j = 0; j < reals.size(); ++j) reals.data()[j] = random.normal();
    patterns.inputs = reals;
  }
  return patterns;
}

inline Weights random_weights(WeightKind kind, int hidden, int fan_in, std::uint64_t seed) {
  RandomStream random(seed, Purpose::teacher);
  Weights weights{kind, hidden, fan_in, {}};
  for (int j = 0; j < hidden * fan_in; ++j)
    weights.values.push_back(kind == WeightKind::binary ? random.sign() : random.normal());
  if (kind == WeightKind::spherical) normalise(weights);
  return weights;
}

/// A problem in which every field differs from its default.
inline Problem full_problem(const Architecture& architecture, bool binary_inputs, WeightKind kind,
                            std::uint64_t seed) {
  Problem problem;
  problem.architecture = architecture;
  problem.weight_kind = kind;
  problem.margin = 0.1 + 1e-17 * double(seed);
  problem.train = random_patterns(17, std::size_t(architecture.inputs), binary_inputs, seed);
  problem.test = random_patterns(5, std::size_t(architecture.inputs), binary_inputs, seed + 1000);
  problem.teacher = random_weights(kind, architecture.hidden, architecture.fan_in(), seed);
  Recipe& recipe = problem.recipe;
  recipe.data = "teacher";
  recipe.inputs = binary_inputs ? "binary" : "gaussian";
  recipe.alpha = 1.0 / 3;
  recipe.seed = 0xffffffffffffff00u + seed;
  recipe.source = "a folder/with spaces \xc3\xa9";
  recipe.classes = {3, -4};
  recipe.label_noise = 0.05;
  recipe.teacher_margin = 0.3;
  recipe.train_patterns = 17;
  recipe.test_patterns = 5;
  recipe.drop_constant = true;
  recipe.odd_inputs = true;
  recipe.latent_inputs = 77;
  recipe.teacher_architecture = architecture;
  return problem;
}

inline void expect_equal(const Patterns& a, const Patterns& b) {
  EXPECT_EQ(a.labels, b.labels);
  ASSERT_EQ(a.inputs.index(), b.inputs.index());
  if (a.binary())
    EXPECT_EQ(std::get<BitMatrix>(a.inputs), std::get<BitMatrix>(b.inputs));
  else
    EXPECT_EQ(std::get<RealMatrix>(a.inputs), std::get<RealMatrix>(b.inputs));
}

inline void expect_equal(const Recipe& a, const Recipe& b) {
  EXPECT_EQ(a.data, b.data);
  EXPECT_EQ(a.inputs, b.inputs);
  EXPECT_EQ(a.alpha, b.alpha);
  EXPECT_EQ(a.seed, b.seed);
  EXPECT_EQ(a.source, b.source);
  EXPECT_EQ(a.classes, b.classes);
  EXPECT_EQ(a.label_noise, b.label_noise);
  EXPECT_EQ(a.teacher_margin, b.teacher_margin);
  EXPECT_EQ(a.train_patterns, b.train_patterns);
  EXPECT_EQ(a.test_patterns, b.test_patterns);
  EXPECT_EQ(a.drop_constant, b.drop_constant);
  EXPECT_EQ(a.odd_inputs, b.odd_inputs);
  EXPECT_EQ(a.latent_inputs, b.latent_inputs);
  EXPECT_EQ(a.teacher_architecture, b.teacher_architecture);
}

inline void expect_equal(const Problem& a, const Problem& b) {
  EXPECT_EQ(a.architecture, b.architecture);
  EXPECT_EQ(a.weight_kind, b.weight_kind);
  EXPECT_EQ(a.margin, b.margin);
  expect_equal(a.train, b.train);
  expect_equal(a.test, b.test);
  EXPECT_EQ(a.teacher, b.teacher);
  expect_equal(a.recipe, b.recipe);
}

}  // namespace wfm::io::testing
