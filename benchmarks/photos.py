"""Train the detector for photographs: a hybrid ViT on real photos, their forged twins, and fakes that others made.

    python benchmarks/photos.py --data FOLDER --imagenet FILE        # start from ImageNet
    python benchmarks/photos.py --data FOLDER --start DETECTOR       # go on from a detector that it made

FOLDER holds celeba/ (real photos) and stylegan/ and parts/ in the fine-tuning layout. FILE holds EfficientNet-Lite0
trained on ImageNet. Killed and called again, it goes on. The best detector of a stage is left in runs/photos_<px>/best,
that of the last epoch in last.
"""
import argparse
import csv
from pathlib import Path
from typing import NamedTuple

import torch
from sklearn.metrics import roc_auc_score
from torch import Tensor
from torch.nn import functional as F
from torchvision.transforms import v2
from torchvision.tv_tensors import Image, Mask
from tqdm import tqdm

from vitdfd.batches import Degraded, Faces, _item, _seeded, make_loader
from vitdfd.checkpoints import Run, read_rows
from vitdfd.config import FinetuneConfig, ViTConfig
from vitdfd.core import atomic, generator, seed_everything
from vitdfd.crops import find_faces
from vitdfd.detector import Detector
from vitdfd.faces import FAKE, REAL, ImageError, find_images, find_split, read_image
from vitdfd.finetune import detection_loss
from vitdfd.forge import PARTS, region_mask, self_blend, swap_part
from vitdfd.hybrid import load_imagenet
from vitdfd.schedule import param_groups
from vitdfd.scores import scores
from vitdfd.train import train
from vitdfd.transforms import train_transform
from vitdfd.vit import read_weights

SETS = ("stylegan", "parts")
HELD_OUT = 498     # CelebA photos, the last by name, that training never sees
CELEBA_DRAWS = 400  # CelebA photos in an epoch, each with a forged twin
BLEND = 0.35       # share of the other real photos that bring one
SIDE = 256         # px; forging costs as much as it has pixels


class Photo(NamedTuple):
    "A training photo and what is known of it."
    path: Path
    label: int
    points: Tensor | None  # (5, 2) shares of width and height
    source: str            # the set that it is from


def photo_points(folder: Path, paths: list[Path], cache: Path) -> dict[Path, Tensor]:
    "The five points of each photo's largest face, shares of width and height; found once, kept in a CSV."
    if not cache.exists():
        with atomic(cache) as temporary, open(temporary, "w", newline="") as file:
            for path in tqdm(paths, f"points of {folder.name}"):
                image = read_image(path)
                for face in find_faces(image)[:1]:
                    share = face.points / torch.tensor([image.shape[2], image.shape[1]])
                    csv.writer(file).writerow([path.relative_to(folder), *share.flatten().tolist()])
    with open(cache, newline="") as file:
        return {folder / row[0]: torch.tensor([float(x) for x in row[1:]]).reshape(5, 2) for row in csv.reader(file)}


def training_photos(data: Path, cache: Path) -> tuple[list[Photo], list[Photo]]:
    "The photos of both sets, and CelebA without what is held out."
    photos = []
    for name in SETS:
        files = find_split(data / name, "Train")
        points = photo_points(data / name, files.paths, cache / f"points_{name}.csv")
        photos += [Photo(p, y, points.get(p), name) for p, y in zip(files.paths, files.labels)]
    paths = sorted(find_images(data / "celeba"))[:-HELD_OUT]
    points = photo_points(data / "celeba", paths, cache / "points_celeba.csv")
    return photos, [Photo(p, REAL, points.get(p), "celeba") for p in paths]


def known_mask(photo: Photo, size: tuple[int, int]) -> Tensor:
    "(H, W): 1 forged, 0 not, NaN unknown. A StyleGAN face is forged all over; `parts` names the parts by four bits."
    if photo.label == REAL:
        return torch.zeros(size)
    if photo.source == "stylegan":
        return torch.ones(size)
    if photo.points is None:
        return torch.full(size, torch.nan)
    points = photo.points * torch.tensor([size[1], size[0]])
    bits = photo.path.stem.split("_")[-1]
    forged = sum(region_mask(points, size, part) for part, bit in zip(PARTS, bits) if bit == "1").clamp(max=1)
    reach = 2 * round(max(size) / 14) + 1  # where the paste really ends is not known
    grown = F.max_pool2d(F.max_pool2d(forged[None, None], (reach, 1), 1, (reach // 2, 0)), (1, reach), 1, (0, reach // 2))
    return forged.masked_fill(grown[0, 0] > forged, torch.nan)


class Photographs(Faces):
    "Photos with twins forged at their true face points: self-blended, or with parts or the face of another person."

    def __init__(self, photos: list[Photo], more: list[Photo], config: FinetuneConfig, damage: float):
        super().__init__([p.path for p in photos], transform=config.transform, augment="degrade", seed=config.seed)
        self.flipped = train_transform(config.transform, "flip")
        size = config.transform.size
        self.zoom = v2.RandomApply([v2.RandomResizedCrop(size, scale=(0.6, 1), ratio=(0.9, 1.1), antialias=True)], p=0.6)
        self.photos, self.more, self.damage = photos, more, damage
        donors = [p for p in photos + more if p.label == REAL or p.source == "stylegan"]  # a generated part is a forgery too
        self.donors = [p for p in donors if p.points is not None]

    def __len__(self) -> int:
        return len(self.photos) + CELEBA_DRAWS

    def __getitem__(self, key: tuple[int, int]) -> list[dict] | dict:
        index, draw = key
        choices = generator(self.seed, draw)
        u, seed = torch.rand(3, generator=choices).tolist(), int(torch.randint(2**31, (), generator=choices))
        extra = index >= len(self.photos)
        photo = self.more[int(u[0] * len(self.more))] if extra else self.photos[index]
        try:
            image = square(photo)
            pairs = [(image, known_mask(photo, image.shape[1:]), photo.label)]
            if photo.label == REAL and photo.points is not None and (extra or u[1] < BLEND):
                pairs.append((*self.twin(photo, image, choices), FAKE))
        except ImageError as error:
            return {"skipped": (str(error.path), error.reason)}
        random = v2.Compose([self.zoom, self.random if u[2] < self.damage else self.flipped])
        return [_item(index, y, *_seeded(seed, random, Image(x), Mask(m[None]))) for x, m, y in pairs]  # a photo and its twin alike

    def twin(self, photo: Photo, image: Tensor, choices: torch.Generator) -> tuple[Tensor, Tensor]:
        "A forgery of a real photo and its true mask."
        points, u = at_pixels(photo, image), torch.rand(4, generator=choices).tolist()
        if u[0] < 0.5:
            found = self_blend(image, points, choices, strength=0.5 + 1.5 * u[1], colour=0.4 + 0.6 * u[2])
            return found.image, found.mask.float()
        donor = self.donors[int(u[1] * len(self.donors))]
        other, mask = square(donor), torch.zeros(image.shape[1:])
        some = [part for part in PARTS if torch.rand((), generator=choices) < 0.4]
        for region in ["face"] if u[2] < 0.3 else some or [None]:  # None draws one
            found = swap_part(image, points, other, at_pixels(donor, other), choices, region, colour_match=u[3] < 0.8)
            image, mask = found.image, torch.maximum(mask, found.mask.float())
        return image, mask


def square(photo: Photo) -> Tensor:
    "(3, H, W) uint8, the shorter side at most SIDE; of CelebA's tall pictures the middle, where the face is."
    image = read_image(photo.path)
    if photo.source == "celeba":
        image = v2.functional.center_crop(image, [image.shape[2]] * 2)
    return v2.functional.resize(image, SIDE, antialias=True) if min(image.shape[1:]) > SIDE else image


def at_pixels(photo: Photo, image: Tensor) -> Tensor:
    "(5, 2) px in the image that `square` gives."
    height, width = image.shape[1:]
    if photo.source == "celeba":
        tall = width * 218 / 178  # CelebA's aligned pictures are 178 x 218 px
        return photo.points * torch.tensor([width, tall]) - torch.tensor([0, (tall - height) / 2])
    return photo.points * torch.tensor([width, height])


def network(size: int) -> ViTConfig:
    "The hybrid ViT of models/photos for photos of that many px."
    return ViTConfig(image_size=size, patch_size=32, depth=4, stem="hybrid", drop_path=0.1, dropout=0.1)


def validation_sets(data: Path, config: FinetuneConfig) -> dict[str, Faces]:
    "The validation photos of both sets, clean and degraded."
    checks: dict[str, Faces] = {}
    for name in SETS:
        files = find_split(data / name, "Validation")
        checks[name] = Faces(files.paths, files.labels, transform=config.transform)
        checks[f"{name}_degraded"] = Degraded(files.paths, files.labels, transform=config.transform)
    return checks


def validation_auc(detector: Detector, checks: dict[str, Faces], workers: int) -> dict[str, float]:
    "AUC of FAKE for each set, clean and degraded, and the mean of the degraded ones."
    found = {name: scores(detector, make_loader(faces, 64, workers)) for name, faces in checks.items()}
    aucs = {f"{n}_auc": float(roc_auc_score(s.labels == FAKE, s.p_fake)) for n, s in found.items()}
    return aucs | {"validation_auc": sum(aucs[f"{name}_degraded_auc"] for name in SETS) / len(SETS)}


def mixup(batch: dict) -> dict:
    "In every other batch, each photo, its label and its mask mixed with another's (Zhang et al. 2018)."
    labels = F.one_hot(batch["label"], 2).float()
    if torch.rand(()) < 0.5:
        return batch | {"label": labels}
    share, other = torch.distributions.Beta(0.4, 0.4).sample(), torch.randperm(len(labels))
    image, mask = (share * x + (1 - share) * x[other] for x in (batch["image"], batch["mask"]))
    return batch | {"image": image, "mask": mask, "label": share * labels + (1 - share) * labels[other]}


def stage(config: FinetuneConfig, data: Path, start: dict | None, imagenet: Path | None, damage: float) -> Path:
    "Train at one image size and keep the best epoch; the folder of the detector."
    seed_everything(config.seed)
    detector, run = Detector(config.model, config.transform), Run(Path(config.runs) / config.name)
    if start is not None:
        detector.load_state_dict({n: x for n, x in start.items() if n != "vit.pos_embed"}, strict=False)
    else:
        load_imagenet(detector.vit.patch_embed, read_weights(imagenet))
    detector = detector.to(memory_format=torch.channels_last)  # a step at 256 px takes a fifth less
    photos, checks = Photographs(*training_photos(data, Path(config.runs)), config, damage), validation_sets(data, config)

    def loss_fn(model: Detector, batch: dict, generator: torch.Generator) -> tuple[Tensor, dict]:
        return detection_loss(model, mixup(batch), config.label_smoothing, config.mask_weight)

    groups = param_groups(detector, config.lr, config.weight_decay, config.layer_decay)
    with tqdm(desc=config.name, mininterval=20) as bar:
        for event in train(detector, photos, loss_fn, config, run.folder, groups):
            bar.total, bar.n = event.steps, event.step
            bar.set_postfix(loss=f"{event.loss:.3f}", rate=f"{event.images_per_s:.1f}", left=f"{event.left_s:.0f} s")
            if event.epoch_end:
                event.metrics = validation_auc(event.model, checks, config.workers)
                event.model.save_pretrained(run.folder / "last")
                tqdm.write(f"{event.epoch} " + " ".join(f"{n} {x:.4f}" for n, x in event.metrics.items()))
                if all(event.metrics["validation_auc"] > row["validation_auc"] for row in read_rows(run.epochs)):
                    event.model.save_pretrained(run.folder / "best")
    return run.folder / "best"


def main() -> None:
    "One training after another at growing image sizes (progressive learning, Tan & Le 2021)."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--imagenet", type=Path)
    source.add_argument("--start", type=Path)
    parser.add_argument("--runs", default="runs")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--sizes", type=int, nargs="+", default=[128, 192, 256], help="px, one for each stage")
    parser.add_argument("--epochs", type=int, nargs="+", default=[5, 6, 7], help="one for each stage")
    parser.add_argument("--lrs", type=float, nargs="+", default=[6e-4, 4e-4, 4e-4], help="one for each stage")
    parser.add_argument("--damage", type=float, nargs="+", default=[0.5, 0.3, 0.3], help="share of photos damaged, likewise")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    Path(options.runs).mkdir(exist_ok=True)
    start = options.start and read_weights(options.start)
    for size, epochs, lr, damage in zip(options.sizes, options.epochs, options.lrs, options.damage, strict=True):
        config = FinetuneConfig(
            name=f"photos_{size}", runs=options.runs, data=str(options.data), model=network(size), epochs=epochs, batch_size=24, lr=lr,
            warmup=0.05, ema=0.99, layer_decay=1.0, label_smoothing=0.05, mask_weight=0.5, workers=1, save_every=200,
            seed=options.seed, precision="fp32")
        best = stage(config, options.data, start, options.imagenet, damage)
        start = read_weights(best)
    print("best detector:", best)


if __name__ == "__main__":
    main()
