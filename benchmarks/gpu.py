"""How much of a GPU does a training step use? Its work is counted on any machine; where there is a GPU it is timed as well, and
so are inference and heat maps.

    pip install -r benchmarks/requirements.txt
    python benchmarks/gpu.py --peak 989    # TFLOPS of the card in bf16, without sparsity, from its data sheet; an H100 has 989

Writes benchmarks/gpu.md. The images lie on the card, in batches of 256; contenders take turns. --quick tries the timing with tiny
models on whatever is there, and prints it.
"""
import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import torch
from costs import per_core
from speed import finetune_work, heatmap_work, in_turns, inference_work, mim_work, versions
from torch.utils.flop_counter import FlopCounterMode

from vitdfd.core import atomic, load_json
from vitdfd.recompute import find_blocks

PAGE = Path(__file__).with_suffix(".md")
BATCH, ROUNDS = 256, 10


def steps_of(preset: str) -> dict[str, Callable]:
    "Name of a training step -> (batch, device) to its contenders."
    return {f"fine-tuning, {preset}, all trained": partial(finetune_work, preset, None),
            f"pretraining, MAE, {preset}, 75% hidden, decoder 8 × 512": partial(mim_work, preset)}


def passes_of(preset: str, small: str) -> dict[str, tuple[int, Callable]]:
    "Name of a pass without training -> images in it, and device to its contenders."
    return {f"inference, {preset}, batch 1": (1, partial(inference_work, preset, 1)),
            f"inference, {preset}, batch 64": (64, partial(inference_work, preset, 64)),
            f"prediction and heat map, {small}, batch 64": (64, partial(heatmap_work, small, 64))}


def count(work: Callable) -> tuple[float, int]:
    "Of our step: floating-point operations for one image, forward and backward (products, convolutions, attention), and weights."
    step = work(2, "cpu")["vitdfd"]()
    with FlopCounterMode(display=False) as counter: step()
    return counter.get_total_flops() / 2, sum(p.numel() for p in step.args[0].parameters())


def counted(peak: float) -> list[str]:
    "What can be said without a GPU: the work of a step, and what would feed a card that is half used."
    measured = load_json(PAGE.with_name("speed.json"))
    read, cached = (per_core(measured, case) for case in ("reading", "reading-cached"))
    lines = ["| step | TFLOP | weights, gradients, AdamW: GB | its images: GB | images/s at 50% of the peak | cores that read JPEG | "
             "cores that read the cache |", "|---|---|---|---|---|---|---|"]
    for name, work in steps_of("base").items():
        flops, weights = count(work)
        rate = peak * 1e12 / 2 / flops
        lines.append(f"| {name} | {BATCH * flops / 1e12:.1f} | {16 * weights / 1e9:.1f} | {BATCH * 3 * 224**2 * 4 / 1e9:.2f} | "
                     f"{rate:,.0f} | {rate / read:.1f} | {rate / cached:.1f} |")
    return lines


def compiled(make: Callable) -> Callable:
    "The same step with `--compile`."
    step = make()
    for block in find_blocks(step.args[0]): block.compile()
    return step


def clock(device: str) -> float:
    "Now, after all that the card was asked to do, s."
    if device == "cuda": torch.cuda.synchronize()
    return time.perf_counter()


def contest(makers: dict[str, Callable], images: int, rounds: int, device: str) -> dict[str, list]:
    "Contender -> cells: first run, median, spread, images per second, times ours; and its median, s."
    now, steps, first = partial(clock, device), {who: make() for who, make in makers.items()}, {}
    for who, step in steps.items():
        began = now()
        step()
        first[who] = now() - began
    times, cells = in_turns(steps, rounds, now), {}
    for who, seconds in times.items():
        ratio = median(t / o for t, o in zip(seconds, times["vitdfd"]))
        low, mid, high = min(seconds), median(seconds), max(seconds)
        cells[who] = [f"{first[who]:.1f}", f"{1000 * mid:.1f}", f"{1000 * low:.1f} .. {1000 * high:.1f}", f"{images / mid:.0f}",
                      f"{ratio:.2f}", mid]
    return cells


def timed(preset: str, small: str, batch: int, rounds: int, device: str, peak: float) -> list[str]:
    "Times of the steps and of the passes without training, beside others."
    head = "| work | who | first, s | median, ms | spread, ms | images/s | times ours |"
    lines = [f"{head} share of the peak |", "|---|---|---|---|---|---|---|---|"]
    for name, work in steps_of(preset).items():
        makers, flops = work(batch, device), count(work)[0]
        makers = {"vitdfd": makers["vitdfd"], "vitdfd --compile": partial(compiled, makers["vitdfd"])} | makers
        for who, (*cells, mid) in contest(makers, batch, rounds, device).items():
            lines.append(f"| {' | '.join([name, who, *cells])} | {batch * flops / mid / peak / 1e12:.0%} |")
    lines += ["", head, "|---|---|---|---|---|---|---|"]
    for name, (images, contenders) in passes_of(preset, small).items():
        for who, (*cells, _) in contest(contenders(device), images, rounds, device).items():
            lines.append(f"| {' | '.join([name, who, *cells])} |")
    return lines


def main() -> None:
    "Count, time where there is a GPU, and write the page."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--peak", type=float, default=989.0, help="of the card in bf16, TFLOPS")
    parser.add_argument("--quick", action="store_true", help="does the timing run? Nothing is written")
    options = parser.parse_args()
    device = "cuda" if torch.cuda.is_available() else "cpu"
    if options.quick:
        print("\n".join(timed("tiny", "tiny", 2, 1, device, options.peak)))
        return
    missing = "**Not measured**, since no GPU was at hand: these steps, inference (batches of 1 and 64), heat maps."
    times = [missing] if device == "cpu" else [
        f"On {torch.cuda.get_device_name()}. {versions()}. The first step of `--compile` is its warm-up.", "",
        *timed("base", "tiny", BATCH, ROUNDS, device, options.peak)]
    text = "\n".join([
        "# A training step on a GPU", "",
        f"Made by `python benchmarks/gpu.py --peak {options.peak:g}`, with the rates of reading in [speed.md](speed.md). "
        f"Batches of {BATCH} images of 224 px; the aim is half of a card's peak, here {options.peak:g} TFLOPS in bf16.", "",
        "## Counted", "", *counted(options.peak), "",
        "`--workers` says how many processes read, a core each; the cache (`--cache FOLDER`) serves from the second epoch on.", "",
        "## Timed", "", *times, ""])
    print(text)
    with atomic(PAGE) as path: path.write_text(text, encoding="utf-8")


if __name__ == "__main__": main()
