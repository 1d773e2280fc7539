"The benchmark of the heat maps, on a handful of drawn faces: all rows are there, and ours agree with pytorch-grad-cam's."
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from vitdfd.detector import Detector

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))


@pytest.fixture(scope="module")
def found() -> dict:
    "Scores of four drawn fakes by every method."
    from localise import drawn_fakes, measure
    torch.set_num_threads(1)
    detector = Detector.from_pretrained(ROOT / "models" / "drawn")
    return measure(detector, drawn_fakes(detector, 4), subset=2)


def test_every_score_is_a_number(found):
    from localise import WHERE, WHY
    for name, row in found.items():
        assert [len(row[score]) for score in WHERE + WHY] == [4] * 4 + [2] * 4, name
        assert all(np.isfinite(values).all() for values in row.values()), name


def test_our_grad_cam_scores_as_theirs(found):
    for score, values in found["Grad-CAM, last norm"].items():
        np.testing.assert_allclose(values, found["Grad-CAM (pytorch-grad-cam)"][score], atol=1e-3, err_msg=score)


def test_the_controls_know_nothing_of_the_model(found):
    assert found["centre spot"]["shuffled weights, near 0 is good"] == pytest.approx([1, 1])


def test_the_page_holds_every_method(found, tmp_path):
    from localise import WHERE, table, write_page
    write_page(tmp_path / "localise.md", {"four drawn faces": found}, [table(found, WHERE, bold=True)], 60)
    page = (tmp_path / "localise.md").read_text(encoding="utf-8")
    assert "{{" not in page and "four drawn faces" in page and "in 1 minutes" in page
    assert all(page.count(f"| {name} |") == 2 for name in found)


def test_detectors_may_have_other_methods(found):
    from localise import mean_ranks
    fewer = {name: row for name, row in found.items() if name != "Grad-CAM, last norm"}  # as where pooling is by mean
    assert {name for name, _ in mean_ranks({"max": found, "mean": fewer})} == set(fewer)
