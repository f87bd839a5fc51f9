"""Settings of `wfm solve` from a TOML file, and as one."""
import json
import os
import unittest

from program import SOLVE, CommandLine


class Settings(CommandLine):
    def settings(self, text, name="s.toml"):
        with open(os.path.join(self.folder, name), "w") as file:
            file.write(text)
        return name

    def shown(self, *arguments):
        result = self.run_wfm("solve", *arguments, "--show-config")
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_settings_from_a_file_are_those_of_the_command_line(self):
        file = self.settings('data = "storage"\ninputs = 201\nalpha = 0.3 # a comment\nseed = 3\nalgorithm = "fbp"\n'
                             "[fbp]\nrho-step = 0.005\n[sbpi]\ntheta = 2\n")

        def same(typed, from_file):
            typed = self.answer(*typed, "--output", "typed.h5")
            from_file = self.answer("solve", "--config", *from_file, "--output", "file.h5")
            self.assertEqual((typed["parameters"], typed["steps"]), (from_file["parameters"], from_file["steps"]))
            self.assertEqual(self.answer("measure", "overlaps", "typed.h5", "file.h5")["rows"][0]["overlap"], 1)
        same([*SOLVE, "--rho-step", 0.005], [file])
        same([*SOLVE, "--rho-step", 0.01], [file, "--rho-step", 0.01])  # what is typed wins
        same([*SOLVE[:-1], 4, "--algorithm", "sbpi", "--theta", 2], [file, "--seed", 4, "--algorithm", "sbpi"])
        same(["solve", "--inputs", 201, "--patterns", 50, "--seed", 3, "--rho-step", 0.005], [file, "--patterns", 50])
        same([*SOLVE, "--tree", "--architecture", "committee", "--hidden", 3, "--algorithm", "sbpi"],
             [self.settings('inputs=201\nalpha=0.3\nseed=3\narchitecture="committee"\ntree=true\nhidden=3\nalgorithm="sbpi"', "t.toml")])
        scoping = 'inputs=51\nalpha=0.2\n[fbp]\nprotocol="scoping"\ngammas='
        for gammas in ("[0.5, 1, 2.0]", '"0.5,1,2"'):
            record = self.answer("solve", "--config", self.settings(scoping + gammas, "g.toml"))
            self.assertEqual(record["parameters"]["gammas"], "0.5,1,2")
        many = self.settings('inputs = 101\nalpha = 0.3\nseeds = "1:3"\nalgorithm = "sbpi"', "many.toml")
        self.assertEqual([row["seed"] for row in self.answer("solve", "--config", many)["rows"]], [1, 2, 3])
        self.assertEqual(self.answer("solve", "--config", many, "--seed", 2)["seed"], 2)

    def test_shown_settings_give_the_same_run(self):
        for arguments in (SOLVE[1:], ["--data", "teacher", "--inputs", 51, "--patterns", 20, "--test-patterns", 9, "--margin", 0.25, "--max-steps", 7],
                          ["--architecture", "committee", "--tree", "--hidden", 3, "--inputs", 99, "--alpha", 0.5, "--weights", "spherical",
                           "--algorithm", "elal", "--lambda", "geometric:0.1:1.01", "--seed", 2**64 - 1],
                          ["--inputs", 51, "--alpha", 0.4, "--weights", "spherical", "--algorithm", "sgd", "--preset", "slow", "--loss", "hinge"]):
            file = self.settings(self.shown(*arguments))
            self.assertEqual(self.shown("--config", file), self.shown(*arguments))
            runs = [json.loads(self.run_wfm("solve", *given, "--json", "--output", name).stdout)
                    for given, name in ((arguments, "a.h5"), (["--config", file], "b.h5"))]
            for key in ("outcome", "steps", "seed", "parameters", "train_errors", "test_error"):
                self.assertEqual(runs[0][key], runs[1][key], key)
            self.assertAlmostEqual(self.answer("measure", "overlaps", "a.h5", "b.h5")["rows"][0]["overlap"], 1, delta=1e-14)
        self.assertFalse(os.path.exists(os.path.join(self.folder, "x.h5")))
        self.shown(*SOLVE[1:], "--output", "x.h5")
        self.assertFalse(os.path.exists(os.path.join(self.folder, "x.h5")))

    def test_every_algorithm_shows_settings_that_read_back(self):
        known = self.run_wfm("solve", "--algorithm", "nosuch").stderr.split("one of ")[1].split(", got")[0].split(", ")
        self.assertIn("fbp", known)
        for algorithm in known:
            shown = self.shown("--inputs", 51, "--alpha", 0.3, "--algorithm", algorithm)
            self.assertIn(f"[{algorithm}]", shown)
            self.assertEqual(self.shown("--config", self.settings(shown)), shown)

    def test_settings_that_are_none_are_refused_with_their_place(self):
        def refused(text, *says):
            with self.subTest(text):
                self.refused("solve", "--config", self.settings(text), "--output", "x.h5", says=says)
        size = "inputs = 51\nalpha = 0.3\n"
        refused(size + "alpah = 0.5", "s.toml:3", "alpah")
        refused(size + 'config = "s.toml"', "s.toml:3", "config")
        refused('inputs = "51"', "s.toml:1", "inputs", "a whole number", "text")
        refused("alpha = 0.3\ninputs = 51.0", "s.toml:2", "inputs", "51.0")
        refused(size + "tree = 1", "s.toml:3", "tree", "true or false")
        refused(size + "data = 5", "s.toml:3", "data", "text")
        refused(size + "seed = -1", "s.toml:3", "seed", "-1")
        refused(size + "seeds = [1, true]", "s.toml:3", "seeds")
        refused(size + 'architecture = "tree"', "s.toml:3", "architecture", "committee")
        refused(size + "max-steps = -1", "s.toml:3", "max-steps", "-1")
        refused(size + "theta = 2", "s.toml:3", "theta", "fbp")
        refused(size + '[fbp]\nrho-step = "x"', "s.toml:4", "rho-step", "x")
        refused(size + "[sbpi]\nrho-step = 0.1", "s.toml:4", "rho-step", "sbpi")
        refused(size + "[nosuch]\na = 1", "s.toml:4", "nosuch")
        refused(size + "damping = 0.1\n[fbp]\ndamping = 0.2", "s.toml:5", "damping", "s.toml:3")
        refused(size + "alpha = 0.4", "s.toml:3", "alpha")
        refused(size + "seed = ", "s.toml:3", "TOML")
        self.refused("solve", "--config", "absent.toml", says=["absent.toml"])
        self.refused("solve", "--config", ".", says=["."])


if __name__ == "__main__":
    unittest.main()
