"""What each part of the recipe behind models/photos brings: each alone, and all together, in one table.

    python benchmarks/ablation.py --data FOLDER --imagenet FILE       # trains what has no result yet, then writes ablation.md
    python benchmarks/ablation.py --table                             # ablation.md from the committed results alone

FOLDER and FILE are those of photos.py. Each training leaves benchmarks/ablation/<row>_<seed>.json; --only and --seeds choose which.
"""
import argparse
from functools import partial
from pathlib import Path
from statistics import mean

import torch
from photos import Photographs, mixup, network, training_photos, validation_auc, validation_sets
from photos_card import held_out
from torch import Tensor
from torchvision.transforms import v2
from trainings import followed, parser, publish, spread

from vitdfd.batches import Faces
from vitdfd.config import FinetuneConfig
from vitdfd.core import seed_everything
from vitdfd.detector import Detector
from vitdfd.faces import REAL
from vitdfd.finetune import detection_loss
from vitdfd.hybrid import load_imagenet
from vitdfd.schedule import param_groups
from vitdfd.train import train
from vitdfd.vit import read_weights

SIDE = 128  # px
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
    config = FinetuneConfig(
        name=f"ablation_{row}_{seed}", runs=str(options.runs), model=network(SIDE), epochs=2 if "twins" in parts else 3, batch_size=24,
        lr=6e-4, ema=0.99 if "average" in parts else 0.0, layer_decay=1.0, workers=1, save_every=200, seed=seed, precision="fp32")
    detector = Detector(config.model, config.transform)
    load_imagenet(detector.vit.patch_embed, read_weights(options.imagenet))
    faces, images = training_set(parts, config, options.data), 0

    def loss_fn(model: Detector, batch: dict, generator: torch.Generator) -> tuple[Tensor, dict]:
        nonlocal images
        images += len(batch["label"])
        batch = mixup(batch) if "mixup" in parts else batch
        return detection_loss(model, batch, 0.05 * ("smoothing" in parts), 0.5 * ("masks" in parts))

    groups = param_groups(detector, config.lr, config.weight_decay, config.layer_decay)
    run = Path(config.runs) / config.name
    event, minutes = followed(train(detector, faces, loss_fn, config, run, groups), run)
    spent = {"cpu_minutes": minutes, "images": images} if minutes is not None else {}  # else only a part was counted
    return {"row": row, "seed": seed, **spent, **validated(event.model, config, options.data)}


def validated(detector: Detector, config: FinetuneConfig, data: Path) -> dict[str, float]:
    "AUC of FAKE on each set of `COLUMNS`."
    checks = validation_sets(data, config)
    for name, (images, labels) in held_out(data, Path(config.runs)).items():
        checks[name] = Faces(images, labels, transform=config.transform)
    return {name: auc for name, auc in validation_auc(detector, checks, 0).items() if name != "validation_auc"}


def table(results: list[dict]) -> str:
    "Every result: mean and spread over the seeds."
    lines = [f"| | seeds | images seen | CPU minutes | {' | '.join(COLUMNS.values())} |", "|---" * (4 + len(COLUMNS)) + "|"]
    labels = {"none": "none: photos and their mirror images", **PARTS, "all": "**all together**"}
    for row, label in labels.items():
        found = [r for r in results if r["row"] == row]
        if not found: continue
        counted = [r for r in found if "images" in r]
        images, minutes = (f"{mean(r[name] for r in counted):,.0f}" if counted else "-" for name in ("images", "cpu_minutes"))
        cells = [spread([r[f"{column}_auc"] for r in found]) for column in COLUMNS]
        lines.append(f"| {label} | {len(found)} | {images} | {minutes} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    "Train what is asked for and missing, then write the table."
    options = parser(__doc__, ROWS).parse_args()
    jobs = {f"{row}_{seed}": partial(trained, row, seed, options) for seed in options.seeds for row in options.only}
    publish("ablation", {} if options.table else jobs, table)


if __name__ == "__main__":
    main()
