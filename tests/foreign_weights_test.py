"""Weights that other programs made: NumPy writes them, wfm measures them."""
import gzip
import itertools
import json
import math
import os
import unittest

import numpy as np

from program import CommandLine


class ForeignWeights(CommandLine):
    def setUp(self):
        super().setUp()
        random = np.random.default_rng(7)
        self.inputs = random.choice([-1, 1], size=(40, 21))
        self.labels = random.choice([-1, 1], size=40)
        self.committee = random.choice([-1.0, 1.0], size=(3, 21))
        np.savetxt(self.path("p.txt"), self.inputs, fmt="%d")
        np.savetxt(self.path("l.txt"), self.labels, fmt="%d")

    def path(self, name):
        return os.path.join(self.folder, name)

    def errors(self, file, code=0):
        result = self.run_wfm("measure", "errors", file, "--problem", "p.txt", "--labels", "l.txt", "--json")
        self.assertEqual(result.returncode, code, result.stderr)
        return json.loads(result.stdout)["rows"][0]["train_errors"], result.stderr

    def expected(self, weights):
        outputs = np.sign(np.sign(self.inputs @ np.atleast_2d(weights).T).sum(axis=1))
        return int((outputs != self.labels).sum())

    def refused_weights(self, file, says):
        self.refused("measure", "errors", file, "--problem", "p.txt", "--labels", "l.txt", says=[says])

    def test_npy_of_every_type_and_order(self):
        for kind, order in itertools.product(("f4", "f8", "i1", "i2", "i4", "i8"), "CF"):
            np.save(self.path("w.npy"), np.asarray(self.committee, dtype=kind, order=order))
            self.assertEqual(self.errors("w.npy"), (self.expected(self.committee), ""), (kind, order))
        np.save(self.path("w.npy"), self.committee[0])
        self.assertEqual(self.errors("w.npy")[0], self.expected(self.committee[0]))

    def test_every_version_of_npy(self):
        for version in ((1, 0), (2, 0), (3, 0)):
            with open(self.path("w.npy"), "wb") as file:
                np.lib.format.write_array(file, self.committee, version=version)
            self.assertEqual(self.errors("w.npy")[0], self.expected(self.committee))

    def test_real_weights_go_onto_their_spheres(self):
        weights = 0.01 * np.random.default_rng(3).normal(size=(3, 21))
        np.save(self.path("w.npy"), weights)
        errors, said = self.errors("w.npy")
        self.assertEqual(errors, self.expected(weights))
        self.assertIn("sphere", said)

    def test_text_and_messages(self):
        np.savetxt(self.path("w.txt"), self.committee)
        self.assertEqual(self.errors("w.txt")[0], self.expected(self.committee))
        fields = self.committee * np.random.default_rng(5).exponential(3, size=self.committee.shape)
        with gzip.open(self.path("m.gz"), "wt", encoding="utf-8") as file:
            file.write("fmt: tanh\nN,K,M: 21 3 40\n")
            for name in ("ux", "mw"):
                for k in range(3):
                    file.write(f"{name}[{k + 1}] " + " ".join(map(repr, map(float, fields[k] if name == "mw" else -fields[k]))) + "\n")
            file.write("m\u03c42" + " 30.0" * 40 + "\nEND\n")
        self.assertEqual(self.errors("m.gz")[0], self.expected(self.committee))

    def test_all_quantities_take_them(self):
        np.save(self.path("a.npy"), self.committee)
        np.save(self.path("b.npy"), self.committee[[1, 2, 0]])
        problem = ("--problem", "p.txt", "--labels", "l.txt", "--json")
        overlap = json.loads(self.run_wfm("measure", "overlaps", "a.npy", "b.npy", *problem).stdout)["rows"][0]
        self.assertEqual(overlap["overlap"], 1)
        self.assertAlmostEqual(overlap["overlap_unmatched"], (self.committee * self.committee[[1, 2, 0]]).mean())
        minimum = json.loads(self.run_wfm("measure", "margins", "a.npy", *problem).stdout)["rows"][0]["minimum"]
        fields = self.labels * np.sign(self.inputs @ self.committee.T).sum(axis=1) / np.sqrt(3)
        self.assertAlmostEqual(minimum, fields.min(), places=12)

    def test_geodesics_are_numpys(self):
        random = np.random.default_rng(9)
        ends = [w / np.linalg.norm(w, axis=1, keepdims=True) * math.sqrt(21) for w in random.normal(size=(2, 3, 21))]
        for name, w in zip("ab", ends):
            np.save(self.path(name + ".npy"), w)
        result = self.run_wfm("measure", "path", "a.npy", "b.npy", "--problem", "p.txt", "--labels", "l.txt", "--points", 9, "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        answer = json.loads(result.stdout)
        best = max(itertools.permutations(range(3)), key=lambda p: (ends[0] * ends[1][list(p)]).sum())
        second = ends[1][list(best)]
        theta = np.arccos((ends[0] * second).mean(axis=1, keepdims=True))
        for row in answer["rows"]:
            t = row["position"]
            w = (np.sin((1 - t) * theta) * ends[0] + np.sin(t * theta) * second) / np.sin(theta)
            self.assertAlmostEqual(row["train_error"], self.expected(w) / 40)
            self.assertAlmostEqual(row["distance"], (1 - (w * ends[0]).mean()) / 2)
        errors = [row["train_error"] for row in answer["rows"]]
        self.assertAlmostEqual(answer["barriers"][0]["barrier"], max(errors) - max(errors[0], errors[-1]))

    def test_flips_and_slices(self):
        random = np.random.default_rng(4)
        weights = random.choice([-1.0, 1.0], size=(3, 21))
        for name, w in zip("abc", weights):
            np.save(self.path(name + ".npy"), w)
        files, problem = ("a.npy", "b.npy", "c.npy"), ("--problem", "p.txt", "--labels", "l.txt", "--json")
        answer = json.loads(self.run_wfm("measure", "path", *files, *problem).stdout)
        self.assertEqual(len(answer["barriers"]), 6)  # three pairs, random and greedy
        for row in answer["barriers"]:
            first, second = (weights["abc".index(row[key][0])] for key in ("first", "second"))
            self.assertAlmostEqual(row["distance"], (first != second).mean())
            self.assertAlmostEqual(row["first_error"], self.expected(first) / 40)
            self.assertAlmostEqual(row["second_error"], self.expected(second) / 40)
        answer = json.loads(self.run_wfm("measure", "slice", *files, *problem, "--points", 6).stdout)
        self.assertEqual(len(answer["rows"]), 36)
        a, b, c = weights
        places = [(s["x"], s["y"]) for s in answer["solutions"]]
        for row in answer["rows"]:
            v = row["y"] / places[2][1]
            u = (row["x"] - v * places[2][0]) / places[1][0]
            self.assertAlmostEqual(row["train_error"], self.expected(a + u * (b - a) + v * (c - a)) / 40)

    def test_refusals(self):
        np.save(self.path("w.npy"), self.committee > 0)
        self.refused_weights("w.npy", "2 w - 1")
        np.save(self.path("w.npy"), self.committee.T)
        self.refused_weights("w.npy", "got 21 x 3")
        np.save(self.path("w.npy"), self.committee[None])
        self.refused_weights("w.npy", "(1, 3, 21)")
        np.save(self.path("w.npy"), self.committee.astype(">f8"))
        self.refused_weights("w.npy", "little-endian")
        np.save(self.path("w.npy"), np.array([None]))
        self.refused_weights("w.npy", "|O")
        np.save(self.path("w.npy"), np.full((3, 21), np.nan))
        self.refused_weights("w.npy", "nan")
        result = self.run_wfm("measure", "errors", "w.npy")
        self.assertEqual(result.returncode, 2)
        self.assertIn("--problem", result.stderr)
        self.assertEqual(self.run_wfm("measure", "errors", "absent.npy", "--problem", "p.txt").returncode, 3)


if __name__ == "__main__":
    unittest.main()
