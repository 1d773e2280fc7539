"The Kaggle set in its own layout, very small: one command from the folders to the table; a second one trains nothing."
import subprocess
import sys
from pathlib import Path
from runpy import run_path

import pytest
from torchvision.transforms.v2 import functional as F

from vitdfd.core import generator
from vitdfd.drawn import draw_faces
from vitdfd.forge import self_blend

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def dataset(tmp_path_factory) -> Path:
    "Train, Validation and Test, each with Fake and Real."
    folder = tmp_path_factory.mktemp("kaggle") / "Dataset"
    for number, split in enumerate(("Train", "Validation", "Test")):
        for i, face in enumerate(draw_faces(6, seed=number, size=48)):
            fake = self_blend(face.image, face.points, generator(number, i), strength=3).image
            for name, image in (("Real", face.image), ("Fake", fake)):
                path = folder / split / name / f"{name.lower()}_{i}.jpg"
                path.parent.mkdir(parents=True, exist_ok=True)
                F.to_pil_image(image).save(path)
    return folder


SMALL = ["--size", "32", "--preset", "tiny", "--epochs", "1", "--seeds", "1", "--workers", "0"]


def test_one_command_makes_the_table(dataset, monkeypatch):
    script, args = str(ROOT / "benchmarks" / "kaggle.py"), ["--data", str(dataset), *SMALL]  # as documented, at the smallest size
    done = subprocess.run([sys.executable, script, *args], cwd=dataset.parent, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    table = (dataset.parent / "runs" / "kaggle.md").read_text(encoding="utf-8")
    assert "vitdfd, seed 0" in table and "Meso-4" in table and table in done.stdout
    best = dataset.parent / "runs" / "kaggle_0" / "best" / "model.safetensors"
    before = best.stat().st_mtime_ns
    monkeypatch.chdir(dataset.parent)
    monkeypatch.setattr(sys, "argv", [script, *args])
    run_path(script, run_name="__main__")
    assert best.stat().st_mtime_ns == before
