"""What two large jobs would cost, from the rates that benchmarks/speed.py has measured.

    python benchmarks/costs.py

Writes benchmarks/costs.md: the faces of the whole DFDC (128,154 videos, some 500 GB), and a hundred million photos judged.
"""
import tempfile
from pathlib import Path
from statistics import median

import torch
from PIL import Image
from speed import draw_photos
from torch.utils.flop_counter import FlopCounterMode

from vitdfd.core import atomic, load_json
from vitdfd.detector import Detector
from vitdfd.jobs import shipped
from vitdfd.scale import Stage, cost_table

HERE = Path(__file__).parent
VIDEOS, CROPS, PHOTOS = 128_154, 16, 100_000_000
FILMS = 470e9 * VIDEOS / 119_154  # bytes: those for training, 119,154, have 470 GB; the others are taken to be as large
LARGER = (1920 * 1080) / (1280 * 720)  # a frame of the DFDC, in frames of the measured film
PASSES = 4  # of models/photos: two networks, each sees a face and its mirror image
LINE, PEAK, CORES = 1e9 / 8, 989e12, 64  # bytes/s of the network; FLOPS of a card in bf16; cores of the example


def per_core(measured: dict, case: str) -> float:
    "Units of work per second of one core."
    found = measured["cases"][case]
    cores = 1 if measured["busy"] or case.startswith("reading") else measured["threads"]
    return found["images"] / median(found["seconds"]["vitdfd"]) / cores


def bytes_of(suffix: str, options: dict) -> float:
    "Size of a drawn face of 256 px on the disk."
    with tempfile.TemporaryDirectory() as name:
        draw_photos(Path(name), 16)
        sizes = []
        for path in sorted(Path(name).rglob("*.jpg")):
            Image.open(path).save(file := path.with_suffix(suffix), **options)
            sizes.append(file.stat().st_size)
    return median(sizes)


def flops() -> float:
    "Floating-point operations with which models/photos judges a face."
    detector = Detector.from_pretrained(shipped("photos")).eval()
    size = detector.transform.size
    with FlopCounterMode(display=False) as counter, torch.no_grad(): detector.fake_probability(torch.zeros(1, 3, size, size))
    return counter.get_total_flops()


def first(stages: list[Stage], arriving: float) -> str:
    "What such a job waits for on the example's machine."
    slowest = max(stages, key=lambda stage: stage.core_hours)
    hours = slowest.core_hours / CORES
    if arriving > hours: return f"On {CORES} cores the network is the first bottleneck, and then: {slowest.name}, {hours:.1f} hours."
    return f"On {CORES} cores the first bottleneck is: {slowest.name}, {hours:.1f} hours."


def main() -> None:
    "Divide, and write the page."
    measured = load_json(HERE / "speed.json")
    png, jpeg = bytes_of(".png", {}), bytes_of(".jpg", {"quality": 90})
    read, judge, heat = per_core(measured, "reading"), per_core(measured, "infer-hybrid-16") / PASSES, per_core(measured, "heatmap-64")
    crops, work = VIDEOS * CROPS, flops()
    card = work / (PEAK / 2) / 3600  # hours of a card that is half used, for one face
    dfdc = [Stage("videos to crops (`vitdfd prepare`)", VIDEOS, per_core(measured, "video") / CROPS / LARGER, CROPS * png),
            Stage("crops read", crops, read), Stage("crops judged by `models/photos`", crops, judge)]
    photos = [Stage("photos read", PHOTOS, read, jpeg), Stage("photos judged by `models/photos`", PHOTOS, judge)]
    explained = [Stage("photos read", PHOTOS, read, jpeg), Stage("judged by a tiny ViT, with a heat map each", PHOTOS, heat)]
    fetched = FILMS / LINE / 3600, PHOTOS * jpeg / LINE / 3600
    text = f"""# What large jobs cost

Made by `python benchmarks/costs.py` from the rates in [speed.md](speed.md), measured on {measured["machine"]}{
    ", which was shared with other work (processor time)" if measured["busy"] else ""}. Nothing here was run at this size.

## The whole DFDC: {VIDEOS:,} videos, {FILMS / 1e9:.0f} GB, {CROPS} crops of each

{cost_table(dfdc)}

A film of the DFDC has frames of 1920 × 1080 px; the measured one has 1280 × 720, so its time is multiplied by {LARGER:.2f}. The disk
also holds the {FILMS / 1e9:.0f} GB of the videos (470 GB are those of the training part, 119,154 videos; the rest is taken to be
as large). Crops are PNG, while the rate of reading is that of JPEG.
Over a line of 1 Gbit/s the videos arrive in {fetched[0]:.1f} hours. {first(dfdc, fetched[0])}

## {PHOTOS:,} photos, already cropped to 256 px

{cost_table(photos)}

Over a line of 1 Gbit/s they arrive in {fetched[1]:.1f} hours. {first(photos, fetched[1])}

And with a heat map of each:

{cost_table(explained)}

GB of photos: JPEG of quality 90; crops: PNG, as `prepare` writes them. Sizes are those of drawn faces ({jpeg / 1000:.0f} and
{png / 1000:.0f} kB); real ones differ. `models/photos` makes {PASSES} passes for a face.

**GPU-hours** are counted, not measured: {work / 1e9:.1f} GFLOP for a face, on a card that is half used ({PEAK / 2e12:.0f} TFLOPS in
bf16), are {crops * card:.2f} hours for the crops of the DFDC and {PHOTOS * card:.1f} for the photos; it waits for the cores that read.

`vitdfd prepare --workers N` uses N cores of one machine, `--engine ray` those of several.
"""
    with atomic(HERE / "costs.md") as path: path.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__": main()
