#include "experiments/slice_chart.hpp"

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::experiments {

SliceScore slice_score(const std::string& name) {
  if (name == "train_error") return {"training error", &landscape::Score::train_error};
  if (name == "test_error") return {"test error", &landscape::Score::test_error};
  if (name == "loss") return {"loss", &landscape::Score::loss};
  throw InvalidInput(fmt::format("slice: shows train_error, test_error or loss, got {}", name));
}

io::Json slice_chart(const std::string& id, const std::string& title, const landscape::Slice& slice,
                     const SliceScore& score, const std::vector<std::string>& names,
                     const std::string& caption) {
  std::vector<std::vector<double>> z(slice.y.size());
  for (std::size_t row = 0; row < slice.y.size(); ++row)
    for (std::size_t column = 0; column < slice.x.size(); ++column)
      z[row].push_back(slice.scores[row * slice.x.size() + column].*score.value);
  std::vector<Series> places;
  for (std::size_t j = 0; j < slice.solutions.size(); ++j) {
    Series place;
    place.name = names[j];
    place.kind = "points";
    place.group = SeriesGroup::instance;
    place.x = {slice.solutions[j].x};
    place.y = {slice.solutions[j].y};
    place.color = int(j);
    places.push_back(place);
  }
  io::Json chart =
      make_chart(id, title, {"change of a weight, x"}, {"change of a weight, y"}, places, caption);
  auto& series = chart["series"];
  series.insert(series.begin(), heatmap(score.label, slice.x, slice.y, z));
  return chart;
}

}  // namespace wfm::experiments
