"""How much memory does a dataset of ten million photos take before the first one is read?

    python benchmarks/index.py

Each way of knowing the photos runs in a process of its own, which tells how much it grew (Linux). No photo exists and none is
read; the names have the length that CelebA's have. Writes benchmarks/index.md.
"""
import argparse
import subprocess
import sys
import tempfile
from itertools import islice
from pathlib import Path

import numpy as np
from speed import machine, versions

from vitdfd.batches import Faces, StepBatches
from vitdfd.config import TransformConfig
from vitdfd.core import atomic
from vitdfd.shards import PLACE, Shards

PAGE = Path(__file__).with_suffix(".md")
PHOTOS, PER_SHARD, SIZE = 10_000_000, 10_000, 11_000  # bytes of a photo, for the offsets


def held() -> float:
    "MB of this process that are in memory and its own: what others map of the same file does not count."
    fields = dict(line.split(":") for line in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
    return sum(int(fields[name].split()[0]) for name in ("Private_Clean", "Private_Dirty")) / 1024


def write_index(folder: Path) -> None:
    "The index that `vitdfd pack` would write for so many photos."
    index, number = np.zeros(PHOTOS, PLACE), np.arange(PHOTOS)
    index["shard"], index["offset"], index["size"] = number // PER_SHARD, number % PER_SHARD * SIZE, SIZE
    index["label"] = number % 2
    np.save(folder / "index.npy", index)


def names() -> list[str]:
    "Names of files as a search of folders gives them."
    return [f"data/finetuning/Train/{('FAKE', 'REAL')[i % 2]}/{i:09d}.jpg" for i in range(PHOTOS)]


def ours(folder: Path) -> object:
    "Photos in shards, ready to train on, and a thousand batches drawn."
    shards = Shards(folder)
    faces = Faces(shards, shards.labels, transform=TransformConfig())
    batches = iter(StepBatches(PHOTOS, 64, 10**6, seed=0))
    return faces, list(islice(batches, 1000)), batches


WAYS = {
    "vitdfd, shards: the index, mapped; `Faces`; 1000 batches drawn": ours,
    "names and labels as ImageFolder keeps them": lambda folder: [(name, i % 2) for i, name in enumerate(names())],
    "names as a list of Path": lambda folder: [Path(name) for name in names()],
}


def main() -> None:
    "Measure each way in a process of its own, and write the page."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--way", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way is not None:
        before = held()
        kept = list(WAYS.values())[options.way](options.folder)
        print(held() - before)
        del kept
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        write_index(Path(folder))
        size = (Path(folder) / "index.npy").stat().st_size / 2**20
        for i, way in enumerate(WAYS):
            command = [sys.executable, __file__, "--way", str(i), "--folder", folder]
            rows.append(f"| {way} | {float(subprocess.run(command, check=True, capture_output=True, text=True).stdout):,.0f} |")
    text = "\n".join([
        "# Memory of a dataset of ten million photos", "",
        f"Made by `python benchmarks/index.py` on {machine()}. {versions()}. One run.", "",
        "| the process knows its photos by | memory that it grew by, MB |", "|---|---|", *rows, "",
        f"The index of the shards is a file of {size:,.0f} MB, {PLACE.itemsize} bytes per photo: where it begins, how long it is, its",
        "label. It is mapped, so that the workers of a machine share it. Folders of files are searched and kept as a list of paths:",
        "for so many photos, pack them first (`vitdfd pack`).", ""])
    with atomic(PAGE) as path: path.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
