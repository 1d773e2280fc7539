"""How much memory does a dataset of ten million photos take before the first one is read?

    python benchmarks/index.py

Each way of knowing the photos runs in a process of its own, which tells how much it grew (Linux). Most names are made up, in an
order as mixed as a disk gives them, and have the length that CelebA's have; a million are those of empty files in two folders,
which takes a minute to write. Writes benchmarks/index.md.
"""
import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np
from speed import machine, versions

from vitdfd.batches import Faces, StepBatches
from vitdfd.config import TransformConfig
from vitdfd.core import atomic
from vitdfd.faces import CLASSES, find_split
from vitdfd.names import Names
from vitdfd.shards import PLACE, Shards

PAGE = Path(__file__).with_suffix(".md")
PHOTOS, PER_SHARD, SIZE = 10_000_000, 10_000, 11_000  # bytes of a photo, for the offsets
LISTED = 2_000_000  # names, where each is a Path: ten million would be more than this machine has to spare
FILES = 1_000_000  # that are really there


def held(what: str = "private") -> float:
    "MB of this process that are in memory: its own, which does not count what others map of the same file; or the most so far."
    if what == "most": return int(_fields("status")["VmHWM"].split()[0]) / 1024
    return sum(int(_fields("smaps_rollup")[name].split()[0]) for name in ("Private_Clean", "Private_Dirty")) / 1024


def _fields(name: str) -> dict[str, str]:
    "What Linux says about this process."
    lines = Path(f"/proc/self/{name}").read_text().splitlines()
    return dict(line.split(":", 1) for line in lines if ":" in line)


def write_index(folder: Path) -> None:
    "The index that `vitdfd pack` would write for so many photos."
    index, number = np.zeros(PHOTOS, PLACE), np.arange(PHOTOS)
    index["shard"], index["offset"], index["size"] = number // PER_SHARD, number % PER_SHARD * SIZE, SIZE
    index["label"] = number % 2
    np.save(folder / "index.npy", index)


def write_files(folder: Path) -> None:
    "Two folders of empty files."
    for name in CLASSES: (folder / "Train" / name).mkdir(parents=True)
    for i in range(FILES): (folder / "Train" / CLASSES[i % 2] / f"{i:09d}.jpg").touch()


def names(count: int) -> Iterator[str]:
    "Names of files as a search of folders gives them."
    for i in range(count):
        number = i * 7_919 % count
        yield f"data/finetuning/Train/{CLASSES[number % 2]}/{number:09d}.jpg"


def training(items, labels) -> tuple:
    "Photos ready to train on, and a thousand batches drawn."
    batches = iter(StepBatches(len(items), 64, 10**6, seed=0))
    return Faces(items, labels, transform=TransformConfig()), list(islice(batches, 1000)), batches


def packed(folder: Path) -> tuple:
    "Photos in shards."
    shards = Shards(folder)
    return training(shards, shards.labels)


def walked(folder: Path) -> list:
    "The files of a folder as `find_split` knew them until November 2026."
    paths = sorted(Path(here, name) for here, _, files in os.walk(folder) for name in files)
    return [paths, [int("REAL" in path.parts) for path in paths]]


class Way(NamedTuple):
    "A way to know photos."
    what: str
    photos: int
    make: Callable[[Path], object]


WAYS = (
    Way("shards: the index, mapped; 1000 batches drawn", PHOTOS, packed),
    Way("`Names`: their names in two arrays, sorted; 1000 batches drawn", PHOTOS,
        lambda folder: training(Names(names(PHOTOS)).in_order(), np.zeros(PHOTOS, np.int8))),
    Way("names and labels as ImageFolder keeps them", PHOTOS,
        lambda folder: [(name, i % 2) for i, name in enumerate(names(PHOTOS))]),
    Way("a sorted list of `Path`, as vitdfd kept them until November 2026", LISTED,
        lambda folder: sorted(Path(name) for name in names(LISTED))),
    Way("files in two folders, found by `find_split`", FILES, lambda folder: find_split(folder, "Train")),
    Way("the same files, as a sorted list of `Path`", FILES, lambda folder: walked(folder)),
)


def measure(way: Way, folder: Path) -> None:
    "Print how much this process grows: what stays, and the most."
    Path("/proc/self/clear_refs").write_text("5")  # forget the most so far
    before, least = held(), held("most")
    kept = way.make(folder)
    print(held() - before, held("most") - least)
    del kept


def main() -> None:
    "Measure each way in a process of its own, and write the page."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--way", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.way is not None:
        measure(WAYS[options.way], options.folder)
        return
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        write_index(Path(folder))
        write_files(Path(folder))
        size = (Path(folder) / "index.npy").stat().st_size / 1e6
        for i, way in enumerate(WAYS):
            command = [sys.executable, __file__, "--way", str(i), "--folder", folder]
            stays, most = map(float, subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())
            rows.append(f"| {way.what} | {way.photos / 1e6:g} million | {stays:,.0f} | {most:,.0f} "
                        f"| {stays * PHOTOS / way.photos:,.0f} |")
            print(rows[-1])
    text = "\n".join([
        "# Memory of a dataset of ten million photos", "",
        f"Made by `python benchmarks/index.py` on {machine()}. {versions()}. One run.", "",
        "| the process knows its photos by | measured with | grew by, MB | at most, MB | of ten million, MB |",
        "|---|---|---|---|---|", *rows, "",
        "\"At most\" is the worst moment while the names were gathered and sorted; the last column scales what stays. The names of",
        "the first rows have 40 letters. Reading the arrays of `Names` writes nothing, so forked workers share them; a list is copied",
        f"by each ([lesson 03a](../nbs/03a_names.ipynb)). The index of the shards is a file of {size:,.0f} MB, {PLACE.itemsize} bytes",
        "per photo: where it begins, how long it is, its label. It is mapped, so that all processes of a machine share it.", ""])
    with atomic(PAGE) as path: path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
