"The main job as a process, very small: it ends with a report, and a second run reuses what is there."
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch

from vitdfd.cli import main
from vitdfd.faults import Fault, only_one

SMALL = [
    "--unlabelled", "24", "--train", "16", "--validation", "8", "--test", "12",
    "--pretrain.epochs", "1", "--pretrain.batch-size", "8", "--finetune.epochs", "1", "--finetune.batch-size", "8",
]
for job in ("pretrain", "finetune"):
    SMALL += [f"--{job}.model.image-size", "32", f"--{job}.model.patch-size", "8", f"--{job}.model.width", "32",
              f"--{job}.model.depth", "2", f"--{job}.model.heads", "2", f"--{job}.model.mlp-width", "64"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    "A folder in which a very small demo has run, as a process with a second one beside it."
    folder = tmp_path_factory.mktemp("demo")
    done = subprocess.run([sys.executable, "-m", "vitdfd", "demo", *SMALL], cwd=folder, capture_output=True, text=True,
                          env={**os.environ, "OMP_NUM_THREADS": "2"})
    assert done.returncode == 0, done.stderr[-3000:]
    assert "test AUC, pretrained" in done.stdout and "test AUC, no pretraining" in done.stdout
    assert "broke off" not in done.stdout and "Traceback" not in done.stderr
    assert "demo-finetune: 100%" in done.stderr
    assert "from-scratch: 0step" in done.stderr and "from-scratch: 100%" not in done.stderr  # done beside, here only looked up
    assert "next: vitdfd predict" in done.stdout and "--model runs/demo-finetune/best" in done.stdout
    return folder


@pytest.fixture
def here(folder, monkeypatch) -> Iterator[Path]:
    "The same folder, where the command line runs in this process."
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # nothing beside
    monkeypatch.chdir(folder)
    yield folder
    torch.set_num_threads(threads)


def test_the_report_is_one_file_with_every_picture_inside(folder):
    page = (folder / "runs" / "demo" / "report.html").read_text(encoding="utf-8")
    assert page.count('src="data:image/png;base64,') >= 8 and 'src="http' not in page
    assert "Where it looks" in page


def test_a_report_opens_on_a_phone_and_prints(browser, here, tmp_path):
    data, model = "data/demo/finetuning", ["--model", "runs/demo-finetune/best", "--out"]
    assert main(["audit", data, "--out", str(tmp_path / "audit")]) in (0, 1)  # it has the widest table
    assert main(["evaluate", "--data", data, *model, str(tmp_path / "evaluate")]) == 0
    assert main(["predict", f"{data}/Test", *model, str(tmp_path / "predict")]) == 0
    reports = [tmp_path / name / "report.html" for name in ("audit", "evaluate", "predict")]
    for report in (here / "runs" / "demo" / "report.html", *reports):
        page, asked = browser.new_page(viewport={"width": 390, "height": 844}), []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(report.as_uri())
        pictures = page.evaluate("[...document.images].map(i => i.naturalWidth > 0 && i.alt !== '')")
        assert pictures and all(pictures)
        assert page.evaluate("document.documentElement.scrollWidth") == 390  # nothing pushes the page sideways
        assert [url for url in asked if not url.startswith("data:")] == [report.as_uri()]
        assert page.pdf().startswith(b"%PDF")
        page.close()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such modes")
def test_others_may_read_what_they_may_read_elsewhere(folder):
    (folder / "by_open").touch()  # safetensors' own writer lets nobody else in
    usual = (folder / "by_open").stat().st_mode
    assert [f for f in folder.rglob("*") if f.is_file() and f.stat().st_mode != usual] == []


def test_a_second_run_reuses_what_is_there(here, capsys):
    files = [here / name for name in ("data/demo/drawn.json", "runs/demo-pretrain/encoder/model.safetensors",
                                      "runs/demo-finetune/best/model.safetensors")]
    before = [f.stat().st_mtime_ns for f in files]
    assert main(["demo", *SMALL]) == 0
    assert "drawing faces" not in capsys.readouterr().err
    assert [f.stat().st_mtime_ns for f in files] == before


def test_the_detector_predicts_from_the_terminal(here, capsys):
    photos = sorted((here / "data/demo/finetuning/Test/FAKE").glob("*.jpg"))[:2]
    assert main(["predict", *map(str, photos)]) == 0
    assert len(capsys.readouterr().out.strip().splitlines()) == 2
    assert len(list((here / "results").glob("*.png"))) == 8


def test_evaluate_reads_the_same_layout(here):
    assert main(["evaluate", "--model", "runs/demo-finetune/best", "--data", "data/demo/finetuning"]) == 0
    assert (here / "results/evaluate/Test/report.json").is_file()


def test_other_settings_under_the_same_name_are_refused(here, capsys):
    assert main(["demo", *SMALL, "--pretrain.lr", "0.01"]) == 2
    said = capsys.readouterr().err
    assert "other settings" in said and said.count("\n") >= 1
    assert "Traceback" not in said


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_the_process_beside_ends_with_the_first(folder, tmp_path, number):
    "Whatever ends the first training: the other one saves a checkpoint and lets go of its folder."
    runs = {name: tmp_path / name for name in ("one", "two")}
    program = ("from vitdfd.beside import beside, finetune_both\nfrom vitdfd.config import FinetuneConfig, ViTConfig\n"
               f"job = FinetuneConfig(runs={str(tmp_path)!r}, data='data/demo/finetuning', epochs=10_000,\n"
               "                     model=ViTConfig.for_tests())\n"
               "if __name__ == '__main__':\n"
               "    with beside() as other: finetune_both(job.replace(name='one'), job.replace(name='two'), other)\n")
    (tmp_path / "both.py").write_text(program)
    with open(tmp_path / "said", "w") as said:
        job = subprocess.Popen([sys.executable, tmp_path / "both.py"], cwd=folder, stderr=said,
                               env={**os.environ, "OMP_NUM_THREADS": "2"})
    waited(lambda: all(list(run.glob("checkpoints/*.pt")) for run in runs.values()))
    before = max(runs["two"].glob("checkpoints/*.pt"))
    job.send_signal(number)
    assert job.wait(60) != 0
    waited(lambda: is_free(runs["two"]))
    assert max(runs["two"].glob("checkpoints/*.pt")) > before
    assert "Process SpawnProcess" not in (tmp_path / "said").read_text()  # no traceback of the other one


def waited(true: Callable[[], bool]) -> None:
    "Wait until it is true, two minutes at most."
    end = time.monotonic() + 120
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)


def is_free(run: Path) -> bool:
    "Has the process that trains there let go?"
    try:
        with only_one(run): return True
    except Fault: return False
