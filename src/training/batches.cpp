#include "training/batches.hpp"

#include <numeric>

#include <fmt/format.h>

#include "math/error.hpp"

namespace wfm::training {

EpochOrder::EpochOrder(std::size_t patterns, std::size_t batch, RandomStream& random)
    : order_(patterns), batches_((patterns + batch - 1) / batch) {
  std::iota(order_.begin(), order_.end(), 0);
  shuffle(std::span(order_), random);
}

std::span<const std::size_t> EpochOrder::batch(std::size_t b) const {
  const std::size_t first = b * order_.size() / batches_, last = (b + 1) * order_.size() / batches_;
  return std::span(order_).subspan(first, last - first);
}

BatchSource::BatchSource(const Patterns& patterns, std::size_t parts) : patterns_(&patterns), parts_(parts) {
  if (patterns.count() == 0) return;
  const std::size_t inputs = patterns.inputs_per_pattern();
  if (parts == 0 || inputs % parts != 0)
    throw InvalidInput(
        fmt::format("batches: {} inputs must be shared evenly, given {} parts", inputs, parts));
  if (!patterns.binary()) {
    real_ = std::get<RealMatrix>(patterns.inputs).cast<float>();
    return;
  }
  if (parts == 1) return;
  const std::size_t n = inputs / parts;
  for (std::size_t k = 0; k < parts; ++k)
    own_.push_back(std::get<BitMatrix>(patterns.inputs).columns(k * n, n));
}

const BitMatrix& BatchSource::part(std::size_t k) const {
  return own_.empty() ? std::get<BitMatrix>(patterns_->inputs) : own_[k];
}

void BatchSource::gather(std::span<const std::size_t> which, bool with_backward, Batch& batch) const {
  batch.labels.resize(which.size());
  for (std::size_t b = 0; b < which.size(); ++b) batch.labels[b] = patterns_->labels[which[b]];
  if (!patterns_->binary()) {
    batch.forward.clear();
    batch.real.resize(Eigen::Index(which.size()), real_.cols());
    for (std::size_t b = 0; b < which.size(); ++b)
      batch.real.row(Eigen::Index(b)) = real_.row(Eigen::Index(which[b]));
    return;
  }
  batch.forward.resize(parts_);
  batch.backward.resize(with_backward ? parts_ : 0);
  for (std::size_t k = 0; k < parts_; ++k) {
    const BitMatrix& X = part(k);
    batch.forward[k].resize(which.size(), X.cols());
    for (std::size_t b = 0; b < which.size(); ++b) batch.forward[k].set_row(b, X.row(which[b]));
    if (with_backward) batch.forward[k].transpose_into(batch.backward[k]);
  }
}

}  // namespace wfm::training
