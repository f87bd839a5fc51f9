#include "math/symmetric_eigenvalues.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <Spectra/SymEigsSolver.h>
#include <fmt/format.h>

#include "math/error.hpp"
#include "math/random.hpp"

extern "C" {
void dsyevd_(const char* job, const char* triangle, const int* n, double* a, const int* lda, double* w,
             double* work, const int* lwork, int* iwork, const int* liwork, int* info);
void openblas_set_num_threads(int threads);
}

namespace wfm {

namespace {

using Vector = Eigen::VectorXd;

// OpenBLAS has one number of threads for the whole process; it is one except here.
class BlasThreads {
 public:
  explicit BlasThreads(int threads) { openblas_set_num_threads(threads); }
  ~BlasThreads() { openblas_set_num_threads(1); }
  BlasThreads(const BlasThreads&) = delete;
  BlasThreads& operator=(const BlasThreads&) = delete;
};

std::span<double> span_of(Vector& v) {
  return {v.data(), std::size_t(v.size())};
}

// Spectra's convergence test is relative to the eigenvalue, so that one at zero never passes. A + shift with shift = 3 |A| has its
// eigenvalues in [2, 4] |A| and the same Krylov spaces.
class ShiftedOperator {
 public:
  using Scalar = double;
  ShiftedOperator(const SymmetricOperator& A, double shift) : A_(&A), shift_(shift) {}
  Eigen::Index rows() const { return Eigen::Index(A_->size); }
  Eigen::Index cols() const { return rows(); }
  void perform_op(const double* x, double* y) const {
    A_->multiply({x, A_->size}, {y, A_->size});
    for (std::size_t i = 0; i < A_->size; ++i) y[i] += shift_ * x[i];
    ++products;
  }
  mutable std::size_t products = 0;

 private:
  const SymmetricOperator* A_;
  double shift_;
};

Vector random_vector(std::size_t size, std::uint64_t seed) {
  RandomStream random(seed, Purpose::measurement);
  Vector v{Eigen::Index(size)};
  for (double& x : v) x = random.normal();
  return v.normalized();
}

// The norm of A from below, by power iteration: within a small factor.
double norm_estimate(const SymmetricOperator& A, Vector v, std::size_t& products) {
  Vector next(v.size());
  double norm = 0;
  for (int step = 0; step < 10; ++step) {
    A.multiply(span_of(v), span_of(next));
    ++products;
    norm = next.norm();
    if (!(norm > 0)) break;
    v = next / norm;
  }
  return norm;
}

ExtremeEigenvalues from_all(const SymmetricOperator& A, int count) {
  const auto all = symmetric_eigenvalues(dense_matrix(A));
  const auto taken = std::ptrdiff_t(std::min(std::size_t(count), all.size()));
  const double norm = all.empty() ? 0 : std::max(std::abs(all.front()), std::abs(all.back()));
  ExtremeEigenvalues result;
  result.smallest.assign(all.begin(), all.begin() + taken);
  result.largest.assign(all.end() - taken, all.end());
  result.residual = std::numeric_limits<double>::epsilon() * std::sqrt(double(A.size)) * norm;
  result.products = A.size;
  result.converged = true;
  return result;
}

}  // namespace

std::vector<double> symmetric_eigenvalues(Eigen::MatrixXd matrix, int threads) {
  require(threads >= 1, fmt::format("eigenvalues: threads must be at least 1, given {}", threads));
  require(matrix.rows() == matrix.cols(),
          fmt::format("eigenvalues: the matrix must be square, given {} x {}", matrix.rows(), matrix.cols()));
  require(matrix.allFinite(), "eigenvalues: the matrix must be finite");
  const int n = int(matrix.rows());
  std::vector<double> values(std::size_t(n), 0.0);
  if (n == 0) return values;
  const BlasThreads blas(threads);
  double wanted = 0;
  int wanted_whole = 0, info = 0, query = -1;
  dsyevd_("N", "L", &n, matrix.data(), &n, values.data(), &wanted, &query, &wanted_whole, &query, &info);
  const int work_size = int(wanted);
  std::vector<double> work(std::size_t(work_size), 0.0);
  std::vector<int> whole(std::size_t(wanted_whole), 0);
  dsyevd_("N", "L", &n, matrix.data(), &n, values.data(), work.data(), &work_size, whole.data(),
          &wanted_whole, &info);
  if (info != 0) throw ResourceProblem(fmt::format("eigenvalues: LAPACK's dsyevd failed with code {}", info));
  return values;
}

Eigen::MatrixXd dense_matrix(const SymmetricOperator& A) {
  const Eigen::Index size = Eigen::Index(A.size);
  Eigen::MatrixXd matrix(size, size);
  Vector unit = Vector::Zero(size);
  for (Eigen::Index j = 0; j < size; ++j) {
    unit[j] = 1;
    A.multiply(span_of(unit), {matrix.col(j).data(), A.size});
    unit[j] = 0;
  }
  return matrix;
}

ExtremeEigenvalues extreme_eigenvalues(const SymmetricOperator& A, const ExtremeParams& params) {
  require(params.count >= 1, fmt::format("eigenvalues: count must be at least 1, given {}", params.count));
  require(params.tolerance > 0,
          fmt::format("eigenvalues: the tolerance must be above 0, given {}", params.tolerance));
  require(params.max_restarts >= 1,
          fmt::format("eigenvalues: max_restarts must be at least 1, given {}", params.max_restarts));
  const int wanted = 2 * params.count, space = std::max(4 * wanted, 40);
  if (A.size <= std::size_t(2) * std::size_t(space)) return from_all(A, params.count);

  ExtremeEigenvalues result;
  const Vector first = random_vector(A.size, params.seed);
  const double norm = norm_estimate(A, first, result.products);
  if (!std::isfinite(norm)) {
    result.reason = "the products became non-finite";
    return result;
  }
  const double shift = norm > 0 ? 3 * norm : 1;
  ShiftedOperator shifted(A, shift);
  Spectra::SymEigsSolver<ShiftedOperator> solver(shifted, wanted, space);
  solver.init(first.data());
  solver.compute(Spectra::SortRule::BothEnds, params.max_restarts, params.tolerance / 3,
                 Spectra::SortRule::SmallestAlge);
  result.products += shifted.products;
  result.converged = solver.info() == Spectra::CompInfo::Successful;
  if (!result.converged) {
    result.reason = fmt::format("Lanczos did not converge within {} restarts", params.max_restarts);
    return result;
  }
  const Vector values = solver.eigenvalues().array() - shift;
  const Eigen::MatrixXd vectors = solver.eigenvectors();
  result.smallest.assign(values.data(), values.data() + params.count);
  result.largest.assign(values.data() + params.count, values.data() + wanted);
  Vector v, product(Eigen::Index(A.size));
  for (Eigen::Index j = 0; j < wanted; ++j) {
    v = vectors.col(j);
    A.multiply(span_of(v), span_of(product));
    ++result.products;
    result.residual = std::max(result.residual, (product - values[j] * v).norm());
  }
  return result;
}

}  // namespace wfm
