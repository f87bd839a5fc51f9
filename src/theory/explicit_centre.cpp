#include "theory/explicit_centre.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "math/continuation.hpp"
#include "math/error.hpp"
#include "math/field.hpp"
#include "math/fixed_point.hpp"
#include "theory/capacity.hpp"
#include "theory/explicit_centre_saddle.hpp"

namespace wfm::theory {

namespace {

constexpr double smallest_replicas = 0.01, largest_replicas = 100;
constexpr double start_distance = 0.1, start_replicas = 2;
// y* is sought from these: saddles at small y and d need not exist
constexpr std::array<double, 2> middling_replicas{12, 5};
constexpr double smallest_distance = 1e-5;
// pieces of the curve of external entropy zero go through these distances, whatever others are asked for
constexpr std::array<double, 4> zero_external_starts{0.02, 0.1, 0.004, 0.05};
// of the capacity; the thresholds at margin 0 are 0.92 and 0.93 of it
constexpr double one_piece_up_to = 0.9;
// summed up by the search for one curve, and for each of its distances: about two seconds and 0.04 of one
constexpr double most_terms = 4.5e8, most_terms_a_distance = 1e7;
constexpr double searches_for_zero = 3;  // a search in y at the start, one unknown more
const char* const too_long = "the search for the curve would take too many nodes";
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

void check(const ExplicitCentreParams& params) {
  require(std::isfinite(params.alpha) && params.alpha >= 0,
          fmt::format("an explicit centre needs a finite alpha >= 0, got {}", params.alpha));
  for (const double margin : {params.margin, params.centre_is_solution ? params.centre_margin : 0.0})
    require(std::abs(margin) <= 10,
            fmt::format("the margins around an explicit centre are in [-10, 10], got {}", margin));
}

void check_distance(double d) {
  require(d > 0 && d < 0.5, fmt::format("a distance from an explicit centre is in (0, 1/2), got {}", d));
}

/// No patterns: the y solutions are free at distance d around any centre.
ExplicitCentrePoint unconstrained_point(double d, double y) {
  ExplicitCentrePoint point;
  const double S = 1 - 2 * d;
  point.distance = d;
  point.replicas = y;
  point.entropy = binary_entropy(d);
  point.external_entropy = std::log(2);
  point.free_entropy = point.entropy + point.external_entropy / y;
  point.Shat = std::atanh(S);
  point.slope = 2 * point.Shat;
  point.q1 = S * S;
  point.converged = true;
  return point;
}

ContinuationOptions path_options() {
  ContinuationOptions options;
  options.tolerance = 2e-11;
  options.first_step = 0.1;
  options.largest_step = 0.6;
  options.smallest_step = 1e-3;
  options.most_points = 60;
  options.difference_step = 1e-5;
  return options;
}

/// A place in the plane of (d, y) with the coordinates of its saddle.
struct Place {
  std::vector<double> x;
  double d = start_distance;
  double y = start_replicas;
};

struct Outcome {
  std::optional<Place> place;
  std::string reason;
  bool beyond_replicas = false;  // the search left the range of y at its upper end
};

/// The search for y* ended at this y because there is none up to the largest.
bool at_most_replicas(double y) {
  return y > 0.99 * largest_replicas;
}

std::string grows_beyond(double d) {
  return fmt::format("y* grows beyond {} near d = {:.2g}", largest_replicas, d);
}

/// Around this place the map from overlaps to overlaps contracts.
Outcome start_place(const CentreSaddle& saddle) {
  const std::size_t n = saddle.unknowns();
  const std::vector<double> x0 = n == 4 ? std::vector<double>{0, -1, 0.3, 0.1} : std::vector<double>{-1, 0};
  const FixedPointResult found = solve_fixed_point(
      [&](std::span<const double> x, std::span<double> image) {
        saddle.mismatch(saddle.state(x, start_distance, start_replicas, false), x, image);
        for (std::size_t i = 0; i < n; ++i) image[i] += x[i];
      },
      x0, {.tolerance = 1e-10, .max_iterations = 300});
  if (!found.converged) return {std::nullopt, "at the start of all curves: " + found.reason};
  return {Place{found.x, start_distance, start_replicas}, ""};
}

/// From one place to another y at the same d.
Outcome change_replicas(const CentreSaddle& saddle, const Place& from, double y) {
  if (y == from.y) return {from, ""};
  ContinuationOptions options = path_options();
  (y > from.y ? options.lambda_max : options.lambda_min) = std::log(y);
  const Branch branch = follow_branch(
      [&](std::span<const double> x, double ln_y, std::span<double> values) {
        saddle.mismatch(saddle.state(x, from.d, std::exp(ln_y), false), x, values);
      },
      from.x, std::log(from.y), y > from.y ? 1 : -1, options);
  if (!branch.completed)
    return {std::nullopt, fmt::format("d = {:.6g}, on the way to y = {:.6g}: {}", from.d, y, branch.reason)};
  return {Place{branch.points.back().x, from.d, y}, ""};
}

/// The equations along ln d at fixed y.
ParametrisedFunction along_distance(const CentreSaddle& saddle, double y) {
  return [&saddle, y](std::span<const double> x, double ln_d, std::span<double> values) {
    saddle.mismatch(saddle.state(x, std::exp(ln_d), y, false), x, values);
  };
}

/// From one place to another d at the same y.
Outcome change_distance(const CentreSaddle& saddle, const Place& from, double d) {
  if (d == from.d) return {from, ""};
  ContinuationOptions options = path_options();
  (d > from.d ? options.lambda_max : options.lambda_min) = std::log(d);
  const Branch branch =
      follow_branch(along_distance(saddle, from.y), from.x, std::log(from.d), d > from.d ? 1 : -1, options);
  if (!branch.completed)
    return {std::nullopt, fmt::format("y = {:.6g}, on the way to d = {:.6g}: {}", from.y, d, branch.reason)};
  return {Place{branch.points.back().x, d, from.y}, ""};
}

/// y* at the distance of `from`: the external entropy is a parameter that is lowered to zero, with ln y among the unknowns.
Outcome lower_external_entropy(const CentreSaddle& saddle, const Place& from) {
  const std::size_t n = saddle.unknowns();
  const CentreSaddle::State at = saddle.state(from.x, from.d, from.y, true);
  const double external = at.omega - from.y * at.omega_y;
  if (!std::isfinite(external)) return {std::nullopt, "the external entropy is not finite at the start"};
  ContinuationOptions options = path_options();
  (external > 0 ? options.lambda_min : options.lambda_max) = 0;
  std::vector<double> x = from.x;
  x.push_back(std::log(from.y));
  const Branch branch = follow_branch(
      [&](std::span<const double> unknowns, double value, std::span<double> values) {
        const double y = std::exp(unknowns[n]);
        if (!(y >= smallest_replicas && y <= largest_replicas)) return;  // values stay NaN
        const CentreSaddle::State here = saddle.state(unknowns, from.d, y, true);
        saddle.mismatch(here, unknowns, values);
        values[n] = (here.omega - value) / y - here.omega_y;
      },
      x, external, external > 0 ? -1 : 1, options);
  if (!branch.completed) {
    if (external > 0 && !saddle.exhausted() && !branch.points.empty() &&
        at_most_replicas(std::exp(branch.points.back().x[n])))
      return {std::nullopt, grows_beyond(from.d), true};
    return {std::nullopt,
            fmt::format("no y in [{}, {}] with external entropy zero was found at d = {:.6g}: {}",
                        smallest_replicas, largest_replicas, from.d, branch.reason)};
  }
  const std::vector<double>& found = branch.points.back().x;
  return {Place{{found.begin(), found.end() - 1}, from.d, std::exp(found[n])}, ""};
}

Outcome zero_external_place(const CentreSaddle& saddle, double d) {
  const Outcome start = start_place(saddle);
  Outcome outcome = start;
  for (const double y : middling_replicas) {
    if (!start.place) break;
    outcome = change_replicas(saddle, *start.place, y);
    if (outcome.place) outcome = change_distance(saddle, *outcome.place, d);
    if (outcome.place) outcome = lower_external_entropy(saddle, *outcome.place);
    if (outcome.place || outcome.beyond_replicas) break;
  }
  return outcome;
}

/// Half of the curve of external entropy zero from one of its places, first towards larger (direction = 1) or smaller (-1) d, until it
/// leaves [d_min, d_max]: unknowns (x, ln y), parameter ln d.
Branch zero_external_half(const CentreSaddle& saddle, const Place& from, int direction, double d_min,
                          double d_max, std::span<const double> wanted, double largest_step = 0.4) {
  const std::size_t n = saddle.unknowns();
  const ParametrisedFunction F = [&saddle, n](std::span<const double> unknowns, double ln_d,
                                              std::span<double> values) {
    const double y = std::exp(unknowns[n]), d = std::exp(ln_d);
    if (!(y >= smallest_replicas && y <= largest_replicas && d < 0.5)) return;  // values stay NaN
    const CentreSaddle::State here = saddle.state(unknowns, d, y, true);
    saddle.mismatch(here, unknowns, values);
    values[n] = here.omega / y - here.omega_y;  // phi - S_I: its rounding does not grow with y
  };
  std::vector<double> x = from.x;
  x.push_back(std::log(from.y));
  ContinuationOptions options = path_options();
  options.lambda_min = std::log(d_min);
  options.lambda_max = std::log(d_max);
  options.largest_step = largest_step;
  options.smallest_step = 1e-5;
  options.most_points = 300;
  return follow_branch(F, x, std::log(from.d), direction, options, wanted);
}

std::vector<double> logarithms(std::span<const double> distances) {
  std::vector<double> result;
  for (const double d : distances) result.push_back(std::log(d));
  return result;
}

double terms_for(std::size_t distances) {
  return most_terms + most_terms_a_distance * double(distances);
}

std::string missed(const CentreSaddle& saddle, const Branch& branch) {
  if (saddle.exhausted()) return too_long;
  return branch.reason.empty() ? "the branch turns back before it" : branch.reason;
}

/// Beyond the thresholds y* has several values at one d.
bool may_have_pieces(const ExplicitCentreParams& params) {
  const double centre_margin = params.centre_is_solution ? params.centre_margin : params.margin;
  const CapacityResult limit = capacity(std::max(params.margin, centre_margin));
  return !limit.converged || params.alpha > one_piece_up_to * limit.alpha_c;
}

/// The piece of the curve of external entropy zero that goes through the distance `start`. Its halves towards smaller and larger d end
/// where they come back to it, so that the first passage of a distance does not depend on the others.
class ZeroExternalPiece {
 public:
  ZeroExternalPiece(const CentreSaddle& saddle, double start, std::span<const double> distances)
      : saddle_(saddle), distances_(distances), begin_(zero_external_place(saddle, start)) {
    if (!begin_.place) return;
    const std::vector<double> ln_d = logarithms(distances);
    const auto [least, most] = std::minmax_element(distances.begin(), distances.end());
    if (*most > start) up_ = zero_external_half(saddle, *begin_.place, 1, start, *most, ln_d);
    upper_end_ = end_of_replicas(up_);
    // second, as the lattices grow towards small d
    if (*least < start) down_ = zero_external_half(saddle, *begin_.place, -1, *least, start, ln_d);
    lower_end_ = end_of_replicas(down_);
  }

  /// At distance number i.
  ExplicitCentrePoint point(std::size_t i) const {
    const double d = distances_[i];
    if (!begin_.place) return failed_centre_point(d, not_a_number, begin_.reason);
    if (d == begin_.place->d) return saddle_.point(begin_.place->x, d, begin_.place->y);
    const Branch& half = d < begin_.place->d ? down_ : up_;
    const std::optional<BranchPoint>& target = half.targets[i];
    if (!target) return failed_centre_point(d, not_a_number, why_missed(half));
    return saddle_.point(target->x, d, std::exp(target->x.back()));
  }

  /// Where y* grows out of its range towards smaller and larger d.
  std::optional<double> lower_end() const { return lower_end_; }
  std::optional<double> upper_end() const { return upper_end_; }

 private:
  std::optional<double> end_of_replicas(const Branch& half) const {
    if (saddle_.exhausted() || half.completed || half.points.empty() || !half.folds.empty())
      return std::nullopt;
    const BranchPoint& last = half.points.back();
    if (!at_most_replicas(std::exp(last.x.back()))) return std::nullopt;
    return std::exp(last.lambda);
  }

  std::string why_missed(const Branch& half) const {
    if (saddle_.exhausted() || half.reason.empty() || half.points.empty()) return missed(saddle_, half);
    const double d = std::exp(half.points.back().lambda), y = std::exp(half.points.back().x.back());
    if (at_most_replicas(y)) return grows_beyond(d);
    return fmt::format("the branch could not be followed beyond d = {:.4g}, y* = {:.4g}", d, y);
  }

  const CentreSaddle& saddle_;
  std::span<const double> distances_;
  Outcome begin_;
  Branch down_, up_;
  std::optional<double> lower_end_, upper_end_;
};

ExplicitCentrePoint point_of(const CentreSaddle& saddle, const BranchPoint& at) {
  return saddle.point(at.x, std::exp(at.lambda), std::exp(at.x.back()));
}

}  // namespace

std::vector<ExplicitCentrePoint> explicit_centre_curve(const ExplicitCentreParams& params, double y,
                                                       std::span<const double> distances) {
  check(params);
  require(
      y >= smallest_replicas && y <= largest_replicas,
      fmt::format("the number of replicas is in [{}, {}], got {}", smallest_replicas, largest_replicas, y));
  for (const double d : distances) check_distance(d);
  std::vector<ExplicitCentrePoint> points(distances.size());
  if (params.alpha == 0) {
    std::transform(distances.begin(), distances.end(), points.begin(),
                   [&](double d) { return unconstrained_point(d, y); });
    return points;
  }
  const CentreSaddle saddle(params, terms_for(distances.size()));
  Outcome begin = start_place(saddle);
  if (begin.place) begin = change_replicas(saddle, *begin.place, y);
  if (!begin.place) {
    std::transform(distances.begin(), distances.end(), points.begin(), [&](double d) {
      return failed_centre_point(d, y, saddle.exhausted() ? too_long : begin.reason);
    });
    return points;
  }

  const std::vector<double> ln_d = logarithms(distances);
  const double ln_start = std::log(start_distance);
  const auto follow = [&](int direction) {
    ContinuationOptions options = path_options();
    options.lambda_min =
        direction < 0 ? *std::min_element(ln_d.begin(), ln_d.end()) : std::log(smallest_distance);
    options.lambda_max = direction > 0 ? *std::max_element(ln_d.begin(), ln_d.end()) : std::log(0.5);
    return follow_branch(along_distance(saddle, y), begin.place->x, ln_start, direction, options, ln_d);
  };
  std::optional<Branch> down, up;
  for (std::size_t i = 0; i < points.size(); ++i) {
    std::optional<Branch>& side = ln_d[i] < ln_start ? down : up;
    if (!side) side = follow(ln_d[i] < ln_start ? -1 : 1);
    const std::optional<BranchPoint>& target = side->targets[i];
    points[i] = target ? saddle.point(target->x, distances[i], y)
                       : failed_centre_point(distances[i], y, missed(saddle, *side));
  }
  return points;
}

std::vector<ExplicitCentrePoint> zero_external_curve(const ExplicitCentreParams& params,
                                                     std::span<const double> distances) {
  check(params);
  for (const double d : distances) check_distance(d);
  std::vector<ExplicitCentrePoint> points(distances.size());
  std::transform(distances.begin(), distances.end(), points.begin(), [](double d) {
    return failed_centre_point(d, not_a_number, "no patterns: all centres exist");
  });
  if (params.alpha == 0 || distances.empty()) return points;
  const CentreSaddle saddle(params, searches_for_zero * terms_for(distances.size()));
  const bool several = may_have_pieces(params);
  // with one piece: y* is beyond its range up to and from these
  double lower_end = 0, upper_end = std::numeric_limits<double>::infinity();
  const auto settled = [&](const ExplicitCentrePoint& point) {
    return !several && (point.converged || point.distance <= lower_end || point.distance >= upper_end);
  };
  for (const double start : zero_external_starts) {
    if (std::all_of(points.begin(), points.end(), settled)) break;
    const ZeroExternalPiece piece(saddle, start, distances);
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (settled(points[i])) continue;
      const ExplicitCentrePoint point = piece.point(i);
      const bool better = point.converged && (!points[i].converged || point.entropy > points[i].entropy);
      if (better || start == zero_external_starts.front()) points[i] = point;  // else the first reason
    }
    lower_end = std::max(lower_end, piece.lower_end().value_or(lower_end));
    upper_end = std::min(upper_end, piece.upper_end().value_or(upper_end));
    if (saddle.exhausted()) break;
  }
  for (ExplicitCentrePoint& point : points) {
    const double d = point.distance;
    if (several && saddle.exhausted())  // a piece that was not followed might have had the largest entropy
      point = failed_centre_point(d, not_a_number, too_long);
    if (several || point.converged) continue;
    if (d <= lower_end || d >= upper_end)
      point = failed_centre_point(d, not_a_number, grows_beyond(d <= lower_end ? lower_end : upper_end));
    else if (saddle.exhausted() && point.reason != too_long)
      point.reason += fmt::format("; from elsewhere {}", too_long);
  }
  return points;
}

ZeroExternalBranch zero_external_branch(const ExplicitCentreParams& params, double start, double d_min,
                                        double d_max, double largest_step) {
  check(params);
  for (const double d : {start, d_min, d_max}) check_distance(d);
  require(d_min <= start && start <= d_max,
          fmt::format("a branch starts within its range, got {} in [{}, {}]", start, d_min, d_max));
  require(largest_step > 0, fmt::format("the largest step along a branch is positive, got {}", largest_step));
  ZeroExternalBranch result;
  const CentreSaddle saddle(params);
  const Outcome place = params.alpha > 0 ? zero_external_place(saddle, start)
                                         : Outcome{std::nullopt, "no patterns: all centres exist"};
  result.reason = place.reason;
  if (!place.place) return result;
  // a branch that begins on the edge of its range goes one way only
  const auto half = [&](int direction) {
    return zero_external_half(saddle, *place.place, direction, d_min, d_max, {}, largest_step);
  };
  const Branch down = start > d_min ? half(-1) : Branch{}, up = start < d_max ? half(1) : Branch{};
  for (std::size_t i = down.points.size(); i-- > 1;)
    result.points.push_back(point_of(saddle, down.points[i]));
  result.points.push_back(saddle.point(place.place->x, place.place->d, place.place->y));
  for (std::size_t i = 1; i < up.points.size(); ++i) result.points.push_back(point_of(saddle, up.points[i]));
  for (std::size_t i = down.folds.size(); i-- > 0;)
    result.folds.push_back(point_of(saddle, down.folds[i].point));
  for (const Fold& fold : up.folds) result.folds.push_back(point_of(saddle, fold.point));
  result.reason = down.reason.empty() ? up.reason : down.reason;
  result.completed = result.reason.empty();
  return result;
}

}  // namespace wfm::theory
