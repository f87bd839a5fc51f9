// One draw of control parameters: the calls that it makes, and what is demanded of their answers.
//   converged      all numbers finite, residual <= 1e-10
//   not converged  a reason, all numbers NaN
#pragma once

#include <ctime>

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <map>
#include <string>
#include <vector>

#include "math/random.hpp"
#include "theory/machine.hpp"

namespace wfm::theory::sweep {

/// Random control parameters, a function of the stream alone.
class Draw {
 public:
  explicit Draw(RandomStream stream) : stream_(stream) {}
  double uniform(double a, double b) { return a + (b - a) * stream_.uniform(); }
  double log_uniform(double a, double b);
  bool chance(double probability) { return stream_.uniform() < probability; }
  template <class T>
  T one_of(std::initializer_list<T> values) {
    return values.begin()[stream_.below(values.size())];
  }
  Machine one_field(bool binary_only = false);  // perceptron, or infinitely many units
  Machine few_units();                          // committee of 3, parity machine of 2 or 3; binary
  std::vector<double> log_uniforms(std::size_t count, double a, double b);

 private:
  RandomStream stream_;
};

class Trial {
 public:
  /// `announce` gets the text of the parameters before the first call.
  explicit Trial(std::function<void(const std::string&)> announce) : announce_(std::move(announce)) {}

  /// Before the first call: with which it can be repeated by hand.
  void parameters(std::string text) { announce_(parameters_ = std::move(text)); }

  /// The call's processor time counts towards the slowest.
  template <class F>
  auto timed(F&& call) {
    const double begin = processor_ms();
    auto result = call();
    slowest_ms_ = std::max(slowest_ms_, processor_ms() - begin);
    return result;
  }

  /// A point that counts. `numbers`: all that a point has.
  void point(bool converged, const std::string& reason, double residual,
             std::initializer_list<double> numbers);

  /// A demand that holds, or a violation.
  void demand(bool holds, const std::string& violation) {
    if (!holds) violations_.push_back(violation);
  }
  /// |a - b| <= tolerance (1 + |a|)
  void agree(double a, double b, double tolerance, const std::string& what);
  /// a <= b but for rounding
  void ordered(double a, double b, const std::string& what, double tolerance = 1e-9);

  const std::string& text() const { return parameters_; }
  const std::vector<std::string>& violations() const { return violations_; }
  const std::map<std::string, long>& reasons() const { return reasons_; }
  long converged() const { return converged_; }
  double slowest_ms() const { return slowest_ms_; }

 private:
  static double processor_ms() {
    timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return 1e3 * double(t.tv_sec) + 1e-6 * double(t.tv_nsec);
  }

  std::function<void(const std::string&)> announce_;
  std::string parameters_;
  std::vector<std::string> violations_;
  std::map<std::string, long> reasons_;  // of points without convergence, numbers replaced by #
  long converged_ = 0;
  double slowest_ms_ = 0;
};

/// What the program sweeps.
struct Calculation {
  std::string name;
  std::string demands;  // beyond those of every point
  long most_points;     // of one sweep: slow calculations have fewer
  double longest_ms;    // processor time that a call may take
  std::function<void(Draw&, Trial&)> trial;
};
std::vector<Calculation> storage_calculations();
std::vector<Calculation> franz_parisi_calculations();
std::vector<Calculation> gibbs_calculations();
std::vector<Calculation> local_entropy_calculations();
std::vector<Calculation> explicit_centre_calculations();
std::vector<Calculation> units_franz_parisi_calculations();

}  // namespace wfm::theory::sweep
