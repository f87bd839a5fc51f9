#include "training/unit_inputs.hpp"

namespace wfm::training {

PackedUnitInputs::PackedUnitInputs(const Problem& problem)
    : shared_(&std::get<BitMatrix>(problem.train.inputs)) {
  const Architecture& architecture = problem.architecture;
  if (architecture.fan_in() == architecture.inputs) return;
  for (int k = 0; k < architecture.hidden; ++k)
    own_.push_back(
        shared_->columns(std::size_t(architecture.first_input(k)), std::size_t(architecture.fan_in())));
}

RealUnitInputs::RealUnitInputs(const Problem& problem)
    : matrix_(&std::get<RealMatrix>(problem.train.inputs)), architecture_(problem.architecture) {}

}  // namespace wfm::training
