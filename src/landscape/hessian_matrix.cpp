#include "landscape/hessian_matrix.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include <fmt/format.h>
#include <Eigen/QR>

#include "math/error.hpp"
#include "math/parallel.hpp"
#include "problems/problem.hpp"

namespace wfm::landscape {

namespace {

using Matrix = Eigen::MatrixXd;
using Vector = Eigen::VectorXd;

// Inputs in the coordinates of a basis of the patterns' span, and w/|w| of each unit in them and (reduced) one coordinate more.
struct Coordinates {
  std::vector<Matrix> inputs;  // P x r of each unit, or one for all
  std::vector<Vector> radial;  // of each unit, tangent only
  bool reduced = false;        // P < n

  const Matrix& of(std::size_t k) const { return inputs[inputs.size() == 1 ? 0 : k]; }
};

Vector unit_direction(const LossHessian& hessian, const UnitBlock& unit) {
  return Eigen::Map<const Vector>(&hessian.weights()[unit.first], Eigen::Index(unit.size)).normalized();
}

Coordinates coordinates(const LossHessian& hessian) {
  const auto& shape = hessian.network().shape();
  const auto& layer = hessian.network().layers()[0];
  const auto units = unit_blocks(hessian.network());
  const Eigen::Index n = layer.fan_in, P = hessian.inputs().rows();
  Coordinates result;
  result.reduced = P < n;
  std::vector<Matrix> bases;
  for (std::size_t k = 0; k < (shape.tree ? units.size() : 1); ++k) {
    const auto X = hessian.inputs().middleCols(shape.tree ? Eigen::Index(k) * n : 0, n);
    if (!result.reduced) {
      result.inputs.push_back(X);
      continue;
    }
    // X^T = Q R: Q is orthonormal whatever the rank of X
    const Eigen::HouseholderQR<Matrix> qr(X.transpose());
    bases.push_back(qr.householderQ() * Matrix::Identity(n, P));
    result.inputs.push_back(Matrix(qr.matrixQR().topRows(P).triangularView<Eigen::Upper>()).transpose());
  }
  if (!hessian.tangent()) return result;
  for (std::size_t k = 0; k < units.size(); ++k) {
    const Vector u = unit_direction(hessian, units[k]);
    if (!result.reduced) {
      result.radial.push_back(u);
      continue;
    }
    Vector in_basis(P + 1);
    in_basis.head(P) = bases[bases.size() == 1 ? 0 : k].transpose() * u;
    in_basis[P] = std::sqrt(std::max(0.0, 1 - in_basis.head(P).squaredNorm()));
    result.radial.push_back(in_basis.normalized());
  }
  return result;
}

// One Householder reflection a unit takes its radial direction to the first axis, which is left out.
Matrix without_radial(Matrix H, const std::vector<Vector>& radial) {
  const Eigen::Index m = radial[0].size(), units = Eigen::Index(radial.size());
  for (Eigen::Index k = 0; k < units; ++k) {
    Vector v = radial[std::size_t(k)];
    v[0] += v[0] < 0 ? -1 : 1;
    v.normalize();
    auto rows = H.middleRows(k * m, m);
    const Eigen::RowVectorXd from_left = v.transpose() * rows;
    rows.noalias() -= 2 * v * from_left;
    auto cols = H.middleCols(k * m, m);
    const Vector from_right = cols * v;
    cols.noalias() -= 2 * from_right * v.transpose();
  }
  Matrix tangent((m - 1) * units, (m - 1) * units);
  for (Eigen::Index k = 0; k < units; ++k)
    for (Eigen::Index l = 0; l < units; ++l)
      tangent.block(k * (m - 1), l * (m - 1), m - 1, m - 1) = H.block(k * m + 1, l * m + 1, m - 1, m - 1);
  return tangent;
}

HessianMatrix from_blocks(const LossHessian& hessian, int threads) {
  const Coordinates x = coordinates(hessian);
  const auto units = unit_blocks(hessian.network());
  const Eigen::Index r = x.of(0).cols(), m = r + (x.reduced && hessian.tangent() ? 1 : 0),
                     K = Eigen::Index(units.size());
  HessianMatrix result;
  Matrix& H = result.matrix;
  H = Matrix::Zero(K * m, K * m);
  std::vector<std::pair<Eigen::Index, Eigen::Index>> blocks;
  for (Eigen::Index k = 0; k < K; ++k)
    for (Eigen::Index l = 0; l <= k; ++l) blocks.emplace_back(k, l);
  parallel_for(blocks.size(), threads, [&](std::size_t b) {
    const auto [k, l] = blocks[b];
    const Matrix& left = x.of(std::size_t(k));
    const Matrix right = hessian.curvature(int(k), int(l)).asDiagonal() * x.of(std::size_t(l));
    auto block = H.block(k * m, l * m, r, r);
    if (&left == &x.of(std::size_t(l))) {
      block.triangularView<Eigen::Lower>() = left.transpose() * right;
      block.triangularView<Eigen::StrictlyUpper>() = block.transpose();
    } else {
      block.noalias() = left.transpose() * right;
    }
    if (k != l) H.block(l * m, k * m, r, r) = block.transpose();
  });
  if (hessian.tangent()) {
    for (Eigen::Index k = 0; k < K; ++k)
      H.diagonal().segment(k * m, m).array() -= hessian.lambda()[std::size_t(k)];
    H = without_radial(std::move(H), x.radial);
  }
  result.unit_size.assign(units.size(), std::size_t(m - (hessian.tangent() ? 1 : 0)));
  result.known = known_eigenvalues(hessian);
  return result;
}

void append_known(std::vector<double>& values, const KnownEigenvalue& known) {
  values.insert(values.end(), known.multiplicity, known.value);
}

// The `count` first by `before` of the eigenvalues found, with the known ones in their multiplicity instead of those found near them.
template <class Before>
void complete(std::vector<double>& found, const std::vector<KnownEigenvalue>& known, double near,
              const Before& before) {
  const std::size_t count = found.size();
  for (const KnownEigenvalue& one : known) {
    if (one.multiplicity == 0) continue;
    std::erase_if(found, [&](double x) { return std::abs(x - one.value) <= near; });
  }
  for (const KnownEigenvalue& one : known)
    found.insert(found.end(), std::min(one.multiplicity, count), one.value);
  std::sort(found.begin(), found.end(), before);
  found.resize(count);
  std::sort(found.begin(), found.end());
}

}  // namespace

std::vector<KnownEigenvalue> known_eigenvalues(const LossHessian& hessian) {
  std::vector<KnownEigenvalue> known(hessian.lambda().size());
  const auto& layers = hessian.network().layers();
  const std::size_t n = std::size_t(layers[0].fan_in), P = std::size_t(hessian.inputs().rows());
  if (layers.size() > 1 || P >= n) return known;
  for (std::size_t k = 0; k < known.size(); ++k)
    known[k] = {hessian.tangent() ? -hessian.lambda()[k] : 0, n - P - (hessian.tangent() ? 1 : 0)};
  return known;
}

ExtremeEigenvalues hessian_extremes(const LossHessian& hessian, const ExtremeParams& params) {
  ExtremeEigenvalues result = extreme_eigenvalues(hessian.product(), params);
  if (!result.converged || result.smallest.empty()) return result;
  const auto known = known_eigenvalues(hessian);
  const double near =
      1e-9 * std::max(std::abs(result.smallest.front()), std::abs(result.largest.back())) + result.residual;
  complete(result.smallest, known, near, std::less<>());
  complete(result.largest, known, near, std::greater<>());
  return result;
}

std::size_t reduced_size(const LossHessian& hessian) {
  const auto& layers = hessian.network().layers();
  if (layers.size() > 1) return hessian.size();
  const std::size_t n = std::size_t(layers[0].fan_in), P = std::size_t(hessian.inputs().rows());
  return std::size_t(layers[0].units) * (P < n ? P : n - (hessian.tangent() ? 1 : 0));
}

HessianMatrix hessian_matrix(const LossHessian& hessian, int threads) {
  const double rows = double(reduced_size(hessian));
  require_memory(2 * 8 * rows * rows, "Hessian: the whole matrix and its copy for LAPACK");
  if (hessian.network().layers().size() == 1) return from_blocks(hessian, threads);
  HessianMatrix result{dense_matrix(hessian.product()), {}, known_eigenvalues(hessian)};
  for (const UnitBlock& unit : unit_blocks(hessian.network()))
    result.unit_size.push_back(unit.size - (hessian.tangent() ? 1 : 0));
  return result;
}

std::vector<double> whole_spectrum(const HessianMatrix& hessian, int threads) {
  auto values = symmetric_eigenvalues(hessian.matrix, threads);
  for (const KnownEigenvalue& known : hessian.known) append_known(values, known);
  std::sort(values.begin(), values.end());
  return values;
}

std::vector<std::vector<double>> unit_spectra(const HessianMatrix& hessian, int threads) {
  std::vector<std::vector<double>> spectra;
  Eigen::Index first = 0;
  for (std::size_t k = 0; k < hessian.unit_size.size(); ++k) {
    const Eigen::Index size = Eigen::Index(hessian.unit_size[k]);
    spectra.push_back(symmetric_eigenvalues(hessian.matrix.block(first, first, size, size), threads));
    append_known(spectra.back(), hessian.known[k]);
    std::sort(spectra.back().begin(), spectra.back().end());
    first += size;
  }
  return spectra;
}

double hessian_trace(const LossHessian& hessian) {
  const auto& shape = hessian.network().shape();
  const auto& X = hessian.inputs();
  const int units = shape.hidden.empty() ? 1 : shape.hidden.front();
  const Eigen::Index width = shape.tree ? X.cols() / units : X.cols();
  double trace = 0;
  for (int k = 0; k < units; ++k)
    trace +=
        hessian.curvature(k, k).dot(X.middleCols(shape.tree ? k * width : 0, width).rowwise().squaredNorm());
  return trace;
}

}  // namespace wfm::landscape
