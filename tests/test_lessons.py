"""Every lesson in JupyterLab, in a real browser: Run All, no error, words for each picture. Skipped where there is no Chromium.

Screenshots go to tests/screenshots. Kernels are forked (`forked_kernel.py`): half of a short lesson's time was the import of torch.
"""
import json
import re
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest
from pages import LIMIT, ROOT, Server, free_port, move_all, open_page, watched

FORKED = Path(__file__).resolve().parent / "forked_kernel.py"
LESSONS = sorted(p.stem for p in (ROOT / "nbs").glob("[0-9]*.ipynb"))


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    "JupyterLab on a copy of the lessons: the server, and its page."
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "nbs", folder / "work" / "nbs", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (folder / "work" / "models").symlink_to(ROOT / "models")
    kernels = Server(folder / "kernels", [str(FORKED), str(folder / "socket")], folder, "kernels: ready")
    spec = folder / "jupyter_path" / "kernels" / "python3" / "kernel.json"
    spec.parent.mkdir(parents=True)
    spec.write_text(json.dumps({"argv": [sys.executable, str(FORKED), str(folder / "socket"), "-f", "{connection_file}"],
                                "display_name": "Python 3 (ipykernel)", "language": "python"}))
    settings = folder / "jupyterlab_settings_dir" / "@jupyterlab" / "notebook-extension"
    settings.mkdir(parents=True)
    (settings / "tracker.jupyterlab-settings").write_text('{"windowingMode": "none"}')  # every cell is on the page
    token, port = "for-the-tests", free_port()
    command = ["-m", "jupyterlab", "--no-browser", "--allow-root", f"--ServerApp.port={port}", "--ServerApp.ip=127.0.0.1",
               f"--IdentityProvider.token={token}", f"--ServerApp.root_dir={folder / 'work'}", "--LabApp.news_url=None",
               "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate"]
    server = Server(folder, command, folder / "work", rf"http://127\.0\.0\.1:{port}/lab")
    server.folder = folder / "work"
    page = open_page(browser, f"http://127.0.0.1:{port}/lab?token={token}&reset", ".jp-Launcher")
    yield server, page
    page.close()
    server.stop(signal.SIGTERM)  # Ctrl-C would be answered with a question
    kernels.stop(signal.SIGTERM)


def outputs(path: Path) -> list[list[dict] | None]:
    "Of each code cell of a saved notebook: its outputs, or None if it has not run; of one that is being written, None."
    try: cells = [cell for cell in json.loads(path.read_text())["cells"] if cell["cell_type"] == "code"]
    except json.JSONDecodeError: return [None]
    return [cell["outputs"] if cell["execution_count"] else None for cell in cells]


def choose(page, menu: str, item: str) -> None:
    "The item of JupyterLab's menu that begins like this."
    page.get_by_role("menuitem", name=menu, exact=True).click()
    page.get_by_role("menuitem", name=re.compile(f"^{item}")).click()


def run_all(page, path: Path) -> None:
    "Run All, then save until every cell is seen to have run, or one to have failed."
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()  # without a kernel, Run All does nothing and says nothing
    choose(page, "Run", "Run All Cells")
    end = time.monotonic() + LIMIT
    while time.monotonic() < end:
        page.wait_for_timeout(300)
        page.get_by_text("[*]:").first.wait_for(state="hidden", timeout=LIMIT * 1000)
        page.keyboard.press("Control+s")
        cells = outputs(path)
        failed = [o for cell in cells for o in cell or () if o["output_type"] == "error"]
        assert not failed, f"{path.stem}: {failed[0]['ename']}: {failed[0]['evalue']}"
        if None not in cells: return
    raise TimeoutError(f"{path.stem}: {sum(cell is None for cell in cells)} cells had not run after {LIMIT} s")


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_runs_in_jupyterlab(lab, name):
    server, page = lab
    with watched(server, page, name):
        choose(page, "File", "Open from Path")
        page.get_by_role("dialog").get_by_role("textbox").fill(f"nbs/{name}.ipynb")
        page.keyboard.press("Enter")
        run_all(page, server.folder / "nbs" / f"{name}.ipynb")
        words = page.locator(".jp-OutputArea-output img").evaluate_all("found => found.map(picture => picture.alt)")
        assert all(len(text.split()) > 2 for text in words), f"pictures without words: {words}"
        if name == "50_explore":
            labs = page.locator(".jp-OutputArea-output .widget-vbox")
            assert labs.count() == 5
            for i, count in enumerate((6, 6, 4, 3, 3)):
                assert move_all(page, labs.nth(i)) == count
    choose(page, "File", "Close and Shut Down")  # fifty kernels would fill the memory
    page.get_by_role("button", name="Ok").click()
