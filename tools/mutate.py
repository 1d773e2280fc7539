"""Would the tests notice? Break one load-bearing line of the package at a time, and run the lesson that should fail.

Each mutant is a copy of the tree with one line changed. Its lesson runs in package mode, cell by cell, until one fails;
the same cells must pass with the line as it is. Ends with exit code 1 where a mutant was not noticed. Needs os.fork: Linux or macOS.

    python tools/mutate.py                 # all, minutes; writes benchmarks/mutations.md after every mutant
    python tools/mutate.py masking vit     # of some modules; writes nothing
"""
import argparse
import linecache
import os
import re
import shutil
import signal
import sys
import tempfile
import traceback
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

import nbformat
from run_lessons import ROOT, in_package_mode

TABLE = ROOT / "benchmarks" / "mutations.md"
SKIP = re.compile(r"^#\|\s*(slow|cuda|download)\b", re.M)
LIMIT = 900  # s for one lesson; a mutant that hangs counts as noticed by the clock


class Mutant(NamedTuple):
    "One broken line."
    module: str
    what: str    # what is broken, for people
    old: str     # stands once in the module
    new: str
    lesson: str  # who should notice


MUTANTS = [
    Mutant("masking", "mask convention: True = visible", "Masked(order[:, :visible], restore, restore >= visible)",
           "Masked(order[:, :visible], restore, restore < visible)", "20_masking"),
    Mutant("masking", "the shuffle is not undone", "restore = order.argsort(1)", "restore = order", "20_masking"),
    Mutant("patches", "colours before pixels in a patch", '"b c (gh p1) (gw p2) -> b (gh gw) (p1 p2 c)"',
           '"b c (gh p1) (gw p2) -> b (gh gw) (c p1 p2)"', "10_patches"),
    Mutant("patches", "rows and columns of a patch swapped", '"b (gh gw) (p1 p2 c) -> b c (gh p1) (gw p2)"',
           '"b (gh gw) (p2 p1 c) -> b c (gh p1) (gw p2)"', "10_patches"),
    Mutant("positions", "x and y swapped", 'torch.cat([_sincos(x.flatten(), d // 2), _sincos(y.flatten(), d // 2)], dim=1)',
           'torch.cat([_sincos(y.flatten(), d // 2), _sincos(x.flatten(), d // 2)], dim=1)', "11_positions"),
    Mutant("attention", "attention without its scale", "F.scaled_dot_product_attention(q, k, v)",
           "F.scaled_dot_product_attention(q, k, v, scale=1.0)", "12_attention"),
    Mutant("attention", "keys in the place of values", "q, k, v = self._split(x)", "q, v, k = self._split(x)", "12_attention"),
    Mutant("vit", "one block too few is frozen", "self.frozen = 0 if last is None else 1 + len(self.blocks) - last",
           "self.frozen = 0 if last is None else len(self.blocks) - last", "13_vit"),
    Mutant("vit", "the mean includes the class token", "tokens[:, 1:].mean(dim=1))", "tokens.mean(dim=1))", "13_vit"),
    Mutant("vit", "weights are loaded without a check", "    if wrong:\n", "    if False:\n", "13_vit"),
    Mutant("vit", "pickles may run code", "weights_only=True", "weights_only=False", "../tests/test_strangers.py"),
    Mutant("detector",
           "the class order is assumed", 'self(x), x)[:, self.classes.index("FAKE")]', "self(x), x)[:, 0]", "14_detector"),
    Mutant("detector", "multiplied by the temperature", "(self.judged(logits, x) / self.temperature)",
           "(self.judged(logits, x) * self.temperature)", "14_detector"),
    Mutant("detector", "one member is asked twice", "for network, view in asked[1:])", "for network, view in asked)", "14_detector"),
    Mutant("detector", "the mask head reads the class token", "self.vit.norm(tokens[:, 1:])).reshape",
           "self.vit.norm(tokens[:, :-1])).reshape",
           "14_detector"),
    Mutant("detector", "FAKE below the threshold", "p_fake > self.threshold", "p_fake < self.threshold", "51_predict"),
    Mutant("mim", "loss on every patch", "return (per_patch * mask).sum() / mask.sum()", "return per_patch.mean()", "21_mim"),
    Mutant("mim", "patches not normalised", "target = target - target.mean(-1, keepdim=True)",
           "target = target + 0", "21_mim"),
    Mutant("mim", "decoder without positions", "patches = patches + sincos_positions(grid, self.width).to(patches)",
           "patches = patches + 0", "21_mim"),
    Mutant("mim", "visible tokens with the wrong positions", "gather_visible(self._positions(grid).expand(b, -1, -1), masked.keep)",
           "self._positions(grid).expand(b, -1, -1)[:, :v]", "21_mim"),
    Mutant("mim", "the encoder sees what is hidden", "patches.masked_fill(hidden, 0)", "patches", "21_mim"),
    Mutant("gradcam", "off by one in the map", "self._tokens.detach()[:, first:].float(), gradient[:, first:].float()",
           "self._tokens.detach()[:, :len(self._tokens[0]) - first].float(), gradient[:, first:].float()", "40_gradcam"),
    Mutant("gradcam", "negative heat is kept", ".relu().unflatten(1, grid)", ".abs().unflatten(1, grid)", "40_gradcam"),
    Mutant("scores", "threshold: the wrong side", 'found = 1 - np.searchsorted(fakes, candidates, side="right")',
           'found = np.searchsorted(fakes, candidates, side="right")', "15_scores"),
    Mutant("scores", "temperature the wrong way up", "-margin / temperature).mean()", "-margin * temperature).mean()", "15_scores"),
    Mutant("checkpoints", "random state not restored", '_set_random_state(saved["random"])', "pass", "19_checkpoints"),
    Mutant("checkpoints", "a damaged checkpoint is taken", "        if is_sealed(path):", "        if True:", "19_checkpoints"),
    Mutant("core", "a file gets its name before it is whole", "temporary = Path(folder) / path.name", "temporary = path", "00_core"),
    Mutant("core",
           "unknown settings are passed over",
           'check(not unknown, f"{cls.__name__} has', 'check(True, f"{cls.__name__} has', "00_core"),
    Mutant("crops",
           "boxes are not scaled back", '(float(v) / scale for v in f["box"])', '(float(v) for v in f["box"])', "08_crops"),
    Mutant("faces", "a decoder may swallow the alarm", "if rang: raise late()", "if False: raise late()", "04_faces"),
    Mutant("faces", "16 bits cut off", "(grey / 257).round()", "(grey % 256).round()", "04_faces"),
    Mutant("faces", "photos not turned upright", "return ImageOps.exif_transpose(image)", "return image", "04_faces"),
    Mutant("faces", "REAL before FAKE", "FAKE, REAL = 0, 1", "FAKE, REAL = 1, 0", "04_faces"),
    Mutant("faces", "a group on two sides", "os.fsencode(group(path))", "os.fsencode(path)", "04_faces"),
    Mutant("batches", "resumed at the start of the epoch", "first = place * self.batch_size",
           "first = (step - self.start) * self.batch_size",
           "07_batches"),
    Mutant("batches", "a real photo counts as of unknown mask", "0.0 if label == REAL else torch.nan", "torch.nan", "07_batches"),
    Mutant("clips", "a frame too late", "bisect_left(shown, frame.pts) if shown",
           "1 + bisect_left(shown, frame.pts) if shown", "08a_clips"),
    Mutant("sources", "a metadata file may leave its folder", 'check(not part.is_absolute() and ".." not in part.parts',
           "check(True", "../tests/test_strangers.py"),
    Mutant("hybrid", "a folded norm loses its activation", "setattr(module, after, norm.act)", "setattr(module, after, nn.Identity())",
           "10a_hybrid"),
    Mutant("faults", "a buried loader worker is not seen", "if not worker.is_alive(): raise", "if False: raise", "19a_faults"),
]


def tree(home: Path, mutant: Mutant | None) -> None:
    "A copy of what lessons need, with one line broken."
    for name in ("nbs", "vitdfd", "tests", "tools"):
        shutil.copytree(ROOT / name, home / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
    (home / "models").symlink_to(ROOT / "models")
    if mutant is None: return
    path = home / "vitdfd" / f"{mutant.module}.py"
    text = path.read_text(encoding="utf-8")
    times = text.count(mutant.old)
    if times != 1: sys.exit(f"{mutant.module}: {mutant.old!r} stands there {times} times, wanted once")
    path.write_text(text.replace(mutant.old, mutant.new), encoding="utf-8")


def cells(home: Path, lesson: str) -> list[str]:
    "What is run, in order: the cells of a lesson, or a test file as one."
    if lesson.endswith(".py"):
        options = ["-q", "-x", f"{home}/nbs/{lesson}", "-p", "no:cacheprovider", "-k", "not command_line"]
        return [f"import pytest\nif pytest.main({options}): raise SystemExit('failed')"]
    nb = in_package_mode(nbformat.read(home / "nbs" / f"{lesson}.ipynb", as_version=4))
    return ["" if SKIP.search(c.source) or c.cell_type != "code" else c.source for c in nb.cells]


def run(home: Path, lesson: str, last: int) -> int:
    "Run the cells up to `last`; exit code: 255 = all passed, else the number of the cell that failed; its reason is in `failed`."
    os.chdir(home / "nbs")
    sys.path.insert(0, str(home))
    os.environ["PYTHONPATH"] = str(home)  # of processes that a lesson starts
    space = {"__name__": "__main__"}
    for number, source in enumerate(cells(home, lesson)[:last + 1]):
        name = f"cell {number}"
        linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name  # inspect.getsource finds it there
        try: exec(compile(source, name, "exec"), space)
        except BaseException as error:  # whatever it is, it was noticed
            lines = [f.lineno for f in traceback.extract_tb(error.__traceback__) if f.filename == name]
            line = source.splitlines()[lines[0] - 1].strip() if lines else ""
            (home / "failed").write_text(f"{line}\n{type(error).__name__}", encoding="utf-8")
            return number
    return 255


def outcome(mutant: Mutant | None, lesson: str, last: int = 254) -> tuple[int, str, str]:
    "Cell that failed (255: none), its line, its error; in a process of its own, which starts with the slow imports done."
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        tree(home, mutant)
        child = os.fork()
        if child == 0:
            null = os.open(os.devnull, os.O_WRONLY)
            for stream in (1, 2): os.dup2(null, stream)
            os._exit(run(home, lesson, last))
        signal.signal(signal.SIGALRM, lambda *_: os.kill(child, signal.SIGKILL))  # of this process: a lesson has its own alarms
        signal.alarm(LIMIT)
        status = os.waitpid(child, 0)[1]
        signal.alarm(0)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)  # the next child starts without it
        if os.WIFSIGNALED(status): return 0, f"signal {os.WTERMSIG(status)}", "stopped"
        line, error = (home / "failed").read_text(encoding="utf-8").split("\n") if os.WEXITSTATUS(status) < 255 else ("", "")
        return os.WEXITSTATUS(status), line, error


def write(rows: list[tuple[Mutant, tuple[int, str, str]]], sound: str) -> None:
    "The table."
    cell = lambda text: "`" + re.sub(r"\s+", " ", text).strip()[:90].replace("|", "\\|") + "`"
    lines = ["# One broken line at a time", "",
             f"Made by `python tools/mutate.py`: {len(rows)} lines of the package were broken, one at a time, and the lesson of "
             f"that line was run against the package; {sum(found[0] < 255 for _, found in rows)} were noticed. {sound}",
             "", "| module | what was broken | the line | noticed by | the test |", "|---|---|---|---|---|"]
    for m, (number, line, error) in rows:
        where = Path(m.lesson).name if m.lesson.endswith(".py") else f"{m.lesson}, cell {number}"
        test = "a failed test" if m.lesson.endswith(".py") else f"{cell(line)} ({error})"
        lines.append(f"| {m.module} | {m.what} | {cell(m.old)} | " + (f"{where} | {test} |" if number < 255 else "**nobody** | |"))
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    "Break, run, write; then make sure that the same cells pass as they are."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", help="whose lines to break; all, where none is named")
    modules = parser.parse_args().modules
    if unknown := set(modules) - {m.module for m in MUTANTS}: parser.error(f"no line to break in {', '.join(unknown)}")
    os.environ.update(OMP_NUM_THREADS="1", MPLBACKEND="agg", PYTHONDONTWRITEBYTECODE="1")
    for slow in ("matplotlib.pyplot", "nbdev", "pytest", "sklearn.metrics", "timm", "torchvision"): import_module(slow)

    chosen = [m for m in MUTANTS if not modules or m.module in modules]
    rows, last = [], {}
    for mutant in chosen:
        found = outcome(mutant, mutant.lesson)
        rows.append((mutant, found))
        if found[0] < 255: last[mutant.lesson] = max(found[0], last.get(mutant.lesson, 0))
        print(f"{mutant.module:12s} {mutant.what:45s} {'noticed' if found[0] < 255 else 'NOT NOTICED'} {found}", flush=True)
        if not modules: write(rows, "Whether the same cells pass with the line as it is has not been checked yet.")
    sound = {lesson: outcome(None, lesson, cell) for lesson, cell in last.items()}
    broken = {lesson: found for lesson, found in sound.items() if found[0] < 255}
    missed = [m.what for m, found in rows if found[0] == 255]
    same = "The same cells pass with the line as it is."
    if not modules: write(rows, f"With the line as it is these fail too: {', '.join(broken)}." if broken else same)
    if broken: print(f"these fail without any change, so they prove nothing: {broken}")
    if missed: print(f"not noticed: {', '.join(missed)}")
    sys.exit(1 if broken or missed else 0)


if __name__ == "__main__": main()
