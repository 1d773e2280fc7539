"""Ours beside what a user would train instead: the same photos, the same number of them, the same damage, one table.

    python benchmarks/peers.py --data FOLDER --imagenet FILE          # trains what has no result yet, then writes peers.md
    python benchmarks/peers.py --table                                # peers.md from the committed results alone

FOLDER holds stylegan/ and parts/ in the fine-tuning layout. Each training leaves benchmarks/peers/<model>_<trained on>_<seed>.json;
--only and --seeds choose which. Everything runs on one thread, so that CPU times can be compared.
"""
import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import mean
from typing import NamedTuple

import timm
import torch
import torchvision
from sklearn.metrics import roc_auc_score
from torch import Tensor, nn
from torch.nn import functional as F
from trainings import followed, parser, publish, spread

from vitdfd.batches import Degraded, Faces, make_loader
from vitdfd.config import FinetuneConfig, TransformConfig, ViTConfig
from vitdfd.core import seed_everything
from vitdfd.detector import Detector
from vitdfd.faces import FAKE, find_split
from vitdfd.hybrid import load_imagenet
from vitdfd.jobs import RECIPES
from vitdfd.train import train
from vitdfd.vit import read_weights

SIDE = 128  # px
SETS = {"both": ("stylegan", "parts"), "stylegan": ("stylegan",), "parts": ("parts",)}
HYBRID = ViTConfig(image_size=SIDE, depth=4, stem="hybrid", drop_path=0.1, dropout=0.1)


class Meso4(nn.Sequential):
    "Four convolutions and two linear maps (Afchar et al. 2018), 28 thousand parameters."

    def __init__(self):
        def block(c: int, out: int, kernel: int, pool: int) -> list[nn.Module]:
            return [nn.Conv2d(c, out, kernel, padding="same"), nn.ReLU(), nn.BatchNorm2d(out), nn.MaxPool2d(pool)]

        super().__init__(*block(3, 8, 3, 2), *block(8, 8, 5, 2), *block(8, 16, 5, 2), *block(16, 16, 5, 4), nn.Flatten(),
                         nn.Dropout(0.5), nn.Linear(16 * (SIDE // 32) ** 2, 16), nn.LeakyReLU(0.1), nn.Dropout(0.5), nn.Linear(16, 2))


def hybrid(imagenet: Path | None, patch_size: int = 16) -> Detector:
    "Ours, its stem from ImageNet weights or from nothing."
    detector = Detector(HYBRID.replace(patch_size=patch_size), TransformConfig(size=SIDE))
    if imagenet: load_imagenet(detector.vit.patch_embed, read_weights(imagenet))
    return detector


def reference(_: Path | None) -> Detector:
    """The widely copied public repository's network at the width of ViT-Tiny: positions of std 1 that never learn, and the first
    eight blocks frozen. Its pretraining gives the encoder a gradient of zero (lesson 21), so random weights are what it hands over."""
    detector = Detector(ViTConfig(image_size=SIDE, positions="learned", pool="cls", dropout=0.1, embed_dropout=0.1),
                        TransformConfig(size=SIDE, resize="crop"))
    nn.init.normal_(detector.vit.pos_embed).requires_grad_(False)
    detector.vit.blocks[:-4].requires_grad_(False)
    return detector


class Peer(NamedTuple):
    "A model and how it is trained."
    make: Callable[[Path | None], nn.Module]  # from the file with the ImageNet weights
    lr: float
    label: str
    config: FinetuneConfig = FinetuneConfig(ema=0.99, label_smoothing=0.05)


MODELS = {
    "hybrid": Peer(hybrid, 6e-4, "ours: hybrid ViT, stem from ImageNet"),
    "hybrid32": Peer(partial(hybrid, patch_size=32), 6e-4, "ours: its stem all seven stages, patches of 32 px"),
    "hybrid_scratch": Peer(lambda _: hybrid(None), 1e-3, "ours: the same from scratch"),
    "resnet18": Peer(lambda _: torchvision.models.resnet18(num_classes=2), 1e-3, "ResNet-18 from scratch"),
    "vit_tiny": Peer(lambda _: timm.create_model("vit_tiny_patch16_224", img_size=SIDE, num_classes=2, drop_path_rate=0.1), 5e-4,
                     "timm ViT-Tiny from scratch"),
    "meso4": Peer(lambda _: Meso4(), 1e-3, "Meso-4 from scratch"),
    "reference": Peer(reference, 1e-4, "the public repository's recipe, at width 192",
                      RECIPES["finetune"]["reference"].replace(lr=1e-4, min_lr=1e-4)),  # its code's rate, not its README's
}


@torch.no_grad()
def auc(model: nn.Module, faces: Faces) -> float:
    "AUC of FAKE."
    found = [(model.eval()(batch["image"]), batch["label"]) for batch in make_loader(faces, 64)]
    logits, labels = torch.cat([x for x, _ in found]), torch.cat([y for _, y in found])
    return float(roc_auc_score(labels == FAKE, logits[:, FAKE] - logits[:, 1 - FAKE]))


def trained(name: str, sets: str, seed: int, options: argparse.Namespace) -> dict:
    "One training and what it reached: the averaged weights after the last epoch."
    peer = MODELS[name]
    seed_everything(seed)
    model = peer.make(options.imagenet)
    config = peer.config.replace(name=f"peer_{name}_{sets}_{seed}", runs=str(options.runs), epochs=options.epochs, batch_size=24,
                                 lr=peer.lr, workers=1, save_every=200, seed=seed, precision="fp32")
    splits = [find_split(options.data / part, "Train") for part in SETS[sets]]
    transform = TransformConfig(size=SIDE, resize=config.resize)
    paths, labels = [p for s in splits for p in s.paths], [y for s in splits for y in s.labels]
    faces = Faces(paths, labels, transform=transform, augment=config.augment, seed=seed)

    def loss_fn(model: nn.Module, batch: dict, generator: torch.Generator) -> tuple[Tensor, dict]:
        return F.cross_entropy(model(batch["image"]), batch["label"], label_smoothing=config.label_smoothing), {}

    run = Path(config.runs) / config.name
    event, minutes = followed(train(model, faces, loss_fn, config, run), run)
    result = {"model": name, "trained_on": sets, "seed": seed, "images": event.epoch * len(faces), "cpu_minutes": minutes,
              "parameters": sum(p.numel() for p in model.parameters())}
    for part in SETS["both"]:
        files = find_split(options.data / part, "Validation")
        result[part] = auc(event.model, Faces(files.paths, files.labels, transform=transform))
        result[f"{part}_damaged"] = auc(event.model, Degraded(files.paths, files.labels, transform=transform))
    return result


def table(results: list[dict]) -> str:
    "Every result: mean and spread over the seeds."
    lines = ["| model | parameters | trained on | images seen | CPU minutes | seeds | StyleGAN | damaged | spliced | damaged |",
             "|---|---|---|---|---|---|---|---|---|---|"]
    for sets in SETS:
        for name, peer in MODELS.items():
            rows = [r for r in results if (r["model"], r["trained_on"]) == (name, sets)]
            if not rows: continue
            minutes = [r["cpu_minutes"] for r in rows if r["cpu_minutes"]]
            cells = [spread([r[f"{part}{end}"] for r in rows]) for part in SETS["both"] for end in ("", "_damaged")]
            lines.append(f"| {peer.label} | {rows[0]['parameters'] / 1e6:.2f} M | {sets} | {rows[0]['images']:,} | "
                         f"{f'{mean(minutes):.0f}' if minutes else '-'} | {len(rows)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def main() -> None:
    "Train what is asked for and missing, then write the table."
    asked = parser(__doc__, MODELS)
    asked.add_argument("--epochs", type=int, default=4)
    asked.add_argument("--trained-on", nargs="+", default=["both"], choices=SETS)
    options = asked.parse_args()
    jobs = {f"{name}_{sets}_{seed}": partial(trained, name, sets, seed, options)
            for seed in options.seeds for sets in options.trained_on for name in options.only}
    publish("peers", {} if options.table else jobs, table)


if __name__ == "__main__":
    main()
