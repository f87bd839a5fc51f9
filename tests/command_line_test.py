"""The program from outside: what scripts rely on, refusals, kills and resumption."""
import json
import os
import random
import signal
import subprocess
import time
import unittest

from program import SOLVE, WFM, CommandLine


class Solving(CommandLine):
    def test_record_has_the_names_that_scripts_rely_on(self):
        for algorithm in ("fbp", "amp", "rbp", "sbpi"):
            record = self.answer(*SOLVE, "--algorithm", algorithm, "--output", algorithm + ".h5")
            self.assertEqual(record["outcome"], "solved")
            self.assertEqual((record["train_errors"], record["train_patterns"], record["test_error"]), (0, 60, None))
            self.assertLessEqual({"steps", "seconds", "weights_file"}, set(record))
            self.assertEqual(self.answer("measure", "errors", algorithm + ".h5")["rows"][0]["train_errors"], 0)
        rows = self.answer("measure", "local-entropy", "fbp.h5", "--distance", "0.02,0.1")["rows"]
        for row in rows:
            self.assertLessEqual({"distance", "entropy", "normalised", "gamma", "converged"}, set(row))
            self.assertLess(row["normalised"], 0)
        self.assertEqual(len(self.answer("measure", "overlaps", "fbp.h5", "sbpi.h5")["rows"]), 1)
        self.assertIn("histogram", self.answer("measure", "margins", "fbp.h5")["rows"][0])

    def test_disturbed_weights_make_errors(self):
        self.answer(*SOLVE, "--algorithm", "fbp", "--output", "fbp.h5")
        rows = self.answer("measure", "local-energy", "fbp.h5", "--noise", "0,0.5", "--samples", 20)["rows"]
        self.assertEqual([row["noise"] for row in rows], [0, 0.5])
        self.assertEqual((rows[0]["error_increase"], rows[0]["standard_error"]), (0, 0))
        self.assertGreater(rows[1]["error_increase"], 2 * rows[1]["standard_error"])
        rows = self.answer("measure", "local-energy", "fbp.h5", "--flips", "0,1", "--samples", 3)["rows"]
        self.assertEqual([row["error_increase"] for row in rows], [0, 1])  # odd N: every output changes sign
        refused = ("measure", "local-energy", "fbp.h5")
        self.refused(*refused, "--noise", "0.1", "--flips", "0.1", says=["--flips", "--noise"])
        self.refused(*refused, "--noise", "-0.1", says=["noise", "-0.1"])
        self.refused(*refused, "--patterns", "test", says=["test", "fbp.h5"])

    def test_correlations_with_the_test_error(self):
        files = []
        for seed in (1, 2):
            for algorithm in ("lal", "sgd"):
                files.append(f"{algorithm}{seed}.h5")
                self.answer("solve", "--data", "teacher", "--architecture", "committee", "--weights", "spherical", "--inputs", 41, "--hidden", 3, "--alpha", 0.5,
                            "--test-patterns", 200, "--seed", seed, "--algorithm", algorithm, "--output", files[-1])
        answer = self.answer("measure", "correlations", *files, "--noise", 0.3, "--samples", 5, "--distance", "none", "--all-pairs")
        names = ["local energy, s = 0.3", "patterns decided by one unit", "preactivations near zero", "Hessian: trace", "Hessian: largest eigenvalue", "test error"]
        self.assertEqual([(row["measure"], row["with"]) for row in answer["rows"]], [(a, b) for j, a in enumerate(names) for b in names[j + 1:]])
        self.assertEqual([m["problem"] for m in answer["measures"]], [0, 0, 1, 1])
        errors = self.answer("measure", "errors", *files)["rows"]
        self.assertEqual([m["test error"] for m in answer["measures"]], [row["test_error"] for row in errors])
        # two problems of two solutions: tau of each is 1 or -1, and there are too few for an interval
        self.assertIn(answer["rows"][0]["within"], (-1, 0, 1))
        self.assertIsNone(answer["rows"][0]["within_low"])
        self.refused("measure", "correlations", files[0], says=("at least two files",))
        self.refused("measure", "correlations", *files, "--plot-measure", "flatness", "--distance", "none", says=("--plot-measure", "flatness"))

    def test_spectrum_of_the_hessian(self):
        committee = ["solve", "--data", "storage", "--architecture", "committee", "--weights", "spherical", "--inputs", 101, "--hidden", 3,
                     "--alpha", 0.2, "--algorithm", "lal"]
        for seed in (1, 2):
            self.answer(*committee, "--seed", seed, "--output", f"{seed}.h5")
        whole = self.answer("measure", "hessian", "1.h5", "--blocks")
        self.assertEqual(len(whole["eigenvalues"]), 303)
        self.assertAlmostEqual(sum(whole["eigenvalues"]), whole["trace"], delta=1e-12)
        self.assertAlmostEqual(sum(map(sum, whole["blocks"])), whole["trace"], delta=1e-12)
        grid = whole["density"]["eigenvalue"]
        self.assertAlmostEqual(sum(whole["density"]["density"]) * (grid[1] - grid[0]), 1, delta=1e-6)
        ends = self.answer("measure", "hessian", "1.h5", "--extreme", 2, "--density", "--probes", 30)
        for value, expected in zip(ends["eigenvalues"], whole["eigenvalues"][:2] + whole["eigenvalues"][-2:]):
            self.assertAlmostEqual(value, expected, delta=1e-10)
        self.assertAlmostEqual(ends["trace"], whole["trace"], delta=4 * ends["trace_standard_error"])
        self.assertEqual(self.answer("measure", "hessian", "1.h5", "--tangent")["dimension"], 300)
        rows = self.answer("measure", "hessian", "1.h5", "2.h5")["rows"]
        self.assertEqual((rows[0]["eigenvalues"], rows[1]["file"]), (whole["eigenvalues"], "2.h5"))
        refused = ("measure", "hessian", "1.h5")
        self.refused(*refused, "--loss", "hinge", "--gamma", 3, says=["--gamma", "hinge"])
        self.refused(*refused, "--extreme", 2, "--blocks", says=["--blocks", "--extreme"])
        self.refused(*refused, "--beta", 0, says=["--beta", "0"])
        self.answer("solve", "--data", "storage", "--inputs", 20, "--alpha", 0.3, "--architecture", "parity", "--hidden", 2, "--tree",
                    "--algorithm", "bp", "--max-steps", 2, "--output", "parity.h5", code=1)
        self.refused("measure", "hessian", "parity.h5", says=["parity"])

    def test_bp_reaches_its_goal_only_where_it_converges(self):
        bp = ["solve", "--data", "storage", "--inputs", 101, "--alpha", 0.1, "--algorithm", "bp"]
        self.assertFalse(self.answer(*bp, "--max-steps", 2, code=1)["converged"])
        record = self.answer(*bp)
        self.assertTrue(record["converged"])
        self.assertAlmostEqual(record["observables"]["entropy"], 0.62, delta=0.03)  # RS: 0.6235 at alpha 0.1

    def test_an_instance_from_a_file_is_solved_like_the_drawn_one(self):
        instance = ["--data", "storage", "--inputs", 201, "--alpha", 0.3, "--seed", 4]
        self.answer("problem", "create", *instance, "--output", "i.h5")
        drawn = self.answer("solve", *instance, "--algorithm", "fbp", "--output", "a.h5")
        read = self.answer("solve", "--data", "i.h5", "--seed", 4, "--algorithm", "fbp", "--output", "b.h5")
        self.assertEqual(drawn["parameters"], read["parameters"])
        self.assertEqual(self.answer("measure", "overlaps", "a.h5", "b.h5")["rows"][0]["overlap"], 1)

    def test_many_seeds_are_rows_and_a_success_rate(self):
        many = ["solve", "--data", "storage", "--inputs", 101, "--alpha", 0.3, "--algorithm", "sbpi"]
        answer = self.answer(*many, "--seeds", "1:4,9", "--output", "rows.csv")
        self.assertEqual([row["seed"] for row in answer["rows"]], [1, 2, 3, 4, 9])
        self.assertEqual({row["outcome"] for row in answer["rows"]}, {"solved"})
        self.assertEqual((answer["success"]["seeds"], answer["success"]["solved"], answer["success"]["rate"]), (5, 5, 1))
        self.assertLess(answer["success"]["rate_low"], 1)
        self.assertEqual(self.answer(*many, "--seed", 9)["steps"], answer["rows"][4]["steps"])
        with open(os.path.join(self.folder, "rows.csv")) as file:
            self.assertEqual(len(file.read().splitlines()), 6)
        unsolved = self.answer(*many[:5], "--alpha", 3, "--algorithm", "sbpi", "--max-steps", 5, "--seeds", "1:2", code=1)
        self.assertEqual((unsolved["success"]["solved"], unsolved["success"]["steps_median"]), (0, None))
        self.refused(*many, "--seeds", "1:x", says=["--seeds", "x"])
        self.refused(*many, "--seeds", "1:2", "--seed", 3, says=["--seeds", "--seed"])
        self.refused(*many, "--seeds", "1:2", "--checkpoint", "c.h5", says=["--seeds", "--checkpoint"])

    def test_replicas_of_least_action_learning(self):
        elal = ["solve", "--data", "storage", "--architecture", "committee", "--tree", "--weights", "spherical", "--inputs", 99, "--hidden", 3,
                "--alpha", 0.6, "--algorithm", "elal", "--replicas", 5, "--lambda", "geometric:0.1:1.01", "--seed", 5]
        one, two = (self.answer(*elal, "--threads", threads) for threads in (1, 2))
        self.assertEqual((one["outcome"], one["steps"]), ("solved", two["steps"]))
        self.assertGreater(one["observables"]["q1"], 0.9)
        self.refused(*elal[:-4], "--lambda", "quick", says=["--lambda", "quick"])

    def test_unsatisfiable_instance_is_an_honest_outcome(self):
        record = self.answer("solve", "--data", "storage", "--inputs", 101, "--alpha", 3, "--algorithm", "fbp", "--output", "u.h5", code=1)
        self.assertIn(record["outcome"], ("out_of_steps", "converged"))
        self.assertGreater(record["train_errors"], 0)
        self.assertTrue(os.path.exists(os.path.join(self.folder, "u.h5")))

    def test_real_images_with_a_real_weight_committee(self):
        record = self.answer("solve", "--data", "fashion-mnist", "--architecture", "committee", "--hidden", 3, "--weights", "spherical",
                             "--patterns", 100, "--algorithm", "lal", "--output", "lal.h5")
        self.assertEqual(record["outcome"], "solved")
        self.assertLess(record["test_error"], 0.3)

    def test_instances_as_files(self):
        self.answer("problem", "create", "--data", "teacher", "--inputs", 51, "--alpha", 0.4, "--test-patterns", 20, "--output", "p.h5")
        shown = self.answer("problem", "show", "p.h5")
        self.assertEqual((shown["inputs"], shown["train_patterns"], shown["test_patterns"]), (51, 20, 20))
        from_file = self.answer("solve", "--data", "p.h5", "--algorithm", "sbpi", "--output", "run.h5")
        self.assertIsNotNone(from_file["test_error"])
        self.assertEqual(self.answer("problem", "show", "run.h5")["fingerprint"], shown["fingerprint"])
        self.answer("problem", "create", "--data", "storage", "--inputs", 31, "--alpha", 0.3, "--output", "t.txt.gz", "--labels-output", "labels.txt")
        self.answer("solve", "--data", "t.txt.gz", "--labels", "labels.txt", "--algorithm", "sbpi")

    def test_refusals_leave_nothing(self):
        out = ["--output", "x.h5"]
        self.refused("solve", "--algorithm", "fbp", "--data", "absent.h5", *out, code=3, says=["absent.h5"])
        self.refused("solve", "--data", "storage", "--architecture", "committee", "--hidden", 4, "--inputs", 101, "--alpha", 0.1, *out, says=["odd", "4"])
        self.refused("solve", "--data", "storage", "--inputs", 101, *out, says=["--alpha", "--patterns"])
        self.refused("solve", "--data", "storage", "--inputs", 101, "--alpha", 0.1, "--patterns", 3, *out, says=["both"])
        self.refused(*SOLVE, "--algorithm", "nosuch", *out, says=["nosuch", "sbpi"])
        self.refused(*SOLVE, "--algorithm", "sbpi", "--damping", 0.5, *out, says=["--damping", "sbpi", "--theta"])
        self.refused(*SOLVE, "--algorithm", "rbp", "--damping", "much", *out, says=["--damping", "much"])
        self.refused(*SOLVE, "--algorithm", "rbp", "--damping", 1.5, *out, says=["damping", "1.5"])
        self.refused(*SOLVE, "--algorithm", "lal", *out, says=["spherical", "binary"])
        self.refused(*SOLVE, "--resume", *out, says=["--checkpoint"])
        self.refused("solve", "--data", "storage", "--inputs", 11, "--alpha", 1, "--seed", -1, *out, says=["-1"])
        self.refused("solve", "--data", "storage", "--inputs", 11, "--alpha", 1, "--labels", "l.txt", *out, says=["--labels"])
        self.refused("problem", "create", "--data", "storage", "--inputs", 11, "--alpha", 1, "--output", "t.txt", says=["--labels-output"])
        self.refused(*SOLVE, "--output", "no/such/folder/x.h5", code=3, says=["no/such/folder"])
        self.refused("solve", "--data", "storage", "--inputs", 2000001, "--alpha", 1e6, *out, code=3, says=["memory"])
        self.refused("solve", "--data", "storage", "--inputs", 101, "--alpha", "1e300", *out, code=3, says=["memory", "bytes"])
        self.refused("solve", "--data", "fashion-mnist", "--patterns", 10, "--image-folder", "nowhere", *out, code=3, says=["nowhere"])

    def test_damaged_files_are_refused_in_one_line(self):
        def write(name, data):
            with open(os.path.join(self.folder, name), "wb") as file:
                file.write(data)
        self.answer("problem", "create", "--data", "storage", "--inputs", 51, "--alpha", 0.4, "--output", "p.h5")
        with open(os.path.join(self.folder, "p.h5"), "rb") as file:
            whole = file.read()
        write("truncated.h5", whole[: len(whole) // 2])
        write("nan.txt", b"1 -1 nan\n1 1 1\n")
        write("ragged.txt", b"1 -1 1\n1 1\n")
        write("three.txt", b"1 -1 1\n1 1 1\n")
        write("labels.txt", b"1\n2\n")
        self.refused("solve", "--data", "truncated.h5", says=["truncated.h5"])
        self.refused("solve", "--data", "nan.txt", says=["nan.txt:1", "nan"])
        self.refused("solve", "--data", "ragged.txt", says=["ragged.txt:2"])
        self.refused("solve", "--data", "three.txt", "--labels", "labels.txt", says=["labels.txt:2", "2"])
        self.refused("measure", "errors", "p.h5", says=["p.h5"])
        folder = os.path.join(self.folder, "images")
        os.mkdir(folder)
        for part in ("train-images-idx3", "train-labels-idx1", "t10k-images-idx3", "t10k-labels-idx1"):
            with open(f"/usr/share/datasets/fashion-mnist/{part}-ubyte.gz", "rb") as file:
                data = file.read()
            write(f"images/{part}-ubyte.gz", data[: len(data) // 2] if part == "t10k-images-idx3" else data)
        self.refused("solve", "--data", "fashion-mnist", "--patterns", 10, "--image-folder", "images", says=["t10k-images-idx3-ubyte.gz"])


class KillsAndResumption(CommandLine):
    # alpha above capacity: runs until its steps end
    LONG = ["solve", "--data", "storage", "--inputs", "1001", "--alpha", "0.9", "--seed", "5", "--algorithm", "sbpi", "--progress", "off"]

    def test_killed_at_random_moments_the_output_is_absent_or_whole(self):
        draw = random.Random(1)
        for attempt in range(12):
            output = f"k{attempt}.h5"
            process = subprocess.Popen([WFM, *self.LONG, "--max-steps", "60", "--output", output], cwd=self.folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            time.sleep(draw.uniform(0, 0.25))
            process.kill()
            process.wait()
            if os.path.exists(os.path.join(self.folder, output)):
                self.answer("measure", "errors", output)

    def weights(self, file):
        return subprocess.run([WFM, "measure", "overlaps", "whole.h5", file, "--json"], capture_output=True, text=True, cwd=self.folder)

    def test_resumed_run_ends_in_the_same_weights(self):
        steps = ["--max-steps", "400"]
        self.answer(*self.LONG, *steps, "--output", "whole.h5", code=1)
        for number, how in enumerate((signal.SIGKILL, signal.SIGINT, signal.SIGTERM)):
            checkpoint = ["--checkpoint", f"c{number}.h5", "--checkpoint-seconds", "0"]
            process = subprocess.Popen([WFM, *self.LONG, *steps, *checkpoint, "--output", f"r{number}.h5"], cwd=self.folder,
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            while not os.path.exists(os.path.join(self.folder, f"c{number}.h5")):
                time.sleep(0.001)
            time.sleep(0.05)
            process.send_signal(how)
            code = process.wait()
            self.assertEqual(code, -signal.SIGKILL if how == signal.SIGKILL else 130)
            self.assertFalse(os.path.exists(os.path.join(self.folder, f"r{number}.h5")))
            record = self.answer(*self.LONG, *steps, *checkpoint, "--resume", "--output", f"r{number}.h5", code=1)
            self.assertEqual(record["steps"], 400)
            row = json.loads(self.weights(f"r{number}.h5").stdout)["rows"][0]
            self.assertEqual(row["overlap"], 1)
            self.assertTrue(os.path.exists(os.path.join(self.folder, f"c{number}.h5")), "an unsolved run can go on")

    def test_checkpoint_of_another_run_is_refused(self):
        process = subprocess.Popen([WFM, *self.LONG, "--checkpoint", "c.h5", "--checkpoint-seconds", "0"], cwd=self.folder,
                                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        while not os.path.exists(os.path.join(self.folder, "c.h5")):
            time.sleep(0.001)
        process.kill()
        process.wait()
        other = [("6" if word == "5" else word) for word in self.LONG]
        for name in os.listdir(self.folder):
            if name.endswith(".tmp"):
                os.remove(os.path.join(self.folder, name))
        self.refused(*other, "--checkpoint", "c.h5", "--resume", "--output", "x.h5", says=["c.h5"])


class Reports(CommandLine):
    def test_list_of_experiments_and_refusals(self):
        names = [row["name"] for row in self.answer("reproduce")["rows"]]
        self.assertIn("demo", names)
        self.refused("reproduce", "nosuch", says=["nosuch", "demo"])
        self.refused("reproduce", "nothing", "--claims", says=["nothing"])
        self.refused("reproduce", "alpha-le", "--instances", 3, says=["--instances", "alpha-le"])
        self.refused("reproduce", "alpha-le", "franz-parisi", "--claims", "--instances", 3, says=["--instances", "alpha-le, franz-parisi"])
        self.refused("reproduce", "paths", "--instances", 0, says=["--instances", "got 0"])
        open(os.path.join(self.folder, "taken"), "w").close()
        self.refused("reproduce", "--claims", "--output", "taken", code=3, says=["taken"])
        self.refused("report", "absent.json", "--output", "r.html", code=3, says=["absent.json"])
        with open(os.path.join(self.folder, "bad.json"), "w") as file:
            file.write('{"format": "other"}')
        self.refused("report", "bad.json", "--output", "r.html", says=["bad.json"])

    def test_a_theory_experiment_judges_its_claims(self):
        result = self.run_wfm("reproduce", "margin-entropy", "--output", "m", "--no-pictures", "--quiet")
        self.assertEqual(result.returncode, 0, result.stderr)
        with open(os.path.join(self.folder, "m", "results.json")) as file:
            results = json.load(file)
        self.assertEqual([finding["verdict"] for finding in results["findings"]], ["holds"] * 3)
        for finding in results["findings"]:
            self.assertTrue(finding["statistic"] and finding["evidence"] and finding["source"] and finding["command"])
        self.assertTrue(os.path.exists(os.path.join(self.folder, "m", "margin-entropy.csv")))
        self.answer("report", os.path.join("m", "results.json"), "--output", "r.html")

    def test_help_everywhere_with_an_example(self):
        for command in ("theory", "problem", "solve", "measure", "reproduce", "report"):
            result = self.run_wfm(command, "--help")
            self.assertEqual(result.returncode, 0)
            self.assertIn("Example:", result.stdout)
        self.assertRegex(self.run_wfm("--version").stdout, r"^wfm \d+\.\d+\.\d+")


if __name__ == "__main__":
    unittest.main()
