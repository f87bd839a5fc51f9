#include "experiments/named.hpp"

#include <fmt/format.h>

#include "experiments/demo.hpp"
#include "experiments/instance_experiments.hpp"
#include "experiments/theory_experiments.hpp"
#include "math/error.hpp"

namespace wfm::experiments {

const std::vector<NamedExperiment>& named_experiments() {
  static const std::vector<NamedExperiment> experiments{
      {"demo", "[A], [B]",
       "from instances to solutions, to the local entropy around each, beside theory: a random perceptron, "
       "and two classes of "
       "Fashion-MNIST with a perceptron and a committee",
       "about two minutes on two cores", true, demo},
      {"margin-entropy", "[A]",
       "entropy against margin, largest margin, overlaps of solutions with margin; binary perceptron, theory",
       "seconds", false, margin_entropy},
      {"franz-parisi", "[A]",
       "entropy of solutions at distance d from typical solutions of every margin; binary perceptron, theory",
       "seconds", false, franz_parisi},
      {"alpha-le", "[A]",
       "where the curve around maximum-margin references stops rising (alpha_LE'), least margin for a rising "
       "one, beside alpha_U; "
       "binary perceptron, theory",
       "a minute", false, alpha_le},
      {"committee-local-entropy", "[B]",
       "local entropy of tree committees, K = 3 and infinite, sign and ReLU units, and where it stops "
       "rising; theory",
       "minutes", false, committee_local_entropy},
      {"cross-entropy-minimisers", "[B]",
       "training errors and local entropy of the minimisers of the cross-entropy against its sharpness; "
       "theory, and annealing on instances",
       "minutes", true, cross_entropy_minimisers},
      {"parity", "[B]",
       "the local entropy of parity machines and how far it rises, beside the committee; theory, all "
       "solutions of small "
       "instances, and what algorithms find of larger ones",
       "four minutes on two cores", true, parity},
      {"local-entropy-of-solutions", "[A]",
       "the local entropy around what eight algorithms find, beside the curves of theory around typical "
       "solutions of every margin; binary perceptron",
       "ten seconds on two cores", true, local_entropy_of_solutions},
      {"stabilities", "[A]",
       "the stabilities of what eight algorithms find, beside those of typical solutions of every margin; "
       "binary perceptron",
       "ten seconds on two cores", true, stabilities},
      {"generalisation", "beyond the papers",
       "overlap with a teacher and test error of what eight algorithms find, against the load and the local "
       "entropy; binary perceptron",
       "half a minute on two cores", true, generalisation},
      {"number-of-parameters", "[A], [O22]",
       "random features: as many patterns, more and more weights; where solutions exist, where algorithms "
       "find them, test error",
       "a minute on two cores", true, number_of_parameters},
      {"algorithmic-thresholds", "[A]",
       "success of algorithms against the load with Wilson intervals, the load of one half, beside the "
       "thresholds of the theory; binary perceptron",
       "two minutes on two cores", true, algorithmic_thresholds},
      {"amp-teacher-student", "[ZK16]",
       "AMP on teacher-student instances, its state evolution and replica theory: overlap, test error, the "
       "jump",
       "ten seconds", true, amp_teacher_student},
      {"multi-layer", "[B]",
       "two hidden layers on two classes of Fashion-MNIST: gradient descent with norms that grow slowly, "
       "fast, "
       "or shrink, and streaming belief propagation",
       "two minutes", true, multi_layer},
      {"fashion-mnist", "[B]",
       "flatness, stabilities and test error of the solutions of many algorithms on two classes of "
       "Fashion-MNIST, and their rank correlations; committee",
       "three minutes on two cores", true, fashion_mnist},
      {"paths", "beyond",
       "training errors on paths between solutions of the same and of different algorithms, and barriers; "
       "binary perceptron, "
       "spherical tree committee",
       "half a minute on two cores", true, paths},
      {"committee-algorithms", "[B]",
       "local entropy and local energy around the solutions that algorithms find; spherical tree committee",
       "three minutes on two cores", true, committee_algorithms},
      {"hessians", "[B]",
       "Hessian spectra at those solutions, beside their local entropy; spherical tree committee",
       "a minute on two cores", true, hessians},
      {"norm-schedules", "[B]",
       "gradient descent with norms that grow or shrink, over four decades of speed: local entropy, local "
       "energy, Hessian",
       "a minute on two cores", true, norm_schedules},
  };
  return experiments;
}

const NamedExperiment& named_experiment(const std::string& name) {
  std::string known;
  for (const auto& experiment : named_experiments()) {
    if (experiment.name == name) return experiment;
    known += (known.empty() ? "" : ", ") + experiment.name;
  }
  throw InvalidInput(fmt::format("reproduce: must be one of {}, got '{}'", known, name));
}

}  // namespace wfm::experiments
