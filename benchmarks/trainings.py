"""What peers.py and ablation.py share: many trainings, each result a file, and a page that is made of them."""
import argparse
import json
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from statistics import mean, stdev

import torch
from tqdm import tqdm

from vitdfd.core import save_json
from vitdfd.train import Event

HERE = Path(__file__).parent


def parser(doc: str | None, rows: Iterable[str]) -> argparse.ArgumentParser:
    "The options of both."
    made = argparse.ArgumentParser(description=doc, formatter_class=argparse.RawDescriptionHelpFormatter)
    made.add_argument("--data", type=Path)
    made.add_argument("--imagenet", type=Path)
    made.add_argument("--runs", type=Path, default=Path("runs"))
    made.add_argument("--only", nargs="+", default=list(rows), choices=list(rows))
    made.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    made.add_argument("--table", action="store_true", help="train nothing")
    return made


def followed(events: Iterator[Event], run: Path) -> tuple[Event, float | None]:
    "The last event of a training, under a bar, and its CPU minutes; None for one that went on, of which a part would be timed."
    began, fresh = time.process_time(), not run.exists()
    with tqdm(desc=run.name, mininterval=10) as bar:
        for event in events:
            bar.total, bar.n = event.steps, event.step
            bar.set_postfix(loss=f"{event.loss:.3f}")
    return event, round((time.process_time() - began) / 60, 1) if fresh else None


def spread(values: list[float]) -> str:
    "Mean, and standard deviation over seeds where there are several."
    return f"{mean(values):.3f}" + (f" ± {stdev(values):.3f}" if len(values) > 1 else "")


def publish(name: str, jobs: dict[str, Callable[[], dict]], table: Callable[[list[dict]], str]) -> None:
    "On one thread, do the jobs that have no result in benchmarks/<name>/ yet; then write <name>.md, a table of all that are there."
    torch.set_num_threads(1)
    for job, trained in jobs.items():
        path = HERE / name / f"{job}.json"
        if not path.exists(): save_json(path, trained())
    results = [json.loads(path.read_text(encoding="utf-8")) for path in sorted((HERE / name).glob("*.json"))]
    text = (HERE / f"{name}.template.md").read_text(encoding="utf-8")
    (HERE / f"{name}.md").write_text(text.replace("{{ table }}", table(results)), encoding="utf-8")
