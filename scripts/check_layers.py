#!/usr/bin/env python3
"""The house rules that a program can see, checked over a checkout.

    python3 scripts/check_layers.py [ROOT]

Errors (exit status 1): a folder of src/ that includes a folder it may not see, an include that names no file, a cycle of
includes, printing below cli, TODO or FIXME, a header without #pragma once, a file of more than 500 lines.
Warnings: a file of more than 400 lines, a unit (x.hpp with x.cpp) without its x.test.cpp.
"""
import os
import re
import sys
from pathlib import Path

# A folder sees itself and the folders named here.
SEES = {
    "math": set(),
    "problems": {"math"},
    "theory": {"math"},
    "run": {"math", "problems"},
    "inference": {"math", "problems", "run"},
    "training": {"math", "problems", "run"},
    "landscape": {"math", "problems", "run", "inference", "training"},
    "io": {"math", "problems", "run", "landscape"},
    "experiments": {"math", "problems", "theory", "run", "inference", "training", "landscape", "io"},
    "cli": {"math", "problems", "theory", "run", "inference", "training", "landscape", "io", "experiments"},
}
GENERATED = {"version.hpp", "embedded.hpp"}  # made by cmake/generated.cmake
MANY_LINES, TOO_MANY_LINES = 400, 500

INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)
PRINTING = re.compile(r"\bstd::(cout|cerr|clog)\b|\bfmt::print\b|(?<![\w.>])(?:std::)?v?f?printf\s*\(|(?<![\w.>])(?:std::)?f?puts\s*\(")
LEFT_BEHIND = re.compile(r"\b(TODO|FIXME)\b")
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.S)


def code_only(text):
    """The text without comments and string contents, line breaks kept."""
    return COMMENT_OR_STRING.sub(lambda m: "\n" * m.group().count("\n"), text)


def line_of(text, position):
    return text.count("\n", 0, position) + 1


def read_tree(root, folders, suffixes):
    """{path relative to root: text} of the files under the folders that end in one of the suffixes."""
    files = {}
    for folder in folders:
        for here, below, names in os.walk(root / folder):
            below[:] = [name for name in below if name not in {"build", "__pycache__"} and not name.startswith(".")]
            for name in names:
                if name.endswith(suffixes):
                    path = Path(here) / name
                    files[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8")
    return dict(sorted(files.items()))


def include_errors(files):
    """Layering of src/: files is {"src/math/x.hpp": text, ...}."""
    for path, text in files.items():
        folder = path.split("/")[1]
        if folder not in SEES:
            yield f"{path}: src/{folder} has no place in the order of folders (scripts/check_layers.py)"
            continue
        for match in INCLUDE.finditer(text):
            target = match.group(1)
            where = f"{path}:{line_of(text, match.start(1))}"
            if target in GENERATED:
                continue
            if f"src/{target}" not in files:
                yield f'{where}: "{target}" names no file of src/ (write "folder/file.hpp")'
                continue
            seen = target.split("/")[0]
            if seen != folder and seen not in SEES[folder]:
                yield f"{where}: {folder} may not include {seen}"


def cycles(files):
    """Each cycle of includes once, as a list of paths that ends where it begins."""
    edges = {path: [f"src/{target}" for target in INCLUDE.findall(text) if f"src/{target}" in files]
             for path, text in files.items()}
    state, stack, found = {}, [], []

    def visit(path):
        state[path] = "open"
        stack.append(path)
        for target in edges[path]:
            if state.get(target) == "open":
                found.append(stack[stack.index(target):] + [target])
            elif target not in state:
                visit(target)
        stack.pop()
        state[path] = "done"

    for path in edges:
        if path not in state:
            visit(path)
    return found


def is_test_or_bench(path):
    return path.endswith((".test.cpp", ".bench.cpp"))


def printing_errors(files):
    for path, text in files.items():
        if path.startswith("src/cli/") or is_test_or_bench(path):
            continue
        code = code_only(text)
        for match in PRINTING.finditer(code):
            yield f"{path}:{line_of(code, match.start())}: prints ({match.group().strip('( ')}); only cli may"


def left_behind_errors(files):
    for path, text in files.items():
        for match in LEFT_BEHIND.finditer(text):
            yield f"{path}:{line_of(text, match.start())}: {match.group()}"


def pragma_errors(files):
    for path, text in files.items():
        if path.endswith(".hpp") and not re.search(r"^#pragma once$", text, re.M):
            yield f"{path}: no #pragma once"


def length_findings(files):
    """(errors, warnings)"""
    errors, warnings = [], []
    for path, text in files.items():
        lines = text.count("\n")
        if lines > TOO_MANY_LINES:
            errors.append(f"{path}: {lines} lines (limit {TOO_MANY_LINES})")
        elif lines > MANY_LINES:
            warnings.append(f"{path}: {lines} lines (aim for {MANY_LINES})")
    return errors, warnings


def untested_units(files):
    for path in files:
        unit = path.removesuffix(".hpp")
        if path.endswith(".hpp") and f"{unit}.cpp" in files and f"{unit}.test.cpp" not in files:
            yield f"{unit}.hpp: no {unit.split('/')[-1]}.test.cpp"


def check(root):
    """(errors, warnings) of the checkout at root."""
    sources = read_tree(root, ["src"], (".hpp", ".cpp"))
    everything = sources | read_tree(root, ["tests", "bench", "python", "web", "scripts"],
                                     (".hpp", ".cpp", ".py", ".js", ".html"))
    rules = {path: text for path, text in everything.items() if not path.startswith("scripts/check_layers")}
    errors, warnings = length_findings(everything)
    errors += include_errors(sources)
    errors += [f"cycle of includes: {' -> '.join(cycle)}" for cycle in cycles(sources)]
    errors += printing_errors(sources)
    errors += left_behind_errors(rules)
    errors += pragma_errors(sources)
    warnings += untested_units(sources)
    return errors, warnings


def main():
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent.parent
    errors, warnings = check(root)
    for warning in warnings:
        print(f"warning: {warning}")
    for error in errors:
        print(f"error: {error}")
    print(f"check_layers: {len(errors)} errors, {len(warnings)} warnings")
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
