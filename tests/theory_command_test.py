"""wfm theory from outside: values computed by independent routes, failures as rows, refusals."""
import math
import unittest

from program import CommandLine


class Theory(CommandLine):
    def test_rows_and_reference_values(self):
        row = self.answer("theory", "rs", "--architecture", "perceptron", "--weights", "binary", "--alpha", 0.5, "--margin", 0)["rows"][0]
        self.assertAlmostEqual(row["entropy"], 0.3143900668556251, delta=1e-9)
        self.assertTrue(row["converged"])
        self.assertAlmostEqual(self.answer("theory", "capacity", "--margin", 0)["rows"][0]["alpha_c"], 0.8330785997395668, delta=1e-9)
        self.assertAlmostEqual(self.answer("theory", "max-margin", "--alpha", 0.5)["rows"][0]["kappa_max"], 0.41806249879302143, delta=1e-8)

    def test_lists_make_one_row_a_combination(self):
        rows = self.answer("theory", "rs", "--alpha", "0.1:0.3:0.1", "--margin", "0,0.1")["rows"]
        self.assertEqual([(round(r["alpha"], 12), r["margin"]) for r in rows], [(a, k) for a in (0.1, 0.2, 0.3) for k in (0, 0.1)])

    def test_franz_parisi_with_number_and_maximum_margin(self):
        rows = self.answer("theory", "franz-parisi", "--alpha", 0.5, "--margin-ref", "0,max", "--distance", "0.01,0.1")["rows"]
        self.assertEqual(len(rows), 4)
        self.assertAlmostEqual(rows[0]["entropy"], 0.006196610439417327, delta=1e-7)
        self.assertAlmostEqual(rows[2]["entropy"], 0.05453154894403817, delta=1e-7)

    def test_no_saddle_point_is_a_value_and_exit_code_one(self):
        row = self.answer("theory", "rs", "--alpha", 5, code=1)["rows"][0]
        self.assertFalse(row["converged"])
        self.assertIsNone(row["entropy"])
        self.assertTrue(row["reason"])

    def test_a_load_is_all_that_a_curve_needs(self):
        for name in ("rs", "overlaps", "franz-parisi", "stabilities", "teacher-student"):
            self.assertIn(self.run_wfm("theory", name, "--alpha", 0.5).returncode, (0, 1), name)
        for options in ((), ("--replicas", "star"), ("--centre", "free", "--distance", 0.05)):
            result = self.run_wfm("theory", "local-entropy", "--alpha", 0.5, *options)
            self.assertIn(result.returncode, (0, 1), result.stderr)

    def test_refusals(self):
        self.refused("theory", "franz-parisi", "--alpha", 0.5, "--margin-ref", 0, "--distance", 1.7, says=["distance", "1.7"])
        self.refused("theory", "rs", says=["--alpha"])
        self.refused("theory", "rs", "--alpha", -1, says=["alpha", "-1"])
        self.refused("theory", "rs", "--alpha", "x", says=["--alpha", "x"])
        self.refused("theory", "rs", "--alpha", 0.5, "--weights", "ternary", says=["ternary"])
        self.refused("theory", "nosuch")
        self.refused("nosuch", says=["nosuch"])


class LocalEntropyTheory(CommandLine):
    """Values of the large-deviation calculations: computed twice over by independent routes."""

    def test_wide_limit_of_perceptron_and_committee(self):
        rows = self.answer("theory", "local-entropy", "--alpha", 0.5, "--replicas", "inf", "--distance", "0.02,0.1")["rows"]
        self.assertAlmostEqual(rows[0]["normalised"], -0.00020214607734668488, delta=1e-9)
        self.assertAlmostEqual(rows[1]["normalised"], -0.036273312049598994, delta=1e-9)
        self.assertEqual(rows[0]["replicas"], "inf")
        rows = self.answer("theory", "local-entropy", "--architecture", "committee", "--tree", "--hidden", "inf", "--weights", "spherical",
                           "--alpha", 3, "--replicas", "inf", "--distance", 0.05)["rows"]
        self.assertAlmostEqual(rows[0]["normalised"], -1.1532600437949587, delta=1e-9)

    def test_finite_replicas_and_zero_external_entropy(self):
        rows = self.answer("theory", "local-entropy", "--alpha", 0.5, "--replicas", "5,20", "--distance", 0.05)["rows"]
        self.assertAlmostEqual(rows[0]["entropy"], 0.13429416137418743, delta=1e-7)
        self.assertAlmostEqual(rows[1]["entropy"], 0.1084294295855718, delta=1e-7)
        star = self.answer("theory", "local-entropy", "--alpha", 0.75, "--replicas", "star", "--distance", 0.01)["rows"][0]
        self.assertAlmostEqual(star["external_entropy"], 0, delta=1e-9)
        self.assertGreater(star["replicas"], 1)

    def test_explicit_centre(self):
        # y = 1 and a free centre: RS entropy plus the binary entropy of d
        row = self.answer("theory", "local-entropy", "--centre", "free", "--alpha", 0.5, "--replicas", 1, "--distance", 0.05)["rows"][0]
        entropy = -0.05 * math.log(0.05) - 0.95 * math.log(0.95)
        self.assertAlmostEqual(row["free_entropy"], 0.3143900668556251 + entropy, delta=1e-8)
        self.refused("theory", "local-entropy", "--centre", "free", "--alpha", 0.5, "--replicas", "inf", says=["--centre free", "inf"])

    def test_reference_that_minimises_the_cross_entropy(self):
        rows = self.answer("theory", "franz-parisi", "--alpha", 0.4, "--reference-loss", "cross-entropy", "--gamma", 2, "--distance", "0.05,0.2")["rows"]
        self.assertAlmostEqual(rows[0]["beta"], 228.54509584150009, delta=1e-6)
        self.assertAlmostEqual(rows[0]["entropy"], 0.184046485, delta=1e-7)
        self.assertAlmostEqual(rows[1]["entropy"], 0.369746247, delta=1e-7)

    def test_thresholds_have_definition_and_error(self):
        rows = self.answer("theory", "thresholds", "--name", "capacity,alpha_U_raw_slope,teacher_student")["rows"]
        self.assertEqual([row["name"] for row in rows], ["capacity", "alpha_U_raw_slope", "teacher_student"])
        for row, alpha in zip(rows, (0.8330785997395668, 0.75530203, 1.2446839898506905)):
            self.assertAlmostEqual(row["alpha"], alpha, delta=1e-7)
            self.assertGreater(row["error"], 0)
            self.assertTrue(row["definition"] and row["ansatz"])
        self.refused("theory", "thresholds", "--name", "nosuch", says=["nosuch", "capacity"])

    def test_overlaps_and_one_step(self):
        row = self.answer("theory", "overlaps", "--alpha", 0.5, "--margin", 0.2)["rows"][0]
        self.assertAlmostEqual(row["overlap"], 0.4435678307680038, delta=1e-9)
        rows = self.answer("theory", "capacity", "--architecture", "committee", "--tree", "--hidden", "inf", "--activation", "relu",
                           "--weights", "spherical", "--one-step")["rows"]
        self.assertAlmostEqual(rows[0]["alpha_c"], 2 / (1 - 1 / math.pi), delta=1e-8)
        self.assertAlmostEqual(rows[0]["alpha_c_1rsb"], 2.66428, delta=1e-5)

    def test_rows_say_whether_solutions_exist(self):
        rows = self.answer("theory", "teacher-student", "--alpha", "1.2,1.4")["rows"]
        self.assertEqual([row["students_exist"] for row in rows], [True, False])
        self.assertLessEqual(rows[0]["residual"], 1e-10)
        rows = self.answer("theory", "rs", "--alpha", "0.8,0.9")["rows"]
        self.assertEqual([row["solutions_exist"] for row in rows], [True, False])
        row = self.answer("theory", "franz-parisi", "--alpha", 0.9, "--margin-ref", "max", "--distance", 0.1, code=1)["rows"][0]
        self.assertIsNone(row["entropy"])
        self.assertIn("no maximum margin", row["reason"])

    def test_stabilities(self):
        rows = self.answer("theory", "stabilities", "--alpha", 0.5, "--margin", "0,0.2", "--stability", "-1,0,1")["rows"]
        self.assertEqual([row["density"] == 0 for row in rows], [True, False, False, True, True, False])
        # raising the margin cuts off the solutions with a pattern at it: d phi/d kappa = -alpha P(kappa)
        low, high = (self.answer("theory", "rs", "--alpha", 0.5, "--margin", kappa)["rows"][0]["entropy"] for kappa in (-1e-4, 1e-4))
        self.assertAlmostEqual(-0.5 * rows[1]["density"], (high - low) / 2e-4, delta=1e-6)
        for row in rows:
            self.assertAlmostEqual(row["normalisation"], 1, delta=1e-9)
        rows = self.answer("theory", "stabilities", "--alpha", 0.5, "--margin", 0.2)["rows"]
        self.assertEqual((len(rows), rows[0]["stability"], rows[0]["cumulative"]), (81, 0.2, 0))
        self.assertAlmostEqual(0.05 * (sum(row["density"] for row in rows) - rows[0]["density"] / 2), 1, delta=1e-3)
        self.assertAlmostEqual(rows[-1]["cumulative"], 1, delta=1e-4)
        self.refused("theory", "stabilities", "--alpha", 0.5, "--architecture", "committee", "--tree", says=["one field", "K = 3"])

    def test_gibbs_measure_and_where_it_freezes(self):
        row = self.answer("theory", "gibbs", "--alpha", 0.4, "--gamma", 2, "--freezing")["rows"][0]
        self.assertAlmostEqual(row["beta"], 228.54509584150009, delta=1e-6)
        self.assertAlmostEqual(row["entropy"], 0, delta=1e-9)
        self.assertAlmostEqual(row["error_probability"] / 1.27389049e-14, 1, delta=1e-6)
        cold = self.answer("theory", "gibbs", "--alpha", 0.4, "--loss", "errors", "--margin", 0.2, "--beta", "0,60")["rows"]
        self.assertAlmostEqual(cold[0]["entropy"], math.log(2), delta=1e-12)
        self.assertAlmostEqual(cold[1]["entropy"], self.answer("theory", "rs", "--alpha", 0.4, "--margin", 0.2)["rows"][0]["entropy"], delta=1e-9)
        row = self.answer("theory", "gibbs", "--alpha", 0.4, "--loss", "errors", "--freezing", code=1)["rows"][0]
        self.assertIsNone(row["beta"])
        self.assertIn("positive", row["reason"])

    def test_monotone_margins_and_summaries_of_curves(self):
        row = self.answer("theory", "monotone-margin", "--alpha", 0.7)["rows"][0]
        self.assertAlmostEqual(row["kappa_min"], 0.087235, delta=1e-6)
        rows = self.answer("theory", "franz-parisi", "--alpha", 0.7, "--margin-ref", "0.08,0.09", "--summary")["rows"]
        self.assertEqual([row["monotone"] for row in rows], [False, True])
        row = self.answer("theory", "franz-parisi", "--alpha", 0.5, "--summary")["rows"][0]
        typical = self.answer("theory", "overlaps", "--alpha", 0.5)["rows"][0]
        self.assertAlmostEqual(row["typical_distance"], typical["distance"], delta=1e-9)
        at_zero = self.answer("theory", "franz-parisi", "--alpha", 0.5, "--distance", row["zero_entropy_distance"])["rows"][0]
        self.assertAlmostEqual(at_zero["entropy"], 0, delta=1e-8)
        self.answer("theory", "franz-parisi", "--alpha", 0.9, "--margin-ref", "max", "--summary", code=1)

    def test_thresholds_at_a_margin(self):
        rows = self.answer("theory", "thresholds", "--name", "capacity,teacher_student", "--margin", "0,0.1")["rows"]
        self.assertEqual([(row["name"], row["margin"]) for row in rows],
                         [("capacity", 0), ("capacity", 0.1), ("teacher_student", 0), ("teacher_student", 0.1)])
        self.assertAlmostEqual(rows[1]["alpha"], self.answer("theory", "capacity", "--margin", 0.1)["rows"][0]["alpha_c"], delta=1e-10)
        self.assertAlmostEqual(rows[3]["alpha"], 1.03100, delta=1e-5)

    def test_margin_of_an_explicit_centre(self):
        rows = self.answer("theory", "local-entropy", "--centre", "solution", "--centre-margin", "0,0.1", "--alpha", 0.5, "--replicas", 2,
                           "--distance", 0.1)["rows"]
        self.assertEqual([row["centre_margin"] for row in rows], [0, 0.1])
        self.assertGreater(rows[1]["entropy"], rows[0]["entropy"])

    def test_options_without_effect_are_refused(self):
        curve = ("theory", "franz-parisi", "--alpha", 0.5)
        self.refused(*curve, "--beta", 3, says=["--beta", "--margin-ref"])
        self.refused(*curve, "--gamma", 3, says=["--gamma", "--margin-ref"])
        self.refused(*curve, "--reference-loss", "cross-entropy", "--margin-ref", 0, says=["--margin-ref", "--gamma"])
        self.refused(*curve, "--reference-loss", "hinge", "--gamma", 1, says=["--gamma", "hinge"])
        self.refused(*curve, "--teacher", "--reference-loss", "hinge", says=["--reference-loss", "--teacher"])
        self.refused(*curve, "--teacher", "--beta", 1, says=["--beta", "--teacher"])
        self.refused(*curve, "--teacher", "--margin-ref", "max", says=["--margin-ref", "max"])
        self.refused(*curve, "--summary", "--distance", 0.1, says=["--distance", "--summary"])
        self.refused(*curve, "--output", "rows.txt", says=["--output", ".csv", "rows.txt"])
        self.refused("theory", "local-entropy", "--alpha", 0.5, "--centre-margin", 0.1, says=["--centre-margin", "--centre solution"])
        self.refused("theory", "local-entropy", "--alpha", 0.5, "--centre", "free", "--replicas", 2, "--centre-margin", 0.1,
                     says=["--centre-margin", "--centre solution"])
        measure = ("theory", "gibbs", "--alpha", 0.5)
        self.refused(*measure, says=["--beta", "--freezing"])
        self.refused(*measure, "--freezing", "--beta", 1, says=["--beta", "--freezing"])
        self.refused(*measure, "--beta", 1, "--margin", 0.1, says=["--margin", "--gamma"])
        self.refused(*measure, "--beta", 1, "--loss", "hinge", "--gamma", 1, says=["--gamma", "hinge"])
        self.refused("theory", "thresholds", "--slow", "--name", "capacity", says=["--slow", "--name"])
        self.refused("theory", "thresholds", "--plot", "x.png", says=["--plot", "--margin"])
        self.refused("measure", "errors", "absent.h5", "--output", "rows.txt", says=["--output", ".csv", "rows.txt"])

    def test_machines_without_formula_are_refused(self):
        self.refused("theory", "thresholds", "--architecture", "committee", "--tree", "--hidden", 5, "--weights", "spherical", says=["K = 5"])
        self.refused("theory", "franz-parisi", "--alpha", 0.5, "--reference-loss", "cross-entropy", "--weights", "spherical",
                     says=["--reference-loss", "spherical"])
        self.refused("theory", "rs", "--alpha", 1, "--architecture", "committee", says=["--tree"])
        self.refused("theory", "rs", "--alpha", 1, "--architecture", "committee", "--tree", "--hidden", 4, says=["odd", "4"])
        self.refused("theory", "rs", "--alpha", 1, "--architecture", "committee", "--tree", "--hidden", "many", says=["--hidden", "many"])
        self.refused("theory", "rs", "--alpha", 1, "--hidden", 3, says=["--hidden", "3"])


if __name__ == "__main__":
    unittest.main()
