"""wfm measure local-entropy from outside: its columns, its oracles, refusals."""
import unittest

from program import CommandLine

PERCEPTRON = ["solve", "--data", "storage", "--alpha", 0.3, "--seed", 3]
TREE = ["solve", "--data", "storage", "--architecture", "committee", "--tree", "--hidden", 3, "--inputs", 99, "--alpha", 0.2, "--weights", "spherical",
        "--algorithm", "fbp", "--seed", 3]


class LocalEntropy(CommandLine):
    def rows(self, file, *options, code=0):
        return self.answer("measure", "local-entropy", file, *options, code=code)["rows"]

    def test_columns_and_the_side_of_the_typical_distance(self):
        self.answer(*PERCEPTRON, "--inputs", 201, "--algorithm", "fbp", "--output", "run.h5")
        near, far = self.rows("run.h5", "--distance", "0.05,0.48", "--unconstrained", "--initialisations", 2)
        for row in (near, far):
            self.assertTrue(row["converged"])
            self.assertLess(row["normalised"], 0)
            self.assertLess(row["entropy"], row["unconstrained"])
            self.assertEqual((row["side"], row["fixed_points"], row["reason"]), ("outwards", 4, None))
            self.assertLess(row["spread"], 1e-6)
        self.assertGreater(near["gamma"], 0)
        self.assertLess(far["gamma"], 0)
        self.assertEqual((near["beyond_typical"], far["beyond_typical"]), (False, True))
        self.assertTrue(0.05 < near["typical_distance"] < 0.48)
        self.assertEqual(self.rows("run.h5", "--distance", 0.05, "--one-sided")[0]["fixed_points"], 1)

    def test_enumeration_stands_beside_it(self):
        self.answer(*PERCEPTRON, "--inputs", 21, "--algorithm", "sbpi", "--output", "small.h5")
        for row in self.rows("small.h5", "--distance", "0.1,0.3", "--check", "enumeration"):
            self.assertAlmostEqual(row["entropy"], row["check_entropy"], delta=0.05)
            self.assertEqual((row["check_error"], row["check_reason"]), (0, None))

    def test_sampling_stands_beside_it(self):
        self.answer(*PERCEPTRON, "--inputs", 61, "--algorithm", "sbpi", "--output", "chain.h5")
        row = self.rows("chain.h5", "--distance", 0.2, "--check", "sampling", "--sweeps", 40)[0]
        self.assertGreater(row["check_error"], 0)
        self.assertAlmostEqual(row["entropy"], row["check_entropy"], delta=0.01 + 4 * row["check_error"])
        self.answer(*TREE, "--output", "tree.h5")
        near, far = self.rows("tree.h5", "--distance", "0.02,0.45", "--check", "sampling", "--samples", 3000)
        self.assertAlmostEqual(near["entropy"], near["check_entropy"], delta=0.002 + 4 * near["check_error"])
        self.assertIsNone(far["check_entropy"])
        self.assertIn("of 3000 random points", far["check_reason"])

    def test_refusals(self):
        self.answer(*PERCEPTRON, "--inputs", 61, "--algorithm", "sbpi", "--output", "run.h5")
        self.refused("measure", "local-entropy", "run.h5", "--check", "enumeration", says=["61"])
        self.refused("measure", "local-entropy", "run.h5", "--check", "sampling", "--sweeps", 1, says=["sweeps", "1"])
        self.refused("measure", "local-entropy", "run.h5", "--initialisations", 0, says=["initialisations", "0"])
        self.refused("measure", "local-entropy", "run.h5", "--distance", 1, says=["(0, 1)", "1"])


if __name__ == "__main__":
    unittest.main()
