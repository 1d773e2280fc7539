"""From `git clone` to the first own photo with a heat map: how long does a new user wait?

    python benchmarks/first_steps.py PHOTO [--note "the machine did nothing else; package caches empty"]

Writes benchmarks/first_steps.md. Everything happens in a fresh clone in a temporary folder.
"""
import argparse
import shutil
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from vitdfd.core import atomic, environment

HERE = Path(__file__).resolve().parent
STEPS = {  # what the user types, in the order of README
    "git clone": ["git", "clone", "--quiet", str(HERE.parent), "."],
    "make setup": ["make", "setup"],
    "vitdfd --help": [".venv/bin/vitdfd", "--help"],
    "vitdfd predict photo.jpg, the first time": [".venv/bin/vitdfd", "predict", "photo.jpg"],
    "vitdfd predict photo.jpg, again": [".venv/bin/vitdfd", "predict", "photo.jpg"],
}


def main() -> None:
    "Take the steps and write the page."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photo", type=Path)
    parser.add_argument("--note", default="", help="what else the machine was doing, for the page")
    options = parser.parse_args()
    rows, began = [], time.perf_counter()
    with TemporaryDirectory() as folder:
        for name, words in STEPS.items():
            if "predict" in words: shutil.copy(options.photo, Path(folder) / "photo.jpg")
            start = time.perf_counter()
            subprocess.run(words, cwd=folder, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            rows.append(f"| `{name}` | {time.perf_counter() - start:.1f} | {time.perf_counter() - began:.0f} |")
            print(rows[-1], flush=True)
        if not list(Path(folder, "results").glob("combined_*.png")): raise SystemExit("no heat map was written")
    here = environment()
    head = f"""# The first steps

Made by `python benchmarks/first_steps.py PHOTO`: {here['cpus']} cores ({here['device_name']}), torch {here['torch']}. {options.note}

| step | seconds | since the start |
|---|---|---|
"""
    with atomic(HERE / "first_steps.md") as path: path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__": main()
