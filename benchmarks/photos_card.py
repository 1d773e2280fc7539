"""Ship the detector that photos.py trained, measure it, and write its card.

    python benchmarks/photos_card.py --data FOLDER --detectors runs/photos_256/best --members more/photos_256/best

Leaves models/photos: weights (fp16), config, familiar.safetensors, seen.safetensors, results.json and README.md, the card.
Every figure is measured with the weights as they were written. FOLDER is that of photos.py. The weights
of several --detectors, trained one from the other, become one mean; --members, trained from other random numbers, stay networks
of their own, and the verdict is the mean of theirs.
"""
import argparse
from functools import partial
from pathlib import Path

import numpy as np
import torch
from photos import HELD_OUT, SETS, Photo, at_pixels, photo_points, square
from torch import Tensor

from vitdfd.abstain import certainty, learn_familiar, risk_coverage
from vitdfd.batches import Degraded, Faces, make_loader
from vitdfd.core import atomic, generator, save_json
from vitdfd.detector import Detector, ensemble
from vitdfd.drawn import draw_face
from vitdfd.evaluate import calibration_error, intervals, metrics, verdicts
from vitdfd.faces import FAKE, REAL, SplitFiles, find_images, find_split
from vitdfd.forge import forge, same_camera, self_blend, swap_part
from vitdfd.hybrid import fold_norms
from vitdfd.robust import UNITS, robustness
from vitdfd.scores import Scores, calibrate, scores
from vitdfd.seen import remember

SHIPPED = Path("models/photos")
DRAWN = 200  # drawn faces, half of them forged


def ask(detector: Detector, images: list, labels: list[int], faces: type[Faces] = Faces) -> Scores:
    "What the detector says of labelled images."
    return scores(detector, make_loader(faces(images, labels, transform=detector.transform), 64))


def pooled(found: list[Scores]) -> Scores:
    "Several sets as one."
    labels, p_fake, logits, index = (np.concatenate(x) for x in zip(*(s[:4] for s in found)))
    return Scores(labels, p_fake, logits, index, {})


def half(found: Scores, which: int) -> Scores:
    "Every second image."
    return Scores(*(x[which::2] for x in found[:4]), {})


def averaged(folders: list[Path]) -> Detector:
    "The mean of the weights of detectors that were trained one from the other: a model soup (Wortsman et al. 2022)."
    detectors = [Detector.from_pretrained(folder).float() for folder in folders]
    states = [detector.state_dict() for detector in detectors]
    means = {name: torch.stack([state[name] for state in states]).mean(0) for name, x in states[0].items() if x.is_floating_point()}
    detectors[0].load_state_dict(states[0] | means)
    return detectors[0]


def ship(detector: Detector, data: Path) -> Detector:
    "Calibrate on half of the validation images, write the weights in half precision, and read them again."
    detector.mirror = True
    files = [find_split(data / name, "Validation") for name in SETS]
    calibrate(detector, half(pooled([ask(detector, f.paths, f.labels) for f in files]), 0))
    detector.half().save_pretrained(SHIPPED)
    train = [find_split(data / name, "Train") for name in SETS]
    learn_familiar(SHIPPED, *(SplitFiles([p for f in s for p in f.paths], [], None) for s in (train, files)))
    celeba = sorted(find_images(data / "celeba"))[:-HELD_OUT]
    remember(SHIPPED, [p for f in train for p in f.paths] + celeba, [p for f in files for p in f.paths])
    return fold_norms(Detector.from_pretrained(SHIPPED))


def drawn_faces() -> tuple[list[Tensor], list[int]]:
    "The drawn test set: the same pictures wherever this is called."
    images, labels = [], []
    for i in range(DRAWN):
        random = generator(0, "drawn test", i)
        face, donor = draw_face(random, size=192), draw_face(random, size=192)
        fake = i % 2 == 0
        image = forge(face.image, face.points, random, donor.image, donor.points, strength=2.0).image if fake else face.image
        images.append(same_camera(image, random))
        labels.append(FAKE if fake else REAL)
    return images, labels


def held_out(data: Path, cache: Path) -> dict[str, tuple[list[Tensor], list[int]]]:
    "CelebA photos that training never saw, each beside a forgery of itself, by kind of forgery."
    paths = sorted(find_images(data / "celeba"))[-HELD_OUT:]
    points = photo_points(data / "celeba", paths, cache / "points_held_out.csv")
    photos = [Photo(p, REAL, points[p], "celeba") for p in paths if p in points]
    kinds = {"self-blended": self_blend, "part swapped": None, "face swapped": partial(swap_part, region="face")}
    sets = {}
    for kind, forger in kinds.items():
        images, labels = [], []
        for i, photo in enumerate(photos):
            random, image, other = generator(0, kind, i), square(photo), square(photos[i - 1])
            here, there = at_pixels(photo, image), at_pixels(photos[i - 1], other)
            fake = self_blend(image, here, random) if forger is self_blend else (forger or swap_part)(
                image, here, other, there, random)
            images += [same_camera(x, random) for x in (image, fake.image)]
            labels += [REAL, FAKE]
        sets[kind] = images, labels
    return sets


def numbers(found: Scores, threshold: float) -> dict:
    "Every figure of a set, with its interval."
    values, ends = metrics(found.labels, found.p_fake, threshold), intervals(found.labels, found.p_fake, threshold, 1000)
    return {"images": len(found.labels), "metrics": values, "intervals": ends}


def operating_points(found: dict[str, Scores], alarms: float) -> dict:
    "The threshold that so many real validation photos exceed, and the share of each kind of fake that it finds."
    both = pooled([found[name] for name in SETS])
    threshold = float(np.quantile(both.p_fake[both.labels == REAL], 1 - alarms))
    return {"threshold": threshold, **{n: float((s.p_fake[s.labels == FAKE] > threshold).mean()) for n, s in found.items()}}


def measure(detector: Detector, data: Path, cache: Path) -> dict:
    "Everything that the card says."
    files = {name: find_split(data / name, "Validation") for name in SETS}
    found = {name: ask(detector, f.paths, f.labels) for name, f in files.items()}
    found |= {name: ask(detector, *images) for name, images in held_out(data, cache).items()}
    found["drawn"] = ask(detector, *drawn_faces())
    damaged = {f"{name}, damaged": ask(detector, f.paths, f.labels, Degraded) for name, f in files.items()}
    both = pooled([found[name] for name in SETS])
    other, temperature = half(both, 1), detector.temperature
    before = 1 / (1 + np.exp(other.logits[:, REAL] - other.logits[:, FAKE]))
    coverage, risk = risk_coverage(certainty(both.p_fake, detector.threshold),
                                   verdicts(both.p_fake, detector.threshold) == both.labels)
    keep = [int(np.argmin(np.abs(coverage - share))) for share in (1, 0.8, 0.6, 0.4, 0.2)]
    levels = certainty(both.p_fake, detector.threshold)
    pool = SplitFiles([p for f in files.values() for p in f.paths], [y for f in files.values() for y in f.labels], None)
    return {
        "threshold": detector.threshold, "temperature": temperature,
        "kinds": {name: numbers(s, detector.threshold) for name, s in (found | damaged).items()},
        "calibration": {"before": calibration_error(other.labels, before), "after": calibration_error(other.labels, other.p_fake)},
        "operating_points": {f"{a:.0%}": operating_points(found, a) for a in (0.01, 0.05)},
        "coverage": [{"coverage": float(coverage[k]), "accuracy": float(1 - risk[k]),
                      "certainty": float(np.sort(levels)[::-1][round(coverage[k] * len(levels)) - 1])} for k in keep],
        "robustness": robustness(detector, pool, resamples=200)[0],
    }


def interval(row: dict, name: str) -> str:
    "A figure with its 95% interval."
    low, high = row["intervals"][name]
    return f"{row['metrics'][name]:.3f} ({low:.3f} to {high:.3f})"


def tables(result: dict) -> str:
    "The measured part of the card."
    lines = ["| images | number | AUC | accuracy at the threshold | EER | AP | log loss | Brier | ECE | TPR at 1% / 5% FPR |",
             "|---|---|---|---|---|---|---|---|---|---|"]
    for name, row in result["kinds"].items():
        m = row["metrics"]
        lines.append(f"| {name} | {row['images']} | {interval(row, 'auc')} | {interval(row, 'accuracy_at_threshold')} | "
                     f"{m['equal_error_rate']:.3f} | {m['average_precision']:.3f} | {m['log_loss']:.3f} | {m['brier']:.3f} | "
                     f"{m['calibration_error']:.3f} | {m['tpr_at_1_fpr']:.2f} / {m['tpr_at_5_fpr']:.2f} |")
    points = result["operating_points"]
    lines += ["", "| real photos called FAKE | threshold | " + " | ".join(f"{n}: found" for n in points["1%"] if n != "threshold")
              + " |", "|---" * (1 + len(points["1%"])) + "|"]
    lines += [f"| {a} | " + " | ".join(f"{x:.3f}" for x in row.values()) + " |" for a, row in points.items()]
    c = result["calibration"]
    lines += ["", f"Calibration error on the half of the validation images that the temperature {result['temperature']:.2f} was "
              f"not fitted on: {c['before']:.3f} before, {c['after']:.3f} after.", "",
              "| `--certainty` | verdicts given | right |", "|---|---|---|"]
    lines += [f"| {r['certainty']:.2f} | {r['coverage']:.0%} | {r['accuracy']:.1%} |" for r in result["coverage"]]
    lines += ["", "| damage | level | AUC | balanced accuracy |", "|---|---|---|---|"]
    lines += [f"| {UNITS.get(r['damage'], 'none')} | {'' if r['level'] is None else r['level']} | {r['auc']:.3f} "
              f"({r['auc_low']:.3f} to {r['auc_high']:.3f}) | {r['balanced_accuracy']:.3f} |" for r in result["robustness"]]
    return "\n".join(lines)


def main() -> None:
    "Ship, measure, write the card around what was measured."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--detectors", type=Path, nargs="+", required=True)
    parser.add_argument("--members", type=Path, nargs="*", default=[])
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    single = [averaged(options.detectors), *(averaged([folder]) for folder in options.members)]
    detector = ship(ensemble(single), options.data)
    result = measure(detector, options.data, options.runs)
    save_json(SHIPPED / "results.json", result)
    card = (Path(__file__).parent / "photos_card.md").read_text(encoding="utf-8")
    with atomic(SHIPPED / "README.md") as path:
        path.write_text(card.replace("{{ tables }}", tables(result)), encoding="utf-8")
    print(tables(result))


if __name__ == "__main__":
    main()
