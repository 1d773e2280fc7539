"""Photos and videos dealt out by Ray, on a cluster of two processes on this machine.

Starting Ray and its workers takes minutes, so it is not among the packages of `make setup`; with `pip install ".[ray]"` in `.venv`,
`pytest tests/test_cluster.py` runs them.
"""
import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from torchvision.transforms.v2.functional import to_pil_image

from vitdfd import cluster, prepare
from vitdfd.cli import main
from vitdfd.clips import draw_clip, write_clip
from vitdfd.core import generator
from vitdfd.drawn import draw_faces
from vitdfd.jobs import PredictConfig, PrepareConfig, shipped
from vitdfd.predict import predict_photo

ray = pytest.importorskip("ray", reason="Ray is not installed: pip install '.[ray]'")
pq = pytest.importorskip("pyarrow.parquet")


@pytest.fixture(scope="module", autouse=True)
def two_processes():
    "A cluster of two cores, whatever the machine has."
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    ray.cloudpickle.register_pickle_by_value(sys.modules[__name__])  # the workers have no such module
    yield
    ray.shutdown()


class Fragile(cluster.Judge):
    "A judge whose process dies of one file, as if a decoder had crashed."

    def _row(self, file: bytes) -> dict:
        if file.endswith(b"killer.png"): os._exit(9)
        return super()._row(file)


def rows(out: Path) -> dict[str, dict]:
    "The rows by file name."
    found = pq.read_table(out / "predictions").to_pylist()
    assert len({row["path"] for row in found}) == len(found), "a file has two rows"
    return {Path(row["path"]).name: row for row in found}


def test_every_file_gets_a_row_whatever_is_in_it_and_a_second_call_goes_on(tmp_path, monkeypatch, capsys):
    photos, out = tmp_path / "photos", tmp_path / "out"
    photos.mkdir()
    for i, face in enumerate(draw_faces(5, seed=52, size=96)): to_pil_image(face.image).save(photos / f"{i}.png")
    (photos / "4.png").rename(photos / "killer.png")
    (photos / "page.jpg").write_text("<html>")
    monkeypatch.chdir(tmp_path)  # relative names, as people type them; the workers stand elsewhere
    typed = ["predict", "photos", "--engine", "ray", "--model", str(shipped("drawn")), "--out", "out", "--device", "cpu", "--json"]

    monkeypatch.setattr(cluster, "Judge", Fragile)
    monkeypatch.setattr(cluster, "BLOCK", 2)
    assert main(typed) == 1
    said = json.loads(capsys.readouterr().out)
    found = rows(out)
    assert sorted(found) == ["0.png", "1.png", "2.png", "3.png", "killer.png", "page.jpg"]
    assert said["not judged"] == 2 and sum(said.values()) == 6
    assert "process that judged it died" in found["killer.png"]["error"] and "not a picture" in found["page.jpg"]["error"]
    alone = predict_photo(path=photos / "0.png", out=None, **cluster.loaded(PredictConfig(model=str(shipped("drawn")), device="cpu")))
    assert found["0.png"]["prediction"] == alone["prediction"]
    assert found["0.png"]["fake_probability"] == pytest.approx(alone["fake_probability"], abs=1e-3)

    before = {path: path.read_bytes() for path in (out / "predictions").iterdir()}
    torn = min(path for path in before if "killers" not in path.name)
    torn.write_bytes(before[torn][:100])  # as a power cut leaves it
    to_pil_image(draw_faces(1, seed=53, size=96)[0].image).save(photos / "new.png")
    assert main(typed) == 1
    assert sorted(rows(out)) == sorted([*found, "new.png"])
    assert all(path.read_bytes() == content for path, content in before.items() if path != torn), "a finished table was touched"
    assert not torn.exists()

    late = photos / "late.png"  # named in a table, and not there yet
    (tmp_path / "listed.csv").write_text("path\nphotos/late.png\nphotos/never.png\n")
    listed = ["predict", "listed.csv", *typed[2:]]
    assert main(listed) == 1
    assert all(rows(out)[name]["error"].endswith("no such file") for name in ("late.png", "never.png"))
    shutil.copy(photos / "0.png", late)
    assert main(listed) == 1
    assert rows(out)["late.png"]["prediction"] == found["0.png"]["prediction"]
    assert rows(out)["never.png"]["error"].endswith("no such file")
    assert sorted(rows(out)) == sorted([*found, "new.png", "late.png", "never.png"])

    assert main([*typed, "--face", "never"]) == 2  # other settings, the same folder
    assert "was begun with face=auto (now never)" in capsys.readouterr().err


def test_videos_are_cut_as_on_one_machine(tmp_path, monkeypatch):
    for i in range(2):
        clip = [face.image for face in draw_clip(generator(i, "cluster"), 4, 96)]
        for label in ("REAL", "FAKE"): write_clip(tmp_path / "videos" / label / f"{label}{i}.mp4", clip, fps=4)
    (tmp_path / "videos" / "REAL" / "torn.mp4").write_bytes(b"no video")
    monkeypatch.chdir(tmp_path)
    for engine in ("local", "ray"):
        assert main(["prepare", "videos", "--engine", engine, "--out", engine, "--frames", "2", "--size", "64"]) == 0
    crops = {engine: {path.relative_to(engine): path.read_bytes() for path in Path(engine).rglob("*.png")}
             for engine in ("local", "ray")}
    assert crops["local"] == crops["ray"] and len(crops["ray"]) == 8
    lines = {engine: sorted((Path(engine) / "manifest.csv").read_text().splitlines()) for engine in crops}
    assert lines["local"] == lines["ray"]
    assert "torn.mp4" in (Path("ray") / "not_prepared.csv").read_text()


def fragile(items: list, config: PrepareConfig) -> list:
    "What a worker does, but a video can kill it."
    done = []
    for item in items:
        if "killer" in item.name: os._exit(9)
        done += prepare.cut_source([item], config)
    return done


def test_a_video_that_kills_its_process_costs_one_video_and_a_full_disk_the_job(tmp_path, monkeypatch):
    videos, out = tmp_path / "videos", tmp_path / "out"
    videos.mkdir()
    clip = write_clip(tmp_path / "clip.mp4", [face.image for face in draw_clip(generator(0, "killer"), 4, 96)], fps=4)
    made = {f"{name}.mp4": {"label": "REAL", "split": "train"} for name in ("a", "b", "killer")}
    made |= {f"{name}.mp4": {"label": "FAKE", "split": "train", "original": "a.mp4"} for name in ("a1", "a2-killer", "a3")}
    for name in made: shutil.copy(clip, videos / name)
    (videos / "metadata.json").write_text(json.dumps(made))
    monkeypatch.setattr(prepare, "_whole_source", fragile)
    config = PrepareConfig(out=str(out), engine="ray", frames=2, size=64)
    done = prepare.prepare(videos, config)
    assert {row["video"] for row in done.rows} == {f"videos/{name}.mp4" for name in ("a", "b", "a1", "a3")}
    assert sorted(done.failed) == ["videos/a2-killer.mp4", "videos/killer.mp4"]
    assert all("the process that read it died" in reason for reason in done.failed.values())
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "Train").write_text("no folder")
    with pytest.raises(OSError, match="Train"): prepare.prepare(videos, config.replace(out=str(tmp_path / "full")))
