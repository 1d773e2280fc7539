"Killed for real, at a moment nobody chose: nothing half-written, and the job goes on to the same end."
import os
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
import sys, torch
from vitdfd.jobs import PrepareConfig
from vitdfd.prepare import prepare
if __name__ == "__main__":
    torch.set_num_threads(1)
    prepare(sys.argv[1], PrepareConfig(out=sys.argv[2], frames=8, size=64, workers=int(sys.argv[3])))
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
