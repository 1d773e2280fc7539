"The shipped weights and their card say the same. The photos themselves are not here; VITDFD_PHOTOS names their folder where they are."
import os
import sys
from pathlib import Path

import pytest

from vitdfd.core import load_json
from vitdfd.detector import Detector
from vitdfd.faces import find_split

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))
SHIPPED = ROOT / "models" / "photos"


@pytest.fixture(scope="module")
def detector() -> Detector:
    "The detector as a user gets it."
    return Detector.from_pretrained(SHIPPED)


@pytest.fixture(scope="module")
def said() -> dict:
    "The figures that the card was written from."
    return load_json(SHIPPED / "results.json")


def test_the_card_states_the_figures(said):
    from photos_card import tables
    assert tables(said) in (SHIPPED / "README.md").read_text(encoding="utf-8")
    assert sum(f.stat().st_size for f in SHIPPED.iterdir()) < 30e6


def test_the_drawn_test_set_gives_the_cards_figures(detector, said):
    from photos_card import ask, drawn_faces, numbers
    found = numbers(ask(detector, *drawn_faces()), detector.threshold)["metrics"]
    for name in ("auc", "log_loss", "brier"):
        assert found[name] == pytest.approx(said["kinds"]["drawn"]["metrics"][name], abs=0.01), name


@pytest.mark.parametrize("name", ["stylegan", "parts"])
def test_the_photos_give_the_cards_figures(detector, said, name):
    if "VITDFD_PHOTOS" not in os.environ:
        pytest.skip("the photos are not part of the project; set VITDFD_PHOTOS to their folder")
    from photos_card import ask, numbers
    files = find_split(Path(os.environ["VITDFD_PHOTOS"]) / name, "Validation")
    found = numbers(ask(detector, files.paths, files.labels), detector.threshold)["metrics"]
    for metric in ("auc", "log_loss", "brier"):
        assert found[metric] == pytest.approx(said["kinds"][name]["metrics"][metric], abs=0.01), metric
