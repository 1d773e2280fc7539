"""What each part of the recipe behind models/photos brings: each alone, and all together, in one table.

    python benchmarks/ablation.py --data FOLDER --imagenet FILE       # trains what has no result yet, then writes ablation.md
    python benchmarks/ablation.py --table                             # ablation.md from the committed results alone

FOLDER and FILE are those of photos.py. Each training leaves benchmarks/ablation/<row>_<seed>.json; --only and --seeds choose which.
"""
import argparse
import json
import time
from pathlib import Path
from statistics import mean, stdev

import torch
from photos import SETS, Photographs, mixup, training_photos, validation_auc
from photos_card import held_out
from torch import Tensor
from torchvision.transforms import v2
from tqdm import tqdm

from vitdfd.batches import Degraded, Faces
from vitdfd.config import FinetuneConfig, ViTConfig
from vitdfd.core import save_json, seed_everything
from vitdfd.detector import Detector
from vitdfd.faces import REAL, find_split
from vitdfd.finetune import detection_loss
from vitdfd.hybrid import load_imagenet
from vitdfd.schedule import param_groups
from vitdfd.train import train
from vitdfd.vit import read_weights

SIDE = 128  # px
RESULTS = Path(__file__).parent / "ablation"
PARTS = {  # what is added to a hybrid ViT from ImageNet that sees photos and their mirror images
    "damage": "half of the photos damaged: JPEG, blur, scaling, noise",
    "zoom": "zoomed pieces of six photos in ten",
    "twins": "forged twins of real photos",
    "masks": "a second loss, patch by patch, where the forged place is known",
    "mixup": "mixup in half of the batches",
    "smoothing": "labels smoothed by 0.05",
    "average": "weights averaged over some hundred steps (EMA 0.99)",
}
ROWS = {"none": (), **{part: (part,) for part in PARTS}, "all": tuple(PARTS)}
COLUMNS = {"stylegan": "StyleGAN", "stylegan_degraded": "damaged", "parts": "spliced", "parts_degraded": "damaged",
           "self-blended": "self-blended", "face swapped": "face swapped"}


class WithoutTwins(Photographs):
    "The photos of both sets as they are; CelebA is there for its twins alone."

    def __len__(self) -> int:
        return len(self.photos)


def training_set(parts: tuple[str, ...], config: FinetuneConfig, data: Path) -> Photographs:
    "The training photos with those parts of the recipe that are about photos."
    photos, more = training_photos(data, Path(config.runs))
    damage = 0.5 if "damage" in parts else 0.0
    if "twins" in parts:
        faces = Photographs(photos, more, config, damage)
    else:  # a real photo without its points brings no twin
        faces = WithoutTwins([p._replace(points=None) if p.label == REAL else p for p in photos], more, config, damage)
    if "zoom" not in parts: faces.zoom = v2.Identity()
    return faces


def trained(row: str, seed: int, options: argparse.Namespace) -> dict:
    "One training and what it reached after the last epoch."
    parts = ROWS[row]
    seed_everything(seed)
    model = ViTConfig(image_size=SIDE, patch_size=32, depth=4, stem="hybrid", drop_path=0.1, dropout=0.1)
    config = FinetuneConfig(
        name=f"ablation_{row}_{seed}", runs=str(options.runs), model=model, epochs=2 if "twins" in parts else 3, batch_size=24,
        lr=6e-4, ema=0.99 if "average" in parts else 0.0, layer_decay=1.0, workers=1, save_every=200, seed=seed, precision="fp32")
    detector = Detector(model, config.transform)
    load_imagenet(detector.vit.patch_embed, read_weights(options.imagenet))
    faces, images = training_set(parts, config, options.data), 0

    def loss_fn(model: Detector, batch: dict, generator: torch.Generator) -> tuple[Tensor, dict]:
        nonlocal images
        images += len(batch["label"])
        batch = mixup(batch) if "mixup" in parts else batch
        return detection_loss(model, batch, 0.05 * ("smoothing" in parts), 0.5 * ("masks" in parts))

    groups = param_groups(detector, config.lr, config.weight_decay, config.layer_decay)
    run, began = Path(config.runs) / config.name, time.process_time()
    fresh = not run.exists()
    with tqdm(desc=config.name, mininterval=20) as bar:
        for event in train(detector, faces, loss_fn, config, run, groups):
            bar.total, bar.n = event.steps, event.step
            bar.set_postfix(loss=f"{event.loss:.3f}")
    spent = {"cpu_minutes": round((time.process_time() - began) / 60, 1), "images": images}
    counted = spent if fresh else {}  # of a run that went on only a part was counted
    return {"row": row, "seed": seed, **counted, **validated(event.model, config, options.data)}


def validated(detector: Detector, config: FinetuneConfig, data: Path) -> dict[str, float]:
    "AUC of FAKE on each set of `COLUMNS`."
    checks: dict[str, Faces] = {}
    for name in SETS:
        files = find_split(data / name, "Validation")
        checks[name] = Faces(files.paths, files.labels, transform=config.transform)
        checks[f"{name}_degraded"] = Degraded(files.paths, files.labels, transform=config.transform)
    for name, (images, labels) in held_out(data, Path(config.runs)).items():
        checks[name] = Faces(images, labels, transform=config.transform)
    return {name: auc for name, auc in validation_auc(detector, checks, 0).items() if name != "validation_auc"}


def _spread(values: list[float]) -> str:
    return f"{mean(values):.3f}" + (f" ± {stdev(values):.3f}" if len(values) > 1 else "")


def table() -> str:
    "Every result: mean and spread over the seeds."
    results = [json.loads(path.read_text()) for path in sorted(RESULTS.glob("*.json"))]
    lines = [f"| | seeds | images seen | CPU minutes | {' | '.join(COLUMNS.values())} |", "|---" * (4 + len(COLUMNS)) + "|"]
    labels = {"none": "none: photos and their mirror images", **PARTS, "all": "**all together**"}
    for row, label in labels.items():
        found = [r for r in results if r["row"] == row]
        if not found: continue
        counted = [r for r in found if "images" in r]
        images, minutes = (f"{mean(r[name] for r in counted):,.0f}" if counted else "-" for name in ("images", "cpu_minutes"))
        cells = [_spread([r[f"{column}_auc"] for r in found]) for column in COLUMNS]
        lines.append(f"| {label} | {len(found)} | {images} | {minutes} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    "Train what is asked for and missing, then write the table."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--imagenet", type=Path)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--only", nargs="+", default=list(ROWS), choices=ROWS)
    parser.add_argument("--seeds", type=int, nargs="+", default=[0, 1, 2])
    parser.add_argument("--table", action="store_true", help="train nothing")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for row, seed in [] if options.table else [(row, seed) for seed in options.seeds for row in options.only]:
        path = RESULTS / f"{row}_{seed}.json"
        if not path.exists(): save_json(path, trained(row, seed, options))
    text = (Path(__file__).parent / "ablation.template.md").read_text(encoding="utf-8")
    (Path(__file__).parent / "ablation.md").write_text(text.replace("{{ table }}", table()), encoding="utf-8")


if __name__ == "__main__":
    main()
