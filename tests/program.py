"""Runs the built program, which the environment variable WFM names, in a folder of its own."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

WFM = os.environ["WFM"]
SOLVE = ["solve", "--data", "storage", "--inputs", "201", "--alpha", "0.3", "--seed", "3"]


class CommandLine(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="wfm-test-")

    def tearDown(self):
        subprocess.run(["chmod", "-R", "u+w", self.folder])
        shutil.rmtree(self.folder)

    def run_wfm(self, *arguments):
        return subprocess.run([WFM, *map(str, arguments)], capture_output=True, text=True, cwd=self.folder, timeout=120)

    def answer(self, *arguments, code=0):
        result = self.run_wfm(*arguments, "--json")
        self.assertEqual(result.returncode, code, result.stderr)
        return json.loads(result.stdout)

    def refused(self, *arguments, code=2, says=()):
        before = sorted(os.listdir(self.folder))
        result = self.run_wfm(*arguments)
        lines = [line for line in result.stderr.splitlines() if line.strip()]
        self.assertEqual(result.returncode, code, result.stderr)
        self.assertEqual(len(lines), 1, result.stderr)
        for text in says:
            self.assertIn(text, lines[0])
        self.assertEqual(sorted(os.listdir(self.folder)), before, "a refused command left files behind")
