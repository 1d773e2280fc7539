"""Keep a pretraining run as models/masked, and measure it on drawn people whom it has not seen.

    python benchmarks/masked.py --run runs/masked     # writes models/masked: weights, config and card
"""
import argparse
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save
from torch import Tensor

from vitdfd.bench import Pretrained, draw_people, find_pretrained
from vitdfd.config import PretrainConfig
from vitdfd.core import atomic, generator
from vitdfd.localise import mean_interval
from vitdfd.masking import make_mask
from vitdfd.mim import mim_loss
from vitdfd.patches import patchify
from vitdfd.pretrain import reconstruct
from vitdfd.transforms import eval_transform

FOLDER = Path(__file__).resolve().parent.parent / "models" / "masked"
HIDDEN = (("random", 0.5), ("random", 0.75), ("random", 0.9), ("block", 0.75))


def errors(pretrained: Pretrained, unseen: Tensor, mean_face: Tensor, kind: str, ratio: float) -> np.ndarray:
    "(2, n) mean squared error on the hidden patches of each image: of the model, and of the mean face."
    mim, found = pretrained.mim, []
    grid = tuple(side // mim.p for side in unseen.shape[2:])
    for i, image in enumerate(unseen.split(1)):
        masked = make_mask(kind, 1, grid, ratio, generator(49, "masked", kind, i))
        guesses = reconstruct(mim, image, masked=masked).guess, mean_face[None]
        found.append([float(mim_loss(patchify(x, mim.p), patchify(image, mim.p), masked.mask)) for x in guesses])
    return np.array(found).T


def table(pretrained: Pretrained, people: int = 200) -> str:
    "The card's table: what is hidden, and both errors with their intervals."
    prepare = eval_transform(pretrained.transform)
    seen, unseen = (torch.stack([prepare(x.image) for x in draw_people(people, pretrained.transform.size, seed)]) for seed in (1, 2))
    lines = ["| hidden | the model | the mean face |", "|---|---|---|"]
    for kind, ratio in HIDDEN:
        both = errors(pretrained, unseen, seen.mean(0), kind, ratio)
        cells = ("{:.3f} ({:.3f} to {:.3f})".format(*mean_interval(one)) for one in both)
        lines.append(f"| {ratio:.0%}, {'single patches' if kind == 'random' else 'blocks'} | {' | '.join(cells)} |")
    return "\n".join(lines)


def card(pretrained: Pretrained) -> str:
    "README.md of the folder."
    return f"""# masked: fills in hidden patches of drawn faces

An encoder and its decoder after masked image modelling, for the masking lab of [lesson 50](../../nbs/50_explore.ipynb): 64 patches of
12 px, {sum(x.numel() for x in pretrained.mim.parameters()) / 1e6:.1f} million parameters, in half precision. It has seen only faces
drawn by this project; on photographs its guess means nothing. Terms: MIT, as the code.

Made by `vitdfd demo`, which draws the 3,000 faces, then

```bash
vitdfd pretrain --name masked --data data/demo/pretraining --cache data/demo/decoded --epochs 40 --batch-size 32 --lr 1.5e-3 \\
    --warmup 0.05 --precision fp32 --model.image-size 96 --model.patch-size 12 --model.width 128 --model.depth 4 --model.heads 4 \\
    --model.mlp-width 512 --model.stem conv --mim.no-norm-pix --mim.head conv --mim.mask-ratio 0.75 --mim.decoder-width 96
python benchmarks/masked.py --run runs/masked
```

Mean squared error on the hidden patches of 200 drawn people whom it has not seen, in units of the normalised image, with 95%
bootstrap intervals; the mean face is that of 200 others. One training, seed 0.

{table(pretrained)}
"""


def main() -> None:
    "Read the run, write the folder."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=Path("runs/masked"))
    run = parser.parse_args().run
    torch.set_num_threads(1)
    pretrained, config = find_pretrained(run.parent, (run.name,)), PretrainConfig.load(run / "config.json")
    FOLDER.mkdir(exist_ok=True)
    with atomic(FOLDER / "model.safetensors") as path:
        path.write_bytes(save({name: x.half().contiguous() for name, x in pretrained.mim.state_dict().items()}))
    config.save(FOLDER / "config.json")
    with atomic(FOLDER / "README.md") as path: path.write_text(card(find_pretrained(run.parent / "none")), encoding="utf-8")
    print((FOLDER / "README.md").read_text(encoding="utf-8"))


if __name__ == "__main__": main()
