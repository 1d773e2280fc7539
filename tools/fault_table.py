"""Break trainings in the ways that machines and people do, look what was lost, and write benchmarks/faults.md.

Usage: python tools/fault_table.py [--times 10] [--kills 100] [--seed 0] [--out benchmarks/faults.md]

Every training is a process that runs the command line with a tiny model. After each fault the same command is given
again, and the end must be that of a training that nothing happened to, bit for bit. The processes are forked from one
that has imported torch, so that a hundred of them are cheap.
"""
import argparse
import multiprocessing
import os
import random
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import torch

import vitdfd.finetune
import vitdfd.plots
import vitdfd.pretrain
import vitdfd.train
from vitdfd.batches import Faces
from vitdfd.checkpoints import is_sealed, latest_checkpoint, read_rows
from vitdfd.cli import main as command
from vitdfd.core import environment, generator
from vitdfd.drawn import draw_faces
from vitdfd.forge import self_blend

ROOT = Path(__file__).resolve().parent.parent
JOBS = ("pretrain", "finetune")
STEPS = 12  # of every training here
NOBODY = 65534  # a user without rights, for folders that cannot be written
TINY = ["--epochs", "3", "--batch-size", "4", "--save-every", "3", "--keep", "3", "--lr", "0.003", "--ema", "0.5",
        "--precision", "fp32", "--device", "cpu", "--model.image-size", "16", "--model.patch-size", "8", "--model.width", "16",
        "--model.depth", "2", "--model.heads", "2", "--model.mlp-width", "32", "--model.dropout", "0.1"]
OF_JOB = {"pretrain": ["--picture-every", "4", "--mim.decoder-width", "16", "--mim.decoder-depth", "1", "--mim.decoder-heads", "2"],
          "finetune": ["--augment", "flip", "--blend", "0.5"]}


def arguments(job: str, name: str, workers: int) -> list[str]:
    "What would be typed after `vitdfd`."
    return [job, "--name", name, "--data", f"data/{job}", "--workers", str(workers), *TINY, *OF_JOB[job]]


# Faults from the inside: each is given to the process that trains, and happens at its n-th chance.

def _at(n: int, do: Callable, home: object, name: str, after: bool = False, only: str = "") -> None:
    "Before or after the n-th call of a function whose arguments hold the word `only`: do something."
    old, calls = getattr(home, name), []

    def new(*args, **options):
        calls.extend([0] * (only in f"{args[1:]}"))
        now = only in f"{args[1:]}" and len(calls) == n
        if now and not after: do(*args)
        result = old(*args, **options)
        if now and after: do(*args)
        return result

    setattr(home, name, new)


def _end(*_) -> None:
    "As if the power had failed."
    os.kill(os.getpid(), signal.SIGKILL)


def _torn(_, path: Path) -> None:
    "A file of which a part was written when the power failed."
    os.truncate(path, os.path.getsize(path) // 3)
    _end()


def _spoiled(n: int, how: Callable) -> None:
    "The n-th loss is changed."
    for home, name in ((vitdfd.pretrain, "_loss"), (vitdfd.finetune, "detection_loss")):
        old, calls = getattr(home, name), []

        def new(*args, old=old, calls=calls):
            calls.append(0)
            loss, told = old(*args)
            return (how(loss) if len(calls) == n else loss), told

        setattr(home, name, new)


def _full(*_) -> None:
    "As if the disk were full."
    raise OSError(28, "No space left on device")


def _hang(n: int, marker: Path, training: bool) -> None:
    "The n-th photo that a worker reads for the training, or for an evaluation, never comes, the first time."
    old, calls = Faces.__getitem__, []

    def new(faces, key):
        wanted = isinstance(key, tuple) == training  # photos for a training come with the number of their draw
        calls.extend([0] * wanted)
        if len(calls) == n and wanted and not marker.exists():
            marker.touch()
            time.sleep(600)
        return old(faces, key)

    Faces.__getitem__ = new


def _group(number: int) -> None:
    "Ctrl-C in a terminal: to this process and to its workers."
    os.killpg(os.getpgrp(), number)


def arm(kind: str, n: int) -> None:
    "Prepare a fault in this process."
    step, say = (torch.optim.AdamW, "step"), os.getpid()
    if kind in ("before step", "after step"): _at(n, _end, *step, after=kind == "after step")
    elif kind == "in a checkpoint": _at(n, _torn, torch, "save", after=True)
    elif kind in ("before a name", "after a name"): _at(n, _end, os, "replace", after=kind == "after a name")
    elif kind == "in a picture": _at(n, _end, vitdfd.plots, "png_bytes")
    elif kind == "before a picture's name": _at(n, _end, os, "replace", only="visualizations")
    elif kind in ("SIGTERM", "SIGINT"): _at(n, lambda *_: os.kill(say, getattr(signal, kind)), *step)
    elif kind == "Ctrl-C": _at(n, lambda *_: _group(signal.SIGINT), *step)
    elif kind == "Ctrl-C twice": _at(n, lambda *_: (_group(signal.SIGINT), _group(signal.SIGINT)), *step)
    elif kind == "nan": _spoiled(n, lambda loss: loss * torch.nan)
    elif kind == "inf": _spoiled(n, lambda loss: loss * torch.inf)
    elif kind == "memory": _spoiled(n, lambda loss: loss + torch.empty(2**45).sum())
    elif kind == "full": _at(n, _full, os, "fsync")
    elif kind == "small": resource.setrlimit(resource.RLIMIT_FSIZE, (n, n))
    elif kind == "gone": _at(n, lambda *_: os.rename("data", "away"), *step)
    elif kind == "worker": _at(n, lambda *_: os.kill(multiprocessing.active_children()[n % 2].pid, signal.SIGKILL), *step)
    elif kind in ("hang", "hang in an evaluation"): _hang(n, Path("hung"), training=kind == "hang")
    elif kind == "wait": _at(n, lambda *_: (Path("waits").touch(), _until(lambda: Path("go").exists())), *step)
    elif kind == "read only" and os.getuid() == 0:  # late: nobody may perhaps not read the package, which loads parts when needed
        _at(1, lambda *_: os.setuid(NOBODY), vitdfd.train, "only_one")


def _until(true: Callable[[], bool], seconds: float = 120) -> None:
    "Wait for something, not for ever."
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end: raise TimeoutError("waited too long")
        time.sleep(0.005)


def child(args: list[str], folder: Path, fault: tuple[str, int]) -> None:
    "The process that trains: `vitdfd` with a fault to come. Tells how many steps it took."
    os.setsid()
    multiprocessing.set_start_method("fork", force=True)  # for the loader workers, as in a process of one's own
    signal.signal(signal.SIGINT, signal.default_int_handler)  # as in a terminal, wherever this runs
    os.chdir(folder)
    with open("said", "w", buffering=1) as said:
        for stream in (1, 2): os.dup2(said.fileno(), stream)
    torch.set_num_threads(1)
    steps = []
    old = torch.optim.AdamW.step
    torch.optim.AdamW.step = lambda *args, **options: (steps.append(0), old(*args, **options))[1]
    arm(*fault)
    code = command(args)
    if fault[0] == "none": Path("steps").write_text(str(len(steps)))
    sys.exit(code)


# Faults from the outside, and what must be true after each. Each returns what was lost: nothing, if all is well.

class Bench:
    "Data, the trainings that nothing happened to, and a place for those that something happens to."

    def __init__(self, folder: Path):
        self.folder, self.number = folder, 0
        folder.chmod(0o755)
        self.context = multiprocessing.get_context("forkserver")
        self.context.set_forkserver_preload(["vitdfd.pretrain", "vitdfd.finetune", "vitdfd.cli", "tyro", "fault_table"])
        _draw(folder / "data")
        self.straight, self.seconds, self.stopped = {}, {}, {}
        for job in JOBS:
            began = time.monotonic()
            place = self.place(job)
            code, said = self.run(place, job)
            if code: raise RuntimeError(f"a training without a fault ended with {code}: {said}")
            self.straight[job], self.seconds[job] = place, time.monotonic() - began
            self.stopped[job] = self.place(job)  # the same, stopped after step 8: checkpoints of steps 4, 6 and 8, or 3, 6 and 8
            self.run(self.stopped[job], job, fault=("SIGTERM", 8))

    def place(self, job: str, like: Path | None = None) -> Path:
        "A new folder to run in, with the data, and with a copy of an earlier run."
        self.number += 1
        place = self.folder / f"{self.number:04d}-{job}"
        shutil.copytree(like or self.folder / "data", place if like else place / "data")
        return place

    def start(self, place: Path, job: str, workers: int = 0, fault: tuple[str, int] = ("none", 0), more: tuple = ()):
        "Begin a training, or go on with it."
        process = self.context.Process(target=child, args=([*arguments(job, "run", workers), *more], place, fault))
        process.start()
        return process

    def run(self, place: Path, job: str, workers: int = 0, fault: tuple[str, int] = ("none", 0), more: tuple = ()):
        "The same, to its end: exit code, and what it said."
        process = self.start(place, job, workers, fault, more)
        process.join(300)
        if process.exitcode is None:
            process.kill()
            return "hangs", (place / "said").read_text()
        return process.exitcode, (place / "said").read_text()

    def lost(self, place: Path, job: str, workers: int = 0, more: tuple = ()) -> str:
        "Give the same command again, and compare the end with that of a training that nothing happened to."
        kept = latest_checkpoint(place / "runs/run/checkpoints")
        code, said = self.run(place, job, workers, more=more)
        if code: return f"the restart ended with {code}: {said[-300:]}"
        steps, expected = int((place / "steps").read_text()), STEPS - (int(kept.stem[5:]) if kept else 0)
        if steps != expected: return f"{steps} steps were taken after the restart, not {expected}"
        return difference(place / "runs/run", self.straight[job] / "runs/run")


def _draw(data: Path) -> None:
    "A few faces to pretrain on, and a few real and fake ones."
    from torchvision.transforms.v2.functional import to_pil_image

    for i, face in enumerate(draw_faces(28, seed=6, size=32)):
        fake = self_blend(face.image, face.points, generator(6, i), strength=3).image
        split = "Train" if i < 8 else "Validation"
        homes = {"pretrain": face.image} if i < 16 else {}
        if i < 12: homes |= {f"finetune/{split}/REAL": face.image, f"finetune/{split}/FAKE": fake}
        for home, image in homes.items():
            (data / home).mkdir(parents=True, exist_ok=True)
            to_pil_image(image).save(data / home / f"{i:02d}.png")


def difference(run: Path, straight: Path) -> str:
    "What in a finished run is not as in another one."
    ends = [torch.load(latest_checkpoint(home / "checkpoints"), weights_only=True) for home in (run, straight)]
    for part in ("model", "optimizer", "scheduler", "ema", "random"):
        if not equal(ends[0][part], ends[1][part]): return f"{part} differs"
    files = [{path.relative_to(home) for path in home.rglob("*") if path.is_file()} for home in (run, straight)]
    files = [{f for f in some if f.parts[0] not in ("tensorboard", "checkpoints")} for some in files]
    files[0] -= {Path("diverged.json")}
    kept = [len(list(home.glob("checkpoints/*.pt"))) for home in (run, straight)]  # a stop writes one more, and an older one goes
    if kept[0] != kept[1]: return f"{kept[0]} checkpoints are kept and not {kept[1]}"
    if files[0] != files[1]: return f"files differ: {sorted(map(str, files[0] ^ files[1]))}"
    for file in files[0]:
        exact = file.suffix in (".png", ".safetensors") or file.parts[0] in ("best", "skipped.json")
        if exact and (run / file).read_bytes() != (straight / file).read_bytes(): return f"{file} differs"
    for name in ("log.csv", "epochs.csv"):
        rows = [[{**row, "images_per_s": 0} for row in read_rows(home / name)] for home in (run, straight)]
        if str(rows[0]) != str(rows[1]): return f"{name} differs"
    return ""


def equal(one: object, other: object) -> bool:
    "Whether two nested states are the same, to the last bit."
    if isinstance(one, torch.Tensor): return torch.equal(one, other)
    if isinstance(one, dict): return one.keys() == other.keys() and all(equal(one[k], other[k]) for k in one)
    if isinstance(one, (list, tuple)): return len(one) == len(other) and all(map(equal, one, other))
    return one == other


MOMENTS = ("before step", "after step", "in a checkpoint", "before a name", "after a name", "in a picture",
           "before a picture's name", "any time")


def kill(bench: Bench, rng: random.Random, job: str, workers: int, kills: int = 1) -> tuple[int, str]:
    "Kill a training, and again as it goes on: how often it was killed, and what was lost."
    place, killed = bench.place(job), 0
    while killed < kills:
        moment = rng.choice(MOMENTS)
        process = bench.start(place, job, workers, (moment, rng.randint(1, 1 if "picture" in moment else 4)))
        if moment == "any time":
            process.join(rng.uniform(0, bench.seconds[job]))
            process.kill()
        process.join(300)
        if process.exitcode != -signal.SIGKILL:
            if process.exitcode: return killed, f"ended with {process.exitcode}: {(place / 'said').read_text()[-300:]}"
            break  # it was done before its moment came
        killed += 1
    return killed, bench.lost(place, job, workers)


def _told(code: object, wanted: int, said: str, *words: str) -> str:
    "What is wrong with an exit code and a message."
    lines = [line for line in said.splitlines() if line.startswith("vitdfd: ")]
    if code != wanted: return f"exit code {code} and not {wanted}: {said[-300:]}"
    if wanted and (len(lines) != 1 or "Traceback" in said): return f"not one clear line: {said[-600:]}"
    missing = [word for word in words if word not in said]
    return f"the message lacks {missing}: {said[-300:]}" if missing else ""


def stop(bench: Bench, rng: random.Random, job: str, workers: int) -> str:
    "SIGTERM, SIGINT, or Ctrl-C that reaches the workers as well: step ended, checkpoint, line, exit code."
    kind, n, place = rng.choice(["SIGTERM", "SIGINT", "Ctrl-C"]), rng.randint(1, STEPS - 1), bench.place(job)
    code, said = bench.run(place, job, workers, (kind, n))
    at = f"step_{n:07d}.pt"
    wrong = _told(code, 143 if kind == "SIGTERM" else 130, said, f"after step {n} of {STEPS}", at, "the same command goes on")
    kept = latest_checkpoint(place / "runs/run/checkpoints")
    if not wrong and (kept is None or kept.name != at): wrong = f"no checkpoint of step {n}"
    return wrong or bench.lost(place, job, workers)


def stop_twice(bench: Bench, rng: random.Random, job: str, workers: int) -> str:
    "The second Ctrl-C ends at once, in the middle of a step."
    n, place = rng.randint(1, STEPS - 1), bench.place(job)
    code, said = bench.run(place, job, workers, ("Ctrl-C twice", n))
    wrong = _told(code, 130, said, "stopped at once")
    if not wrong and len(read_rows(place / "runs/run/log.csv")) != n - 1: wrong = "the step was not left at once"
    return wrong or bench.lost(place, job, workers)


def damage(bench: Bench, rng: random.Random, job: str, workers: int) -> str:
    "One flipped bit at any place of the newest checkpoint, or its end cut off anywhere."
    place = bench.place(job, like=bench.stopped[job])
    newest = latest_checkpoint(place / "runs/run/checkpoints")
    data = bytearray(newest.read_bytes())
    at = rng.randrange(len(data))
    if rng.random() < 0.5: data[at] ^= 1 << rng.randrange(8)
    else: del data[at:]
    newest.write_bytes(data)
    aside = newest.with_name(f"{newest.name}.damaged")
    code, said = bench.run(place, job, workers, ("before step", 1))
    if code != -signal.SIGKILL or f"{newest.name} is damaged" not in said: return f"not told: {code}, {said[-300:]}"
    if not aside.exists() or aside.read_bytes() != data: return "the damaged file was not kept"
    if int(latest_checkpoint(newest.parent).stem[5:]) != 6: return "the checkpoint before it was not used"
    return bench.lost(place, job, workers)


def _unhurt(place: Path, before: dict[str, bytes]) -> str:
    "The good checkpoints are those of before, and nothing half-written has a final name."
    now = {path.name: path for path in (place / "runs/run/checkpoints").glob("*.pt")}
    if not all(is_sealed(path) for path in now.values()): return "a checkpoint is half-written"
    newest = max(before)
    return "" if max(now) >= newest and newest in now and now[newest].read_bytes() == before[newest] else "a good checkpoint is gone"


def _checkpoints(place: Path) -> dict[str, bytes]:
    "The checkpoints that are there."
    return {path.name: path.read_bytes() for path in (place / "runs/run/checkpoints").glob("*.pt")}


def full(bench: Bench, rng: random.Random, job: str, workers: int) -> str:
    "The disk is full: at any size of a file, or at any file."
    place = bench.place(job, like=bench.stopped[job])
    before = _checkpoints(place)
    size = len(before[max(before)])
    fault = ("small", rng.randrange(size // 4, size - 2000)) if rng.random() < 0.5 else ("full", rng.randint(1, 8))
    code, said = bench.run(place, job, workers, fault)
    return _told(code, 2, said, "runs/run") or _unhurt(place, before) or bench.lost(place, job, workers)


def read_only(bench: Bench, rng: random.Random, job: str, workers: int) -> str:
    "The run's folder may not be written any more."
    place = bench.place(job, like=bench.stopped[job])
    (place / "said").chmod(0o666)
    before, folders = _checkpoints(place), [place / "runs/run", place / "runs/run/checkpoints"]
    for folder in folders: folder.chmod(0o555)
    code, said = bench.run(place, job, workers, ("read only", 0))
    for folder in folders: folder.chmod(0o755)
    return _told(code, 2, said, "Permission denied", "runs/run") or _unhurt(place, before) or bench.lost(place, job, workers)


def gone(bench: Bench, rng: random.Random, job: str, workers: int) -> str:
    "The photos vanish while the training runs."
    place = bench.place(job)
    code, said = bench.run(place, job, workers, ("gone", rng.randint(1, 4)))
    wrong = _told(code, 2, said, f"data/{job}/", ".png")
    if not wrong and "gone since the training began" not in said and "no such file" not in said: wrong = f"not told why: {said[-300:]}"
    (place / "away").rename(place / "data")
    return wrong or bench.lost(place, job, workers)


def diverge(bench: Bench, rng: random.Random, job: str, workers: int) -> str:
    "A loss that is NaN or infinite."
    place = bench.place(job, like=bench.stopped[job])
    before, n = _checkpoints(place), rng.randint(1, STEPS - 8)
    code, said = bench.run(place, job, workers, (rng.choice(["nan", "inf"]), n))
    wrong = _told(code, 2, said, f"step={8 + n}", "learning_rate=", f"data/{job}", ".png", "is kept: runs/run/checkpoints/step_")
    return wrong or _unhurt(place, before) or bench.lost(place, job, workers)


def memory(bench: Bench, rng: random.Random, job: str, workers: int) -> str:
    "More memory is asked for than there is."
    place = bench.place(job, like=bench.stopped[job])
    before, n = _checkpoints(place), rng.randint(1, STEPS - 8)
    code, said = bench.run(place, job, workers, ("memory", n))
    wrong = _told(code, 2, said, f"step {8 + n}", "lower batch_size=4: choose batch_size=2 with accumulate=2")
    return wrong or _unhurt(place, before) or bench.lost(place, job, workers)


def worker(bench: Bench, rng: random.Random, job: str, workers: int) -> str:
    "A worker is killed: the training goes on by itself."
    place = bench.place(job)
    code, said = bench.run(place, job, 2, ("worker", rng.randint(1, 4)))
    return _told(code, 0, said, "DataLoader worker", "is done again") or bench.lost(place, job, 2)


def hang(bench: Bench, rng: random.Random, job: str, workers: int) -> str:
    "A photo that never comes: the workers are started anew."
    place = bench.place(job)
    kind = rng.choice(["hang", "hang in an evaluation"]) if job == "finetune" else "hang"
    code, said = bench.run(place, job, 2, (kind, rng.randint(1, 4)), ("--patience", "2"))
    return _told(code, 0, said, "timed out", "is done again") or bench.lost(place, job, 2)


def hang_alone(bench: Bench, rng: random.Random, job: str, workers: int) -> str:
    "A photo that never comes, and no workers that could be started anew: the training ends and names it."
    place = bench.place(job)
    kind = rng.choice(["hang", "hang in an evaluation"]) if job == "finetune" else "hang"
    code, said = bench.run(place, job, 0, (kind, rng.randint(1, 4)), ("--patience", "2"))
    return _told(code, 2, said, "was not read in 2 s") or bench.lost(place, job, 0)


def twice(bench: Bench, rng: random.Random, job: str, workers: int) -> str:
    "The same training started a second time, while the first one runs."
    place = bench.place(job)
    first = bench.start(place, job, workers, ("wait", rng.randint(1, STEPS - 1)))
    _until((place / "waits").exists)
    before = sorted(_checkpoints(place))
    code, said = bench.run(place, job, workers)
    wrong = _told(code, 2, said, f"in use by process {first.pid}")
    if not wrong and before != sorted(_checkpoints(place)): wrong = "the second one wrote something"
    (place / "go").touch()
    first.join(300)
    return wrong or ("" if first.exitcode == 0 else f"the first one ended with {first.exitcode}") or bench.lost(place, job, workers)


FAULTS = {
    "SIGTERM or Ctrl-C, also to the workers, in any step": stop,
    "Ctrl-C twice, in any step": stop_twice,
    "newest checkpoint: one bit flipped or its end cut off, anywhere": damage,
    "disk full, at any file or size": full,
    "folder read-only": read_only,
    "dataset gone during the training": gone,
    "loss NaN or infinite": diverge,
    "out of memory": memory,
    "a loader worker killed": worker,
    "a photo that never comes (2 workers)": hang,
    "a photo that never comes (no workers)": hang_alone,
    "the same training started twice": twice,
}


def table(bench: Bench, rng: random.Random, times: int, kills: int) -> Iterator[tuple[str, int, int, list[str]]]:
    "Fault, times tried, times survived, what was lost."
    for job in JOBS:
        for workers in (0, 2):
            tried, losses = 0, []
            while tried < kills // 4:
                count, lost = kill(bench, rng, job, workers, kills=min(5, kills // 4 - tried))
                tried += count
                losses += [lost] * bool(lost)
            yield f"kill -9 of {job}, {workers} loader workers, at any moment", tried, tried - len(losses), losses
    for name, fault in FAULTS.items():
        losses = [lost for i in range(times) if (lost := fault(bench, rng, JOBS[i % 2], rng.choice([0, 2])))]
        yield name, times, times - len(losses), losses


def written(rows: list[tuple[str, int, int, list[str]]], args: argparse.Namespace) -> str:
    "The table as Markdown."
    lines = [f"| {name} | {tried} | {survived} | {'; '.join(sorted(set(losses))) or 0} |" for name, tried, survived, losses in rows]
    here = environment()
    return "\n".join([
        "# What a fault costs", "",
        f"Made by `python tools/fault_table.py --times {args.times} --kills {args.kills} --seed {args.seed}`",
        f"on {here['cpus']} cores ({here['device_name']}), vitdfd at {here['commit']}, torch {here['torch']}.",
        "Each training is a process that runs the command line with a tiny model and 12 steps. *Survived* means: the process ended",
        "as it should (message, exit code, checkpoints whole), the same command went on from the last good checkpoint, and at the",
        "end weights, averages, optimiser, random state, logs, pictures and the saved model equal those of a training that nothing",
        "happened to, bit for bit.", "",
        "| fault | times tried | times survived | lost |", "|---|---:|---:|---|", *lines, ""])


def main() -> None:
    "Run all faults; exit with 1 if anything was lost."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=10, help="of each fault but the kills")
    parser.add_argument("--kills", type=int, default=100, help="in all")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "faults.md")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        rows = []
        for row in table(Bench(Path(folder)), random.Random(args.seed), args.times, args.kills):
            rows.append(row)
            print(*row, flush=True)
            args.out.write_text(written(rows, args), encoding="utf-8")
    sys.exit(any(losses for *_, losses in rows))


if __name__ == "__main__": main()
