#include "problems/images.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <vector>

#include <gmock/gmock.h>

#include "math/error.hpp"
#include "math/random.hpp"

namespace wfm {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

// Images of five classes in turn whose first two pixels carry the image's number, so that each can be recognised; the others are
// random, pixel 2 is always 0 (and never above a median).
Images numbered_images(int count, int first_number) {
  Images images{count, 4, 5, {}, {}};
  RandomStream random(std::uint64_t(first_number), Purpose::measurement);
  for (int a = 0; a < count; ++a) {
    images.labels.push_back(std::uint8_t(a % 5));
    images.pixels.push_back(std::uint8_t((first_number + a) / 100));
    images.pixels.push_back(std::uint8_t((first_number + a) % 100));
    images.pixels.push_back(0);
    for (int i = 3; i < 20; ++i) images.pixels.push_back(std::uint8_t(random.below(256)));
  }
  return images;
}

const Images training = numbered_images(100, 0), official = numbered_images(50, 500);
constexpr Architecture any_perceptron{Machine::perceptron, false, 0, 1};

Problem make(const ImageParams& params, Architecture architecture = any_perceptron) {
  return make_image_problem(training, official, architecture, WeightKind::binary, params);
}

TEST(Median, OfOddAndEvenNumbersOfPixels) {
  EXPECT_EQ(median(std::vector<std::uint8_t>{9, 1, 5}), 5);
  EXPECT_EQ(median(std::vector<std::uint8_t>{9, 1, 5, 6}), 5.5);
  EXPECT_EQ(median(std::vector<std::uint8_t>{255, 255}), 255);
}

TEST(ImageProblem, BinarisesAtTheOwnMedianWithTiesToMinus) {
  const Images two{2, 1, 5, {0, 0, 7, 7, 9, 200, 3, 3, 3, 100}, {3, 4}};
  ImageParams params{.patterns = 1};
  std::vector<std::vector<double>> rows;
  const Problem p = make_image_problem(two, two, any_perceptron, WeightKind::binary, params);
  ASSERT_EQ(p.test.count(), 3u);  // the image not drawn, then both as official test images
  std::vector<double> first, second;
  for (std::size_t i = 0; i < 5; ++i) {
    first.push_back(p.test(1, i));
    second.push_back(p.test(2, i));
  }
  EXPECT_THAT(first, ElementsAre(-1, -1, -1, -1, 1));  // median 7
  EXPECT_THAT(second, ElementsAre(1, -1, -1, -1, 1));  // median 3
  EXPECT_THAT(p.test.labels, ElementsAre(-p.train.labels[0], 1, -1));
}

// Follows every image through the standardisation by its number: number = 100 x pixel 0 + pixel 1.
TEST(ImageProblem, SplitsTheTwoClassesAndKeepsTheOfficialTestImages) {
  const ImageParams params{
      .positive_class = 1, .negative_class = 4, .patterns = 25, .seed = 3, .drop_constant = false};
  const Problem p = make(params);
  EXPECT_EQ(p.train.count(), 25u);
  EXPECT_EQ(p.test.count(), 40u - 25u + 20u);
  EXPECT_EQ(p.architecture.inputs, 20);
  const auto row = [](const Patterns& patterns, std::size_t a) {
    std::vector<double> xi;
    for (std::size_t i = 0; i < 20; ++i) xi.push_back(patterns(a, i));
    return xi;
  };
  const auto binarised = [](const Images& images, std::size_t a) {
    std::vector<double> xi;
    for (const std::uint8_t pixel : images.image(a)) xi.push_back(pixel > median(images.image(a)) ? 1 : -1);
    return xi;
  };
  std::multiset<std::pair<std::vector<double>, int>> expected, found;
  for (std::size_t a = 0; a < 100; ++a)
    if (a % 5 == 1 || a % 5 == 4) expected.insert({binarised(training, a), a % 5 == 1 ? 1 : -1});
  for (std::size_t a = 0; a < 25; ++a) found.insert({row(p.train, a), p.train.labels[a]});
  for (std::size_t a = 0; a < 15; ++a) found.insert({row(p.test, a), p.test.labels[a]});
  EXPECT_EQ(found, expected);
  std::size_t next = 15;
  for (std::size_t a = 0; a < 50; ++a)
    if (a % 5 == 1 || a % 5 == 4) {
      EXPECT_EQ(row(p.test, next), binarised(official, a));
      EXPECT_EQ(p.test.labels[next++], a % 5 == 1 ? 1 : -1);
    }
}

TEST(ImageProblem, ASmallerSelectionIsTheBeginningOfALarger) {
  const Problem few = make({.patterns = 5, .seed = 8}), many = make({.patterns = 30, .seed = 8});
  const Problem other = make({.patterns = 30, .seed = 9});
  for (std::size_t a = 0; a < 5; ++a)
    for (std::size_t i = 0; i < 20; ++i) EXPECT_EQ(few.train(a, i), many.train(a, i));
  EXPECT_NE(many.train.inputs, other.train.inputs);
}

TEST(ImageProblem, StandardisedInputsHaveMeanZeroAndVarianceOne) {
  const Problem p = make({.patterns = 30, .inputs = PixelInputs::standardised});
  EXPECT_EQ(p.recipe.inputs, "standardised");
  const RealMatrix& x = std::get<RealMatrix>(p.train.inputs);
  for (Eigen::Index i = 0; i < 20; ++i) {
    const bool constant = i == 0 || i == 2;  // numbers below 100: pixel 0 is constant too
    EXPECT_NEAR(x.col(i).mean(), 0, 1e-14);
    EXPECT_NEAR(x.col(i).squaredNorm() / 30, constant ? 0 : 1, 1e-14);
  }
  EXPECT_EQ(p.test(p.test.count() - 1, 2), 0);
}

TEST(ImageProblem, DropsConstantInputsAndAppendsABias) {
  for (const PixelInputs inputs : {PixelInputs::binarised, PixelInputs::standardised}) {
    const ImageParams all{.patterns = 30, .inputs = inputs};
    ImageParams params = all;
    params.drop_constant = true;
    EXPECT_EQ(make(params).architecture.inputs, 18);
    params.odd_inputs = true;
    const Problem p = make(params), full = make(all);
    EXPECT_EQ(p.architecture.inputs, 19);
    for (const auto& [part, of_all] : {std::pair{&p.train, &full.train}, std::pair{&p.test, &full.test}})
      for (std::size_t a = 0; a < part->count(); ++a) {
        EXPECT_EQ((*part)(a, 0), (*of_all)(a, 1));
        for (std::size_t i = 1; i < 18; ++i) EXPECT_EQ((*part)(a, i), (*of_all)(a, i + 2));
        EXPECT_EQ((*part)(a, 18), 1);
      }
    EXPECT_TRUE(p.recipe.drop_constant && p.recipe.odd_inputs);
  }
}

TEST(ImageProblem, AnOddNumberOfInputsNeedsNoBias) {
  const Images odd{2, 1, 3, {1, 2, 3, 3, 2, 1}, {3, 4}};
  const ImageParams params{.patterns = 2, .odd_inputs = true};
  EXPECT_EQ(make_image_problem(odd, odd, any_perceptron, WeightKind::binary, params).architecture.inputs, 3);
}

TEST(ImageProblem, RecipeAndArchitecture) {
  const Problem p = make({.patterns = 30, .seed = 5, .margin = 0.25}, {Machine::committee, false, 20, 3});
  EXPECT_EQ(p.recipe.data, "fashion-mnist");
  EXPECT_EQ(p.recipe.inputs, "binary");
  EXPECT_THAT(p.recipe.classes, ElementsAre(3, 4));
  EXPECT_EQ(p.recipe.train_patterns, 30);
  EXPECT_EQ(p.recipe.test_patterns, 30);
  EXPECT_EQ(pattern_count(p.recipe.alpha, p.architecture), 30u);
  EXPECT_EQ(p.margin, 0.25);
}

TEST(ImageProblem, RefusesWithTheNumbers) {
  const auto refuses = [](const ImageParams& params, const Architecture& architecture, auto message) {
    EXPECT_THAT([&] { make(params, architecture); }, ThrowsMessage<InvalidInput>(message));
  };
  refuses({.patterns = 0}, any_perceptron, AllOf(HasSubstr("1 ... 40"), HasSubstr("got 0")));
  refuses({.patterns = 41}, any_perceptron, AllOf(HasSubstr("1 ... 40"), HasSubstr("got 41")));
  refuses({.patterns = -1}, any_perceptron, HasSubstr("got -1"));
  refuses({.positive_class = 7, .patterns = 5}, any_perceptron, HasSubstr("none of class 7 among 100"));
  refuses({.positive_class = 3, .negative_class = 3, .patterns = 5}, any_perceptron,
          HasSubstr("got 3 twice"));
  refuses({.patterns = 5}, {Machine::perceptron, false, 21, 1}, AllOf(HasSubstr("20"), HasSubstr("got 21")));
  refuses({.patterns = 5}, {Machine::committee, true, 0, 3}, HasSubstr("evenly"));
  refuses({.patterns = 5, .odd_inputs = true}, {Machine::parity, true, 0, 2}, HasSubstr("tree"));
  refuses({.patterns = 1, .drop_constant = true}, any_perceptron, HasSubstr("vary"));
}

TEST(Images, ValidationComparesTheSizes) {
  Images images = numbered_images(3, 0);
  EXPECT_NO_THROW(validate(images, "training"));
  images.labels.pop_back();
  EXPECT_THAT([&] { validate(images, "training"); },
              ThrowsMessage<InvalidInput>(AllOf(HasSubstr("3 training images"), HasSubstr("60 and 2"))));
  const Images other{1, 2, 2, {1, 2, 3, 4}, {3}};
  EXPECT_THAT(
      [&] { make_image_problem(training, other, any_perceptron, WeightKind::binary, {.patterns = 3}); },
      ThrowsMessage<InvalidInput>(HasSubstr("2 x 2")));
}

TEST(FashionMnist, ClassesByNameAndNumber) {
  EXPECT_EQ(fashion_mnist_class("Dress"), 3);
  EXPECT_EQ(fashion_mnist_class("Coat"), 4);
  EXPECT_EQ(fashion_mnist_class("9"), 9);
  EXPECT_EQ(fashion_mnist_class("Ankle boot"), 9);
  for (const char* bad : {"10", "dress", "", "-1"})
    EXPECT_THROW(fashion_mnist_class(bad), InvalidInput) << bad;
}

}  // namespace
}  // namespace wfm
