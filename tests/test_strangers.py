"Weights, configs and manifests from strangers: nothing in them runs, nothing is allocated before it fits, nothing leaves its folder."
import io
import json
import os
import pickle
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from vitdfd.abstain import Familiar
from vitdfd.checkpoints import load_checkpoint
from vitdfd.config import TransformConfig, ViTConfig
from vitdfd.detector import Detector
from vitdfd.finetune import carry_over
from vitdfd.prepare import COLUMNS, read_manifest
from vitdfd.sources import find_videos
from vitdfd.vit import ViT, load_state, read_weights

ROOT = Path(__file__).resolve().parent.parent


class Trap:
    "An object that makes a folder when it is unpickled."

    def __init__(self, mark: Path):
        self.mark = mark

    def __reduce__(self):
        return os.mkdir, (str(self.mark),)


@pytest.fixture
def saved(tmp_path) -> Path:
    "A very small detector, as a stranger sends it."
    torch.manual_seed(0)
    Detector(ViTConfig.for_tests(), TransformConfig(size=32)).save_pretrained(tmp_path / "model")
    return tmp_path / "model"


def traps(mark: Path) -> dict[str, bytes]:
    "The ways in which a file of weights can hold code: a bare pickle, torch's new and old files, code beside sound tensors."
    state = ViT(ViTConfig.for_tests(classes=0)).state_dict()
    files = {"bare": pickle.dumps(Trap(mark)), "dict": pickle.dumps({"model": Trap(mark)})}
    for name, content in {"whole": Trap(mark), "beside": {"model": state, "args": Trap(mark)}}.items():
        for new in (True, False):
            file = io.BytesIO()
            torch.save(content, file, _use_new_zipfile_serialization=new)
            files[f"{name}_{'new' if new else 'old'}"] = file.getvalue()
    return files


KINDS = ("bare", "dict", "whole_new", "whole_old", "beside_new", "beside_old")


def test_the_trap_works(tmp_path):
    pickle.loads(traps(tmp_path / "mark")["bare"])
    assert (tmp_path / "mark").is_dir()
    (tmp_path / "mark").rmdir()
    torch.load(io.BytesIO(traps(tmp_path / "mark")["beside_new"]), weights_only=False)
    assert (tmp_path / "mark").is_dir()


@pytest.mark.parametrize("kind", KINDS)
def test_a_pickle_with_code_is_refused_and_does_not_run(kind, saved, tmp_path):
    mark, content = tmp_path / "mark", traps(tmp_path / "mark")[kind]
    detector = Detector.from_pretrained(saved)
    before = {name: x.clone() for name, x in detector.state_dict().items()}
    for name in ("timm.pth", "mae.pt", "encoder.safetensors", "step_1.pt"): (tmp_path / name).write_bytes(content)
    for name in ("timm.pth", "mae.pt", "encoder.safetensors"):
        with pytest.raises(ValueError, match="holds no weights that can be read safely"): read_weights(tmp_path / name)
        with pytest.raises(ValueError, match="read safely"): carry_over(detector, tmp_path / name)
    with pytest.raises(ValueError): load_checkpoint(tmp_path / "step_1.pt", detector)
    (saved / "familiar.safetensors").write_bytes(content)
    with pytest.raises(ValueError, match="read safely"): Familiar.load(saved)
    (saved / "model.safetensors").write_bytes(content)
    with pytest.raises(ValueError, match="not a detector that this version can use"): Detector.from_pretrained(saved)
    assert not mark.exists()
    assert all(torch.equal(x, before[name]) for name, x in detector.state_dict().items())


def test_the_command_line_says_it_in_one_line(saved, tmp_path):
    (saved / "model.safetensors").write_bytes(traps(tmp_path / "mark")["whole_new"])
    (tmp_path / "a.jpg").write_bytes(b"no photo")
    done = subprocess.run([sys.executable, "-m", "vitdfd", "predict", "a.jpg", "--model", "model"], cwd=tmp_path, capture_output=True,
                          text=True, env={**os.environ, "OMP_NUM_THREADS": "1"}, timeout=300)
    assert done.returncode == 2 and done.stderr.startswith("vitdfd: model is not a detector") and done.stderr.count("\n") == 1
    assert not (tmp_path / "mark").exists()


def test_only_safe_loading_is_in_the_package():
    for path in (ROOT / "vitdfd").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "import pickle" not in text and "weights_only=False" not in text and "allow_pickle" not in text, path
        assert text.count("torch.load(") == text.count("weights_only=True"), path


def changed(saved: Path, part: str, values: dict) -> None:
    "Rewrite some settings of a detector."
    config = json.loads((saved / "config.json").read_text())
    (config[part] if part else config).update(values)
    (saved / "config.json").write_text(json.dumps(config))


def peak_memory(anew: bool = False) -> int:
    "The most memory that this process has held, bytes; `anew`: it begins to count now. 0 where the system is not Linux."
    if sys.platform != "linux": return 0
    if anew: Path("/proc/self/clear_refs").write_text("5")
    return next(1024 * int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))


@pytest.mark.parametrize("part, values, words", [
    ("vit", {"image_size": 505_968, "patch_size": 16}, "tokens"),  # 10^9 of them
    ("vit", {"image_size": 10**9, "patch_size": 10**9}, "image_size"),
    ("vit", {"width": 10**6}, "width=1000000"),
    ("vit", {"depth": 10**6}, "depth=1000000"),
    ("vit", {"mlp_width": 10**9}, "mlp_width=1000000000"),
    ("vit", {"channels": 10**9}, "channels=1000000000"),
    ("vit", {"classes": 10**9}, "classes=1000000000"),
    ("vit", {"width": 8192, "depth": 128, "mlp_width": 65536, "heads": 8}, "does not hold the architecture"),  # 171 billion weights
    ("vit", {"image_size": 4096, "patch_size": 16, "width": 8192, "heads": 8, "positions": "learned"}, "divide|architecture"),
    ("vit", {"width": -32}, "width=-32"),
    ("vit", {"width": "32"}, "width is '32'; wanted int"),
    ("vit", {"width": True}, "width is True; wanted int"),
    ("vit", {"depth": 2.0}, "depth is 2.0; wanted int"),
    ("vit", {"dropout": float("nan")}, "dropout is nan; wanted float"),
    ("vit", {"stem": "../evil"}, "stem is '../evil'; wanted Literal"),
    ("vit", {"pool": ["mean"]}, "pool is"),
    ("vit", {"colour": "green"}, "no setting 'colour'"),
    ("transform", {"size": 10**9}, "size=1000000000"),
    ("transform", {"std": [0, 0, 0]}, "std="),
    ("transform", {"mean": [0.5]}, "mean is"),
    ("transform", {"mean": "abc"}, "mean is"),
    ("", {"vit": 5}, "vit is 5; wanted ViTConfig"),
    ("", {"vit": None}, "vit is None"),
    ("", {"classes": "FAKE"}, "classes is 'FAKE'"),
    ("", {"classes": [1, 2]}, "classes is"),
    ("", {"classes": ["FAKE", "REAL", "CAT"]}, "different names"),
    ("", {"threshold": "0.5"}, "threshold is '0.5'; wanted float"),
    ("", {"threshold": float("nan")}, "threshold is nan"),
    ("", {"temperature": float("inf")}, "temperature is inf"),
    ("", {"temperature": 10**400}, "temperature is 1000"),
    ("", {"__class__": "os.system"}, "no setting '__class__'"),
])
def test_a_config_is_checked_before_memory_is_taken(saved, part, values, words):
    changed(saved, part, values)
    before, began = peak_memory(anew=True), time.monotonic()
    with pytest.raises(ValueError, match="is not a detector that this version can use.*" + words): Detector.from_pretrained(saved)
    assert peak_memory() - before < 100 * 2**20 and time.monotonic() - began < 20


@pytest.mark.parametrize("text", ["", "null", "[]", "5", '"x"', "{", '{"vit": {}}', "[" * 50_000, '{"vit": ' * 5000, "\x00",
                                  '{"a": 1' + "0" * 5000 + "}"])
def test_a_config_that_is_none(saved, text):
    (saved / "config.json").write_text(text)
    with pytest.raises(ValueError, match="is not a detector that this version can use"): Detector.from_pretrained(saved)


@pytest.mark.parametrize("what", ["missing", "extra", "shape", "cut", "empty", "header", "overlap", "text"])
def test_weights_that_do_not_fit(saved, what):
    file = saved / "model.safetensors"
    state, whole = load_file(file), file.read_bytes()
    first, *rest = state
    if what == "missing": save_file({name: state[name] for name in rest}, file)
    if what == "extra": save_file(state | {"extra": torch.zeros(2)}, file)
    if what == "shape": save_file(state | {first: torch.zeros(3)}, file)
    if what == "cut": file.write_bytes(whole[:-100])
    if what == "empty": file.write_bytes(b"")
    if what == "header": file.write_bytes(struct.pack("<Q", 2**62) + whole[8:])
    if what == "overlap":
        head = json.dumps({"a": {"dtype": "F32", "shape": [10**12], "data_offsets": [0, 4 * 10**12]}}).encode()
        file.write_bytes(struct.pack("<Q", len(head)) + head)
    if what == "text": file.write_text("version https://git-lfs.github.com/spec/v1\n")
    with pytest.raises(ValueError, match="is not a detector that this version can use"): Detector.from_pretrained(saved)


@pytest.mark.parametrize("state", [
    {"pos_embed": 5}, {"model": {"pos_embed": "text"}}, {1: torch.zeros(2)}, {"model": {}}, {"state_dict": None}, {},
    {"pos_embed": torch.zeros(2)}, {"cls_token": torch.zeros(1, 1, 32), "blocks": {"0": torch.zeros(1)}},
])
def test_odd_state_dicts_are_refused_with_nothing_changed(state, tmp_path):
    vit = ViT(ViTConfig.for_tests())
    before = {name: x.clone() for name, x in vit.state_dict().items()}
    torch.save(state, tmp_path / "odd.pt")
    with pytest.raises(ValueError, match="nothing was loaded"): load_state(vit, read_weights(tmp_path / "odd.pt"))
    assert all(torch.equal(x, before[name]) for name, x in vit.state_dict().items())


@pytest.mark.parametrize("tensors", [
    {"mean": torch.zeros(4)}, {"mean": torch.zeros(4), "whiten": torch.zeros(4, 3), "percentiles": torch.zeros(101)},
    {"mean": torch.zeros(4), "whiten": torch.zeros(4, 4), "percentiles": torch.zeros(9)}, {"other": torch.zeros(1)},
    {"mean": torch.zeros(4, dtype=torch.int32), "whiten": torch.zeros(4, 4), "percentiles": torch.zeros(101)},
])
def test_what_is_familiar_is_checked_too(saved, tensors):
    save_file(tensors, saved / "familiar.safetensors")
    with pytest.raises(ValueError, match="safetensors does not hold"): Familiar.load(saved)


@pytest.mark.parametrize("name", ["../outside.mp4", "/etc/passwd", "a/../../outside.mp4", "..", "ok/../../../x.mp4"])
@pytest.mark.parametrize("place", ["video", "original"])
def test_metadata_stays_in_its_folder(tmp_path, name, place):
    row = {"label": "FAKE", "original": name if place == "original" else "a.mp4"}
    (tmp_path / "metadata.json").write_text(json.dumps({name if place == "video" else "b.mp4": row}))
    with pytest.raises(ValueError, match="outside of its folder"): find_videos(tmp_path)


@pytest.mark.parametrize("path", ["../../outside/1.png", "/etc/passwd", "Train/../../x/1.png"])
def test_a_manifest_stays_in_its_folder(tmp_path, path):
    row = dict.fromkeys(COLUMNS, "1") | {"path": path, "video": "a.mp4"}
    (tmp_path / "manifest.csv").write_text(",".join(COLUMNS) + "\n" + ",".join(row[name] for name in COLUMNS) + "\n")
    with pytest.raises(ValueError, match="outside of its folder"): read_manifest(tmp_path)
