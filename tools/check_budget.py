"Is every lesson short enough to be read in one sitting, and every function? Prints a table; exits 1 where a limit is broken."
import ast
import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMITS = {"cells": 60, "words": 1400, "exported": 225, "longest": 17, "pictures": 8, "KB": 400}
LARGER = {"index": {"words": 2400},  # a row per lesson, and tables of results
          "01_plots": {"exported": 400}}  # every picture of the course in one place
LINES, DEPTH = 25, 4  # of a function, without its signature and its docstring; of the blocks in it
LONGER = {"train.train": 45,  # the loop, read from top to bottom
          "finetune.finetune": 35,  # a job: read, build, train, keep, draw
          "demo.demo": 30,  # a job: five steps, each announced
          "demo._report": 40}  # a page, written as it is read
BLOCKS = (ast.If, ast.For, ast.While, ast.With, ast.Try, ast.FunctionDef)


def source(cell: dict) -> str:
    "The text of a cell."
    return "".join(cell["source"])


def code_lines(text: str) -> int:
    "Lines that are neither empty nor directives."
    return sum(1 for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#|"))


def measure(path: Path) -> dict[str, int]:
    "The sizes of one notebook."
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    code = [c for c in cells if c["cell_type"] == "code"]
    exports = [c for c in code if "#| export" in source(c)]
    outputs = [o for c in code for o in c["outputs"]]
    return {
        "cells": len(cells),
        "words": sum(len(source(c).split()) for c in cells if c["cell_type"] == "markdown"),
        "exported": sum(code_lines(source(c)) for c in exports),
        "longest": max((code_lines(source(c)) for c in code if c not in exports), default=0),
        "pictures": sum("image/png" in o.get("data", {}) for o in outputs),
        "KB": path.stat().st_size // 1024,
    }


def faults(path: Path) -> list[str]:
    "What a lesson must not hold."
    code = [source(c) for c in json.loads(path.read_text(encoding="utf-8"))["cells"] if c["cell_type"] == "code"]
    exported = "\n".join(text for text in code if "#| export" in text)
    defined = Counter(node.name for node in ast.parse(exported).body if hasattr(node, "name"))
    found = [f"{name} is exported twice" for name, times in defined.items() if times > 1]
    found += ["a star import"] * bool(re.search(r"^from \S+ import \*", "\n".join(code), re.M))
    found += ["an assert in exported code"] * any(isinstance(n, ast.Assert) for n in ast.walk(ast.parse(exported)))
    found += ["a cell silenced with eval: false"] * any(re.search(r"#\|\s*eval:\s*false", text) for text in code)
    return found


def functions(node: ast.AST, name: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    "Functions and methods with their names; those inside a function are lines of it."
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.FunctionDef): yield f"{name}.{inner.name}", inner
        if isinstance(inner, ast.ClassDef): yield from functions(inner, f"{name}.{inner.name}")


def body_lines(function: ast.FunctionDef, text: str) -> int:
    "Its lines of code and comments."
    body = function.body[ast.get_docstring(function) is not None:]
    return code_lines("\n".join(text.splitlines()[body[0].lineno - 1:function.end_lineno])) if body else 0


def depth(node: ast.AST) -> int:
    "How many blocks lie in one another."
    return max((depth(inner) + isinstance(inner, BLOCKS) for inner in ast.iter_child_nodes(node)), default=0)


def too_large(path: Path) -> list[str]:
    "Functions of a module that are too long or too deep."
    text, found = path.read_text(encoding="utf-8"), []
    for name, function in functions(ast.parse(text), path.stem):
        lines, limit = body_lines(function, text), LONGER.get(name, LINES)
        if lines > limit: found.append(f"{name} has {lines} lines, at most {limit}")
        if depth(function) > DEPTH: found.append(f"{name} has blocks {depth(function)} deep, at most {DEPTH}")
    return found


def main() -> None:
    "Measure, print, judge."
    broken = []
    print("budget: " + "  ".join(f"{name} <= {limit}" for name, limit in LIMITS.items()))
    for path in sorted((ROOT / "nbs").glob("*.ipynb")):
        sizes = measure(path)
        print(f"  {path.stem:16s}" + "".join(f"{name} {value:<6d}" for name, value in sizes.items()))
        limits = LIMITS | LARGER.get(path.stem, {})
        broken += [f"{path.stem}: {name} {sizes[name]}, at most {limits[name]}" for name in sizes if sizes[name] > limits[name]]
        broken += [f"{path.stem}: {fault}" for fault in faults(path)]
    for path in sorted((ROOT / "vitdfd").glob("*.py")): broken += too_large(path)
    print(f"  functions: {LINES} lines and {DEPTH} blocks deep at most, but {', '.join(LONGER)}")
    if broken: sys.exit("budget: " + "; ".join(broken))


if __name__ == "__main__": main()
