"""Do the heat maps point at the forgery? Every method against true masks, against the model, and against maps that know nothing.

    python benchmarks/localise.py --data FOLDER       # writes benchmarks/localise.md

FOLDER is that of photos.py. Without --data only the drawn faces are scored, and the page says so.
"""
import argparse
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytorch_grad_cam
import torch
from photos import HELD_OUT, Photo, at_pixels, known_mask, photo_points, square
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from scipy.stats import rankdata
from torch import Tensor
from torchvision.tv_tensors import Image, Mask
from tqdm import tqdm

from vitdfd.attribution import blurred, occlusion, patch_grid
from vitdfd.bench import draw_people, forge_picture, heat_methods
from vitdfd.core import atomic, generator
from vitdfd.detector import Detector
from vitdfd.faces import FAKE, REAL, find_images, find_split
from vitdfd.forge import same_camera, self_blend, swap_part
from vitdfd.gradcam import find_layer
from vitdfd.localise import (
    agreement,
    area_under,
    centre_map,
    mean_interval,
    random_map,
    removal_curve,
    road,
    score_maps,
    shuffled,
)
from vitdfd.transforms import eval_transform

REGIONS = ("left_eye", "right_eye", "mouth")  # off the centre, where a spot in the middle would score without a look
SHARES = (0.0, 0.05, 0.1, 0.2, 0.4, 1.0)      # of the cells, for deletion and insertion
WHERE = ("pointing", "energy", "IoU", "pixel AUC")
WHY = ("deletion, low is good", "insertion", "ROAD", "shuffled weights, near 0 is good")
CONTROLS = ("centre spot", "random map")
Method = Callable[[Detector, Tensor, str], Tensor]


class Fakes(NamedTuple):
    "Forged faces as a detector sees them, and the truth."
    images: Tensor  # (b, 3, S, S) normalised
    truth: Tensor   # (b, S, S) 1 forged, 0 not, NaN unknown


def prepared(detector: Detector, pairs: list[tuple[Tensor, Tensor]]) -> Fakes:
    "Pictures (3, H, W) and masks (H, W), both through the detector's transform."
    both = [eval_transform(detector.transform)(Image(image), Mask(mask[None].float())) for image, mask in pairs]
    images, truth = (torch.stack([x.as_subclass(Tensor) for x in part]) for part in zip(*both))
    return Fakes(images, truth[:, 0])


def drawn_fakes(detector: Detector, count: int) -> Fakes:
    "Drawn faces with one part self-blended."
    people = draw_people(count, detector.transform.size, seed=42)
    fakes = [forge_picture(person, REGIONS[i % 3], seed=i) for i, person in enumerate(people)]
    return prepared(detector, [(fake.image, fake.mask) for fake in fakes])


def celeba_fakes(detector: Detector, data: Path, cache: Path, kind: str, count: int) -> Fakes:
    "CelebA photos that training never saw, one part self-blended or taken from another person."
    paths = sorted(find_images(data / "celeba"))[-HELD_OUT:]
    points = photo_points(data / "celeba", paths, cache / "points_held_out.csv")
    photos = [Photo(p, REAL, points[p], "celeba") for p in paths if p in points][:count]
    pairs = []
    for i, photo in enumerate(photos):
        random, image, donor = generator(0, "localise", kind, i), square(photo), photos[i - 1]
        face, region, other = (image, at_pixels(photo, image)), REGIONS[i % 3], square(donor)
        fake = self_blend(*face, random, region) if kind == "self-blended" else swap_part(
            *face, other, at_pixels(donor, other), random, region)
        pairs.append((same_camera(fake.image, random), fake.mask))
    return prepared(detector, pairs)


def parts_fakes(detector: Detector, data: Path, cache: Path, count: int) -> Fakes:
    "Fakes made by hand, whose names say which parts were replaced; the surroundings of these parts are unknown."
    files = find_split(data / "parts", "Validation")
    points = photo_points(data / "parts", files.paths, cache / "points_parts_validation.csv")
    photos = [Photo(p, FAKE, points[p], "parts") for p, y in zip(files.paths, files.labels) if y == FAKE and p in points]
    images = [(square(photo), photo) for photo in photos[:count]]
    return prepared(detector, [(image, known_mask(photo, image.shape[1:])) for image, photo in images])


def theirs(detector: Detector, images: Tensor, target: str, name: str) -> Tensor:
    "A map of pytorch-grad-cam on the layer that Grad-CAM takes by default, before it is enlarged and stretched."
    layer, grid = find_layer(detector), patch_grid(detector, images)
    patches = grid[0] * grid[1]  # the last tokens, with or without a class token before them
    targets = [ClassifierOutputTarget(detector.classes.index(target))] * len(images)
    with getattr(pytorch_grad_cam, name)(detector, [layer], reshape_transform=lambda t: t[:, -patches:].mT.unflatten(2, grid)) as cam:
        cam(images, targets)
        kept = cam.activations_and_grads
        gradient = kept.gradients[0].numpy() if kept.gradients else None  # EigenCAM takes none
        heat = cam.get_cam_image(images, layer, targets, kept.activations[0].numpy(), gradient, False)
    return torch.as_tensor(heat).float().relu()


def covered(detector: Detector, images: Tensor, target: str, blur: bool) -> Tensor:
    "Occlusion in squares of two by two patches."
    fill = blurred(images, detector.vit.config.patch_size / 2) if blur else None
    heat = occlusion(detector, images, target, fill, side=2).relu()
    return heat.repeat_interleave(2, 1).repeat_interleave(2, 2)


def all_methods(detector: Detector) -> dict[str, Method]:
    "Ours, theirs and the controls."
    random = generator(0, "random map")
    their_names = {"Grad-CAM": "GradCAM", "Grad-CAM++": "GradCAMPlusPlus", "LayerCAM": "LayerCAM", "EigenCAM": "EigenCAM"}
    return heat_methods(detector) | {
        "occlusion, grey": partial(covered, blur=False), "occlusion, blurred": partial(covered, blur=True),
        **{f"{name} (pytorch-grad-cam)": partial(theirs, name=kind) for name, kind in their_names.items()},
        "centre spot": lambda detector, images, target: centre_map(len(images), patch_grid(detector, images)),
        "random map": lambda detector, images, target: random_map(len(images), patch_grid(detector, images), random)}


def in_batches(method: Method, detector: Detector, images: Tensor) -> Tensor:
    "The maps for FAKE, 20 images at a time."
    return torch.cat([method(detector, part, "FAKE") for part in images.split(20)])


def measure(detector: Detector, fakes: Fakes, subset: int) -> dict[str, dict[str, np.ndarray]]:
    "Scores by method: of every image against the truth, of the most suspicious ones against the model."
    p_fake = torch.cat([detector.fake_probability(part).detach() for part in fakes.images.split(20)])
    chosen = p_fake.argsort(descending=True)[:subset]
    few = fakes.images[chosen]
    fill = blurred(few, detector.vit.config.patch_size / 2)
    stranger, found = shuffled(detector, generator(0, "shuffled")), {}
    for name, method in tqdm(all_methods(detector).items()):
        heat = in_batches(method, detector, fakes.images)
        hot = heat[chosen]
        curves = [area_under(removal_curve(detector, few, hot, fill, SHARES, insert), SHARES) for insert in (False, True)]
        with_stranger = agreement(hot, in_batches(method, stranger, few))
        found[name] = score_maps(heat, fakes.truth) | dict(zip(WHY, (*curves, road(detector, few, hot), with_stranger)))
    return found


def cell(values: np.ndarray, spot: np.ndarray | None) -> str:
    "Mean and interval; bold where it is above the centre spot's on the same images, by a 95% interval of the difference."
    mean, low, high = mean_interval(values)
    text = f"{mean:.2f} ({low:.2f} to {high:.2f})"
    return f"**{text}**" if spot is not None and mean_interval(values - spot)[1] > 0 else text


def table(found: dict[str, dict[str, np.ndarray]], scores: tuple[str, ...], bold: bool) -> str:
    "Methods by scores."
    lines = [f"| method | {' | '.join(scores)} |", "|---" * (len(scores) + 1) + "|"]
    lines += [f"| {name} | " + " | ".join(cell(row[s], found["centre spot"][s] if bold else None) for s in scores) + " |"
              for name, row in found.items()]
    return "\n".join(lines)


def mean_ranks(results: dict[str, dict]) -> list[tuple[str, float]]:
    "Methods of every detector from best to worst: the mean of their ranks over all sets and the four scores against the truth."
    names = [name for name in next(iter(results.values())) if all(name in found for found in results.values())]
    ranks = [rankdata([-round(found[name][score].mean(), 3) for name in names])  # equal scores share their ranks
             for found in results.values() for score in WHERE]
    return sorted(zip(names, np.mean(ranks, axis=0)), key=lambda pair: pair[1])


def behind(results: dict[str, dict], winner: str, name: str, score: str) -> str:
    "How much a method scores above the winner, below it if negative, on the same fakes of all sets; bold if beyond chance."
    mean, low, high = mean_interval(np.concatenate([found[name][score] - found[winner][score] for found in results.values()]))
    text = f"{mean:+.2f} ({low:+.2f} to {high:+.2f})"
    return f"**{text}**" if low > 0 or high < 0 else text


def overall(results: dict[str, dict]) -> str:
    "Methods of every detector, from best to worst, and how far each is from the first."
    ranks = mean_ranks(results)
    winner = ranks[0][0]
    lines = [f"| method | mean rank | {' | '.join(WHERE)} |", "|---" * (len(WHERE) + 2) + "|"]
    for name, rank in ranks:
        gaps = ["winner"] * len(WHERE) if name == winner else [behind(results, winner, name, score) for score in WHERE]
        lines.append(f"| {name} | {rank:.1f} | {' | '.join(gaps)} |")
    return "\n".join(lines)


def write_page(out: Path, results: dict[str, dict], pages: list[str], seconds: float) -> None:
    "The page of all sets so far."
    ranks = overall(results)
    head = (Path(__file__).parent / "localise_head.md").read_text(encoding="utf-8")
    scores = next(iter(next(iter(results.values())).values()))
    counts = {"count": str(len(scores[WHERE[0]])), "subset": str(len(scores[WHY[0]]))}
    for gap, text in {"ranks": ranks, "sets": "; ".join(results), "minutes": f"{seconds / 60:.0f}", **counts}.items():
        head = head.replace("{{ " + gap + " }}", text)
    with atomic(out) as path: path.write_text("\n\n".join([head.rstrip(), *pages]) + "\n", encoding="utf-8")
    print(f"{out}, after {len(pages)} sets\n{ranks}", flush=True)


def main() -> None:
    "Forge, ask, score, write the page."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="the photos; without them, drawn faces only")
    parser.add_argument("--runs", type=Path, default=Path("runs"), help="where the face points are kept")
    parser.add_argument("--count", type=int, default=100, help="fakes per set")
    parser.add_argument("--subset", type=int, default=20, help="fakes per set for deletion, insertion, ROAD and shuffling")
    parser.add_argument("--out", type=Path, default=Path(__file__).with_suffix(".md"))
    options = parser.parse_args()
    began = time.perf_counter()
    torch.set_num_threads(1)
    options.runs.mkdir(exist_ok=True)
    drawn, photos = (Detector.from_pretrained(Path("models") / name) for name in ("drawn", "photos"))
    sets = {"drawn faces, one part self-blended": (drawn, partial(drawn_fakes, drawn, options.count))}
    if options.data:
        places = options.data, options.runs
        sets |= {f"CelebA photos, one part {kind}": (photos, partial(celeba_fakes, photos, *places, kind, options.count))
                 for kind in ("self-blended", "swapped")}
        sets["photos of `parts`, spliced by hand"] = photos, partial(parts_fakes, photos, *places, options.count)
    results, pages = {}, []
    for name, (detector, make) in sets.items():
        fakes = make()
        results[name] = measure(detector, fakes, options.subset)
        weights = "models/drawn" if detector is drawn else "models/photos"
        area = fakes.truth.nanmean()
        pages.append(f"## {name[0].upper()}{name[1:]}\n\n{len(fakes.images)} fakes, `{weights}`; forged: {area:.1%} of the known "
                     f"pixels.\n\n{table(results[name], WHERE, True)}\n\nThe {options.subset} of them with the highest fake "
                     f"probability:\n\n{table(results[name], WHY, False)}")
        write_page(options.out, results, pages, time.perf_counter() - began)


if __name__ == "__main__":
    main()
