"Is every lesson short enough to be read in one sitting? Prints a table; exits 1 where a limit is broken."
import ast
import json
import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LIMITS = {"cells": 60, "words": 1400, "exported": 225, "longest": 17, "pictures": 8, "KB": 400}
LARGER = {"index": {"words": 2300},  # a row per lesson
          "01_plots": {"exported": 400}}  # every picture of the course in one place


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
    if broken: sys.exit("budget: " + "; ".join(broken))


if __name__ == "__main__": main()
