"`vitdfd predict` as a process: stopped, killed, called twice, and two at once."
import csv
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from vitdfd import predict
from vitdfd.cli import main
from vitdfd.crops import ASTRONAUT
from vitdfd.evaluate import evaluate
from vitdfd.faces import read_image
from vitdfd.jobs import EvaluateConfig, PredictConfig, shipped
from vitdfd.transforms import eval_transform

MODEL = str(shipped("drawn"))


def album(folder: Path, photos: int) -> Path:
    "So many photos of the astronaut."
    folder.mkdir(parents=True)
    for i in range(photos): shutil.copy(ASTRONAUT, folder / f"{i:03d}.jpg")
    return folder


def table(folder: Path) -> list[dict]:
    "The rows of a job."
    with open(folder / "predictions.csv", newline="", encoding="utf-8") as file: return list(csv.DictReader(file))


def start(*args: str | Path) -> subprocess.Popen:
    "`vitdfd predict`, beside this process; Ctrl-C reaches it."
    command = [sys.executable, "-m", "vitdfd", "predict", *map(str, args), "--model", MODEL]
    env = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONUNBUFFERED": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env,
                            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_job_that_is_stopped_leaves_its_table(number, tmp_path):
    job = start(album(tmp_path / "album", 200), "--out", tmp_path / "out")
    for _ in range(3): assert job.stdout.readline()
    job.send_signal(number)
    said, errors = job.communicate(timeout=120)
    assert job.returncode == 128 + number and "stopped; what was judged before stands in predictions.csv" in errors, errors
    assert "Traceback" not in errors and 3 <= 3 + said.count("\n") <= len(table(tmp_path / "out")) < 200
    assert not list((tmp_path / "out").glob(".writing-*"))


def test_a_job_that_is_killed_leaves_most_of_its_table(tmp_path, monkeypatch):
    monkeypatch.setattr(predict, "SAVE_EVERY", 2)
    config = PredictConfig(model=MODEL, out=str(tmp_path / "out"), device="cpu")
    rows = predict.predict_job([album(tmp_path / "album", 4)], config)
    seen = []
    for count in range(1, 4):
        next(rows)
        seen.append(len(table(tmp_path / "out")) if count > 1 else 0)
    assert seen == [0, 2, 2]
    rows.close()
    assert len(table(tmp_path / "out")) == 3


def test_a_job_that_is_stopped_leaves_no_report_of_another(tmp_path, monkeypatch, capsys):
    job = ["predict", str(album(tmp_path / "album", 2)), "--out", str(tmp_path / "out"), "--model", MODEL]
    assert main(job) == 0 and (tmp_path / "out" / "report.html").exists()

    def interrupted(row: dict) -> str: raise KeyboardInterrupt

    monkeypatch.setattr("vitdfd.album.line_of", interrupted)
    assert main(job) == 130 and not (tmp_path / "out" / "report.html").exists()


def test_settings_that_a_detector_leaves_out_are_the_usual_ones(tmp_path, capsys):
    shutil.copytree(MODEL, tmp_path / "model")
    settings = json.loads((tmp_path / "model" / "config.json").read_text())
    del settings["threshold"]
    (tmp_path / "model" / "config.json").write_text(json.dumps(settings))
    assert main(["predict", str(ASTRONAUT), "--out", str(tmp_path / "out"), "--model", str(tmp_path / "model")]) == 0
    assert "0.50" in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("out", ["results", "."])
def test_what_an_earlier_run_wrote_is_no_photo(out, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(album(tmp_path / "album", 2))
    for _ in range(2):
        assert main(["predict", ".", "--out", out, "--model", MODEL]) == 0
        assert len(table(Path(out))) == 2
    assert "not judged" not in capsys.readouterr().out


def test_two_at_once_into_one_folder(tmp_path):
    first = start(album(tmp_path / "album", 200), "--out", tmp_path / "out")
    try:
        assert first.stdout.readline()
        second = start(ASTRONAUT, "--out", tmp_path / "out")
        _, errors = second.communicate(timeout=120)
        assert second.returncode == 2 and "is in use by process" in errors and errors.count("\n") == 1, errors
    finally:
        first.kill()
        first.communicate()
    again = start(ASTRONAUT, "--out", tmp_path / "out")  # a process that was killed holds nothing
    again.communicate(timeout=120)
    assert again.returncode == 0 and len(table(tmp_path / "out")) == 1


def test_one_face_gets_one_probability_whoever_asks(tmp_path):
    "The command, the table of a folder, the API, the network itself, and the job that evaluates."
    settings = predict.loaded(PredictConfig(model=str(shipped("photos")), device="cpu"))
    detector, face = settings["detector"], predict.face_of(read_image(ASTRONAUT)).image
    for label in ("FAKE", "REAL"):
        (tmp_path / "data" / "Test" / label).mkdir(parents=True)
        predict.F.to_pil_image(face).save(tmp_path / "data" / "Test" / label / "face.png")
    photo = tmp_path / "data" / "Test" / "REAL" / "face.png"
    config = PredictConfig(model=str(shipped("photos")), out=str(tmp_path / "out"), face="never", device="cpu")
    answers = [row["fake_probability"] for row in predict.predict_job([tmp_path / "data"], config)]
    answers.append(predict.predict_and_save(detector, photo, tmp_path / "out", face="never").probabilities["FAKE"])
    answers.append(float(detector.fake_probability(eval_transform(detector.transform)(face)[None]).item()))
    assert max(answers) - min(answers) < 1e-3, answers
    report = evaluate(EvaluateConfig(model=str(shipped("photos")), data=str(tmp_path / "data"), out=str(tmp_path / "e"),
                                     resamples=10, device="cpu"))
    said = "FAKE" if answers[0] > detector.threshold else "REAL"
    assert report["confusion"] == ([[1, 0], [1, 0]] if said == "FAKE" else [[0, 1], [0, 1]])
