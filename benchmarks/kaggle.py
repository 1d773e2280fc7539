"""From the unpacked Kaggle archive to its leaderboard, in one command.

    python benchmarks/kaggle.py --data Dataset

Dataset is what the archive *deepfake-and-real-images* unpacks to: Train, Validation and Test, each with Fake and Real, 190,335
JPEG crops of 256 px made from OpenForensics. (Public repositories often call it DFDC; the real DFDC are 128,154 videos.) For each
seed a detector is fine-tuned, chosen on *damaged* validation images because clean ones do not rank models on this set, and asked
about the test images once. Killed and called again, it goes on. The table is left in runs/kaggle.md.
"""
import argparse
from pathlib import Path
from statistics import mean, stdev

from vitdfd.config import FinetuneConfig, ViTConfig
from vitdfd.core import atomic, load_json
from vitdfd.evaluate import evaluate
from vitdfd.finetune import finetune
from vitdfd.jobs import EvaluateConfig

PUBLISHED = [  # accuracy, AUC, what; as their authors report them on the 10,905 test images
    (94.46, None, "ResNet-50 from scratch, whole image, 5 epochs"),
    (93.27, None, "Swin with a frequency branch"),
    (92.36, 0.9748, "EfficientNet-B7"),
    (90.71, 0.9628, "slim Inception from scratch, 1.07 M parameters"),
    (89.05, 0.9402, "ViT-S/16"),
    (87.4, 0.957, "Meso-4, 28 thousand parameters"),
    (85.60, 0.9363, "the ViT with masked image modelling that this course follows"),
]


def measured(options: argparse.Namespace, seed: int) -> dict:
    "Train one detector and test it once; what its report holds."
    model = ViTConfig.preset(options.preset, image_size=options.size, stem="conv", drop_path=0.1)
    config = FinetuneConfig(
        name=f"kaggle_{seed}", runs=str(options.runs), data=str(options.data), model=model, epochs=options.epochs, seed=seed,
        encoder=options.encoder, select="degraded", ema=0.999, blend=0.2, mask_weight=0.5, workers=options.workers)
    report = Path(options.runs) / config.name / "test" / "report.json"
    if not report.exists():
        best = finetune(config)
        evaluate(EvaluateConfig(model=str(best), data=str(options.data), out=str(report.parent), workers=options.workers))
    return load_json(report)


def table(reports: list[dict]) -> str:
    "Ours beside what others report."
    rows = [(a, f"{a:.2f}", "-" if u is None else f"{u:.4f}", what) for a, u, what in PUBLISHED]
    for name, scale in (("accuracy", 100), ("auc", 1)):
        values = [scale * r["metrics"][name] for r in reports]
        spread = f" ± {stdev(values):.4f}" if len(values) > 1 else ""
        print(f"{name}: {mean(values):.4f}{spread} over {len(values)} seeds")
    for seed, report in enumerate(reports):
        m, low, high = report["metrics"], *report["intervals"]["auc"]
        rows.append((100 * m["accuracy"], f"**{100 * m['accuracy']:.2f}**", f"**{m['auc']:.4f}** ({low:.4f} to {high:.4f})",
                     f"vitdfd, seed {seed}"))
    lines = ["| accuracy, % | AUC | model |", "|---|---|---|"]
    return "\n".join(lines + [f"| {a} | {u} | {what} |" for _, a, u, what in sorted(rows, reverse=True)]) + "\n"


def main() -> None:
    "All seeds, then the table."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--runs", type=Path, default=Path("runs"))
    parser.add_argument("--encoder", default=None, help="a pretrained encoder's folder; its architecture replaces --preset")
    parser.add_argument("--preset", default="small")
    parser.add_argument("--size", type=int, default=224)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=4)
    options = parser.parse_args()
    text = table([measured(options, seed) for seed in range(options.seeds)])
    with atomic(options.runs / "kaggle.md") as path:
        path.write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
