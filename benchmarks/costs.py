"""What two large jobs would cost, from the rates that benchmarks/speed.py has measured.

    python benchmarks/costs.py

Writes benchmarks/costs.md: the faces of the whole DFDC (128,154 videos, 470 GB), and a hundred million photos judged.
"""
import tempfile
from pathlib import Path
from statistics import median

from PIL import Image
from speed import draw_photos

from vitdfd.core import atomic, load_json
from vitdfd.scale import Stage, cost_table

HERE = Path(__file__).parent
VIDEOS, CROPS, PHOTOS = 128_154, 16, 100_000_000
LARGER = (1920 * 1080) / (1280 * 720)  # a frame of the DFDC, in frames of the measured film


def per_core(measured: dict, case: str) -> float:
    "Units of work per second of one core."
    found = measured["cases"][case]
    cores = 1 if measured["busy"] or case == "reading" else measured["threads"]
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


def main() -> None:
    "Divide, and write the page."
    measured = load_json(HERE / "speed.json")
    png, jpeg = bytes_of(".png", {}), bytes_of(".jpg", {"quality": 90})
    read, judge, heat = (per_core(measured, case) for case in ("reading", "infer-64", "heatmap-64"))
    crops = VIDEOS * CROPS
    dfdc = [Stage("videos to crops (`vitdfd prepare`)", VIDEOS, per_core(measured, "video") / CROPS / LARGER, CROPS * png),
            Stage("crops read", crops, read), Stage("crops judged, tiny", crops, judge)]
    photos = [Stage("photos read", PHOTOS, read, jpeg), Stage("photos judged, tiny", PHOTOS, judge)]
    explained = [Stage("photos read", PHOTOS, read, jpeg), Stage("photos judged, with a heat map each", PHOTOS, heat)]
    text = f"""# What large jobs cost

Made by `python benchmarks/costs.py` from the rates in [speed.md](speed.md), measured on {measured["machine"]}{
    ", which was shared with other work (processor time)" if measured["busy"] else ""}. Nothing here was run at this size.

## The whole DFDC: {VIDEOS:,} videos, 470 GB, {CROPS} crops of each

{cost_table(dfdc)}

A film of the DFDC has frames of 1920 × 1080 px; the measured one has 1280 × 720, so its time is multiplied by {LARGER:.2f}. The disk
also holds the 470 GB of the videos. Crops are PNG, while the rate of reading is that of JPEG.
Over a line of 1 Gbit/s these arrive in {470e9 * 8 / 1e9 / 3600:.1f} hours.

## {PHOTOS:,} photos, already cropped to 256 px

{cost_table(photos)}

And with a heat map of each:

{cost_table(explained)}

GB of photos: JPEG of quality 90; crops: PNG, as `prepare` writes them. Sizes are those of drawn faces ({jpeg / 1000:.0f} and
{png / 1000:.0f} kB); real ones differ. GPU-hours: not measured.

The first bottleneck is the line with the most core-hours. `vitdfd prepare --workers N` uses N cores of one machine; several machines
take a part of the folder each.
"""
    with atomic(HERE / "costs.md") as path: path.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__": main()
