"""Run every lesson from top to bottom, as nbdev_test does; any error fails.

With --package each export cell is replaced by the exported module: a notebook that passes only because a name was
defined in the notebook and not in the module fails here.
"""
import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parent.parent
EXPORT = re.compile(r"^#\|\s*exports?\b", re.M)
MODULE = re.compile(r"^#\|\s*default_exp\s+(\w+)", re.M)


def in_package_mode(nb: nbformat.NotebookNode) -> nbformat.NotebookNode:
    "The notebook with its export cells gone and the names of its module taken from the package."
    code = [c for c in nb.cells if c.cell_type == "code"]
    module = next((m.group(1) for c in code if (m := MODULE.search(c.source))), None)
    exports = [c for c in code if EXPORT.search(c.source)]
    for i, cell in enumerate(exports):
        cell.source = f"import vitdfd.{module} as _module\nglobals().update(vars(_module))" if i == 0 else ""
    return nb


def main() -> None:
    "Exit with nbdev_test's own code."
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--package", action="store_true", help="import the exported modules instead of running export cells")
    parser.add_argument("--only", default="*", help="which notebooks, as a pattern: '1*'")
    args = parser.parse_args()
    env = {**os.environ, "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}
    with tempfile.TemporaryDirectory() as tmp:
        copy = Path(tmp)
        shutil.copy(ROOT / "settings.ini", copy)
        shutil.copytree(ROOT / "nbs" / "images", copy / "nbs" / "images")
        (copy / "models").symlink_to(ROOT / "models")  # the lessons on prediction use shipped weights
        lessons = sorted((ROOT / "nbs").glob(f"{args.only}.ipynb"))
        for path in lessons:
            nb = nbformat.read(path, as_version=4)
            nbformat.write(in_package_mode(nb) if args.package else nb, copy / "nbs" / path.name)
        how = "package mode" if args.package else "nbdev_test"
        print(f"lessons: {len(lessons)} notebooks, {how}", flush=True)
        command = ["nbdev_test", "--path", "nbs", "--n_workers", "1", "--timing"]  # one: make test runs both ways side by side
        done = subprocess.run(command, cwd=copy, env=env)
    sys.exit(done.returncode)


if __name__ == "__main__": main()
