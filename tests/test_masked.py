"The model that fills in, as it comes along: what its card says of it is so."
import re
import sys
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "benchmarks"))


def test_the_card_states_the_figures(tmp_path):
    from masked import FOLDER, table

    from vitdfd.bench import find_pretrained
    torch.set_num_threads(1)
    found = table(find_pretrained(tmp_path))
    said = (FOLDER / "README.md").read_text(encoding="utf-8")
    numbers = [[float(x) for x in re.findall(r"0\.\d{3}", text)] for text in (found, said[said.index("| hidden"):])]
    assert len(numbers[0]) == 24 and numbers[0] == pytest.approx(numbers[1], abs=0.003)
    assert all(model < mean for model, mean in zip(numbers[0][::6], numbers[0][3::6]))
    assert sum(f.stat().st_size for f in FOLDER.iterdir()) < 4e6
