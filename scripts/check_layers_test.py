#!/usr/bin/env python3
"""Each rule of check_layers.py, broken once in a small tree."""
import sys
import tempfile
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parent))
import check_layers

CLEAN = {
    "src/math/gauss.hpp": "#pragma once\n",
    "src/math/gauss.cpp": '#include "math/gauss.hpp"\n#include <cmath>\n',
    "src/math/gauss.test.cpp": '#include "math/gauss.hpp"\n',
    "src/theory/rs.hpp": '#pragma once\n#include "math/gauss.hpp"\n',
    "src/run/run.hpp": "#pragma once\n",
    "src/cli/main.cpp": '#include "theory/rs.hpp"\n#include "version.hpp"\nint main() { std::printf("x"); }\n',
}


class CheckLayers(unittest.TestCase):
    def findings(self, changes):
        """(errors, warnings) of the clean tree with the changes made."""
        with tempfile.TemporaryDirectory() as folder:
            for path, text in (CLEAN | changes).items():
                file = Path(folder) / path
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_text(text)
            return check_layers.check(Path(folder))

    def assert_error(self, changes, words):
        errors, _ = self.findings(changes)
        self.assertEqual(len(errors), 1, errors)
        self.assertIn(words, errors[0])

    def test_clean_tree_passes(self):
        self.assertEqual(self.findings({}), ([], []))

    def test_lower_folder_may_not_include_higher(self):
        self.assert_error({"src/math/bad.hpp": '#pragma once\n#include "run/run.hpp"\n'}, "bad.hpp:2: math may not include run")

    def test_theory_sees_math_only(self):
        self.assert_error({"src/theory/bad.hpp": '#pragma once\n#include "run/run.hpp"\n'}, "theory may not include run")

    def test_siblings_do_not_see_each_other(self):
        self.assert_error({"src/training/x.hpp": "#pragma once\n",
                           "src/inference/y.hpp": '#pragma once\n#include "training/x.hpp"\n'},
                          "inference may not include training")

    def test_every_folder_sees_only_folders_before_it(self):
        order = list(check_layers.SEES)
        for place, folder in enumerate(order):
            self.assertLessEqual(check_layers.SEES[folder], set(order[:place]))

    def test_unknown_folder(self):
        self.assert_error({"src/misc/x.hpp": "#pragma once\n"}, "src/misc has no place")

    def test_include_of_no_file(self):
        self.assert_error({"src/math/bad.hpp": '#pragma once\n#include "gauss.hpp"\n'}, "names no file")

    def test_cycle_within_a_folder(self):
        self.assert_error({"src/math/a.hpp": '#pragma once\n#include "math/b.hpp"\n',
                           "src/math/b.hpp": '#pragma once\n#include "math/a.hpp"\n'},
                          "src/math/a.hpp -> src/math/b.hpp -> src/math/a.hpp")

    def test_printing_below_cli(self):
        for line in ("std::cout << 1;", 'printf("x");', 'std::fprintf(stderr, "x");', 'fmt::print("x");', 'std::puts("x");'):
            self.assert_error({"src/run/bad.cpp": f"void f() {{ {line} }}\n"}, "bad.cpp:1: prints")

    def test_what_is_not_printing(self):
        text = 'void f() { std::snprintf(b, 9, "x"); }  // std::cout\nauto s = "printf(";\n'
        self.assertEqual(self.findings({"src/run/ok.cpp": text}), ([], []))

    def test_left_behind(self):
        word = "TO" + "DO"
        self.assert_error({"tests/x.py": f"# {word}: later\n"}, f"tests/x.py:1: {word}")

    def test_header_without_pragma(self):
        self.assert_error({"src/math/bad.hpp": "int f();\n"}, "no #pragma once")

    def test_lengths(self):
        self.assert_error({"src/math/long.cpp": "\n" * 501}, "501 lines")
        errors, warnings = self.findings({"src/math/long.cpp": "\n" * 401})
        self.assertEqual((errors, len(warnings)), ([], 1))

    def test_unit_without_test_is_a_warning(self):
        errors, warnings = self.findings({"src/run/run.cpp": ""})
        self.assertEqual((errors, warnings), ([], ["src/run/run.hpp: no run.test.cpp"]))


if __name__ == "__main__":
    unittest.main()
