"Killed for real, at a moment nobody chose: nothing half-written, and the job goes on to the same end."
import json
import os
import shutil
import signal
import subprocess
import sys
import time

from vitdfd.clips import draw_clip, write_clip
from vitdfd.core import generator
from vitdfd.faces import find_images, read_image
from vitdfd.jobs import PrepareConfig
from vitdfd.prepare import prepare, read_manifest

JOB = """
import os, signal, sys, torch
from pathlib import Path
from vitdfd import prepare as module
from vitdfd.jobs import PrepareConfig

def fragile(path, *args, cut=module.cut_video):  # in each process, since each reads this file
    once = Path(sys.argv[2], "once")
    if "kills" in path.name or path.name == "once.mp4" and not once.exists():
        once.touch()
        os.kill(os.getpid(), signal.SIGKILL)  # as if the decoder had crashed
    return cut(path, *args)

module.cut_video = fragile
if __name__ == "__main__":
    torch.set_num_threads(1)
    module.prepare(sys.argv[1], PrepareConfig(out=sys.argv[2], frames=8, size=64, workers=int(sys.argv[3])))
"""


def rows(out):
    return sorted(tuple(row.values()) for row in read_manifest(out))


def start(tmp_path, out, workers=0):
    (tmp_path / "job.py").write_text(JOB)
    return subprocess.Popen([sys.executable, tmp_path / "job.py", tmp_path / "videos", out, str(workers)],
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def test_killed_and_resumed(tmp_path):
    images = [face.image for face in draw_clip(generator(0, "killed"), 8, 96)]
    for i in range(12): write_clip(tmp_path / "videos" / ("REAL" if i % 2 else "FAKE") / f"clip{i}.mp4", images, fps=8)
    stopped, straight = tmp_path / "stopped", tmp_path / "straight"
    job = start(tmp_path, stopped)
    end = time.time() + 120
    while len(rows(stopped)) < 8 and job.poll() is None and time.time() < end: time.sleep(0.02)
    os.kill(job.pid, signal.SIGKILL)
    job.communicate()
    done = rows(stopped)
    assert 8 <= len(done) < 12 * 8 and len(done) % 8 == 0
    for path in find_images(stopped): assert read_image(path).shape == (3, 64, 64)
    job = start(tmp_path, stopped, workers=2)
    error = job.communicate(timeout=300)[1]
    assert job.returncode == 0, error
    prepare(tmp_path / "videos", PrepareConfig(out=str(straight), frames=8, size=64))
    assert len(rows(straight)) == 12 * 8 and rows(stopped) == rows(straight) and set(done) <= set(rows(stopped))
    assert not list(stopped.glob(".writing-*"))
    assert {p.relative_to(stopped): p.read_bytes() for p in find_images(stopped)} == {
        p.relative_to(straight): p.read_bytes() for p in find_images(straight)}


def test_a_video_that_kills_its_process_costs_one_video(tmp_path):
    images = [face.image for face in draw_clip(generator(0, "killer"), 8, 96)]
    videos, out = tmp_path / "videos", tmp_path / "out"
    clip = write_clip(tmp_path / "clip.mp4", images, fps=8)
    made = {f"{name}.mp4": {"label": "REAL", "split": "train"} for name in ("a", "b", "c", "kills", "once")}
    made |= {f"{name}.mp4": {"label": "FAKE", "split": "train", "original": "a.mp4"} for name in ("a1", "a2-kills", "a3")}
    videos.mkdir()
    for name in made: shutil.copy(clip, videos / name)
    (videos / "metadata.json").write_text(json.dumps(made))
    job = start(tmp_path, out, workers=2)
    error = job.communicate(timeout=300)[1]
    assert job.returncode == 0, error
    assert {row[1] for row in rows(out)} == {f"videos/{name}" for name in made if "kills" not in name}
    assert len(rows(out)) == len(find_images(out)) == 6 * 8 and not list(out.glob(".writing-*"))
    failed = (out / "not_prepared.csv").read_text().splitlines()[1:]
    assert sorted(line.split(",")[0] for line in failed) == ["videos/a2-kills.mp4", "videos/kills.mp4"]
    assert all("the process that read it died" in line for line in failed)


def test_where_no_process_can_start_no_video_is_to_blame(tmp_path):
    write_clip(tmp_path / "videos" / "REAL" / "a.mp4", [face.image for face in draw_clip(generator(0, "start"), 2, 96)], fps=2)
    (tmp_path / "job.py").write_text(JOB.replace('if __name__ == "__main__":', "if True:"))
    done = subprocess.run([sys.executable, tmp_path / "job.py", tmp_path / "videos", tmp_path / "out", "2"],
                          capture_output=True, text=True, timeout=300)
    assert done.returncode != 0 and "BrokenProcessPool" in done.stderr
