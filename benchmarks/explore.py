"""How long a move of each control of the explorer takes, from the new value to the picture that is sent.

Usage: python benchmarks/explore.py [--models models/photos models/drawn] [--threads 1] [--note "a machine that did nothing else"]
Writes benchmarks/explore.md.
"""
import argparse
import gc
import os
import time
from pathlib import Path

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
import numpy as np
import torch

from vitdfd.app import ahead
from vitdfd.bench import Bench, find_pretrained
from vitdfd.cli import _keep_memory
from vitdfd.core import atomic, environment
from vitdfd.detector import Detector
from vitdfd.explore import damage_lab, forgery_lab, heat_lab, masking_lab, threshold_lab
from vitdfd.hybrid import fold_norms

HERE = Path(__file__).resolve().parent
LIMIT = 200  # ms, the aim


def places(control) -> list:
    "Where a control is moved to: every option, or eight places between its ends; last, where it was."
    if hasattr(control, "options"): values = [o[1] if isinstance(o, tuple) else o for o in control.options]
    else: values = [type(control.value)(v) for v in np.linspace(control.min, control.max, 8).round(2)]
    return [value for value in values if value is not control.value and value != control.value] + [control.value]


def move(lab, control, values: list) -> np.ndarray:
    "(moves, 2) ms of wall clock and of processor time, each until the new picture is there."
    spent = []
    for value in values:
        wall, cpu = time.perf_counter(), time.process_time()
        control.value = value
        spent.append((time.perf_counter() - wall, time.process_time() - cpu))
        if lab.error: raise RuntimeError(lab.error)
    return 1000 * np.array(spent)


def spread(spent: np.ndarray) -> str:
    "Median, and where four fifths lie."
    low, high = np.percentile(spent, (10, 90))
    return f"{np.median(spent):.0f} ({low:.0f} to {high:.0f})"


def rows(cold: dict, warm: dict) -> list[str]:
    "A line of the table per control: its first moves on a page just opened, on one that had pauses, and the same moves again."
    found = []
    for name, lab in cold.items():
        for control, prepared in zip(lab.controls.values(), warm[name].controls.values()):
            first = move(lab, control, places(control))
            later, again = (move(warm[name], prepared, places(prepared)) for _ in range(2))
            found.append(f"| {name} | {control.description} | {len(first)} | {spread(first[:, 0])} | {np.median(first[:, 1]):.0f} "
                         f"| {spread(later[:, 0])} | {np.median(later[:, 1]):.0f} | {np.median(again[:, 0]):.0f} "
                         f"| {len(lab.picture.value) / 1000:.0f} |")
            print(found[-1], flush=True)
    return found


def opened(model: str) -> tuple[Bench, dict, list[str]]:
    "A bench, its labs, and the seconds until each was there."
    start = time.perf_counter()
    bench = Bench(fold_norms(Detector.from_pretrained(model)))
    makers = {"heat map": heat_lab, "forgery": forgery_lab, "damage": damage_lab, "threshold": threshold_lab,
              "masking": lambda bench: masking_lab(bench, find_pretrained("runs"))}
    labs, seconds = {}, []
    for name, make in makers.items():
        labs[name] = make(bench)
        seconds.append(f"{name} {time.perf_counter() - start:.1f} s")
        start = time.perf_counter()
    return bench, labs, seconds


def measured(model: str) -> str:
    "The page's part about one detector: every control of every lab is moved."
    (_, cold, seconds), (bench, warm, _) = opened(model), opened(model)
    pieces, start = [], time.process_time()
    for _ in ahead(bench):
        pieces.append(time.process_time() - start)
        start = time.process_time()
    gc.collect()
    gc.freeze()  # as the page does
    return f"""## {model}, {bench.detector.transform.size} px

| lab | control | moves | just opened, ms: median (10% to 90%) | processor | after the pauses, ms | processor | again, ms | sent, KB |
|---|---|---|---|---|---|---|---|---|
{chr(10).join(rows(cold, warm))}

Until a lab is there, the first with the bench: {', '.join(seconds)}. In the pauses: {len(pieces)} pictures,
{sum(pieces):.0f} s of processor time; a move meanwhile waits for one, {1000 * np.median(pieces):.0f} ms (at most
{1000 * max(pieces):.0f} ms).
"""


def main() -> None:
    "Measure and write the page."
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="+", default=["models/photos", "models/drawn"], help="folders of detectors")
    parser.add_argument("--threads", type=int, default=1, help="of torch; the page uses 1")
    parser.add_argument("--note", default="", help="what else the machine was doing, for the page")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    _keep_memory()  # as the command line does, for the kernels too
    parts, here = [measured(model) for model in args.models], environment()
    head = f"""# How fast the explorer answers

Made by `python benchmarks/explore.py --threads {args.threads}`: {here['cpus']} cores
({here['device_name']}), torch {here['torch']}. {args.note}

Every control of every lab is moved through its values: on a page just opened, on one that had pauses in which it computed ahead
(`vitdfd.app.ahead`), and the same moves again. A move ends when the picture that the browser gets is there; the way to the browser
is not in it. The aim is a median under {LIMIT} ms. *Processor* is the time that the process itself was running, which another program
on the machine changes little.
"""
    with atomic(HERE / "explore.md") as path: path.write_text("\n".join([head, *parts]), encoding="utf-8")


if __name__ == "__main__": main()
