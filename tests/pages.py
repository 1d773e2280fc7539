"""Servers, their pages and the keyboard, for the tests that use a real browser."""
import os
import re
import signal
import socket
import subprocess
import sys
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SHOTS = Path(__file__).resolve().parent / "screenshots"
LIMIT = 240  # s, for anything that is waited for; a free machine needs a tenth of it


class Server:
    "A process in a folder of its own that serves pages, with its log."

    def __init__(self, folder: Path, command: list[str], cwd: Path, ready: str):
        places = {name: str(folder / name.lower()) for name in
                  ("JUPYTER_PATH", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR",
                   "IPYTHONDIR", "TMPDIR")}
        for place in places.values(): Path(place).mkdir(parents=True, exist_ok=True)
        self.temporary, self.path = Path(places["TMPDIR"]), folder / "server.log"
        env = {**os.environ, **places, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE"}
        with self.path.open("w") as log:
            self.process = subprocess.Popen([sys.executable, *command], cwd=cwd, env=env, stdout=log, stderr=log,
                                            start_new_session=True, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))
        self.url = self.wait(ready)

    def log(self) -> str:
        "All that it said."
        return self.path.read_text()

    def wait(self, ready: str) -> str:
        "The first match of the pattern in the log."
        end = time.monotonic() + LIMIT
        while time.monotonic() < end and self.process.poll() is None:
            if found := re.search(ready, self.log()): return found.group()
            time.sleep(0.2)
        self.stop()
        raise TimeoutError(f"the server did not start within {LIMIT} s; it said:\n{self.log()}")

    def stop(self, how: int = signal.SIGINT) -> int:
        "Ctrl-C; its exit code. Killed, with all that it started, if it does not end."
        self.process.send_signal(how)
        try: return self.process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            return self.process.wait()


def free_port() -> int:
    "A port that was free a moment ago."
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextmanager
def watched(server: Server, page, name: str):
    "A screenshot at the end of the block; if it fails, the server's log as well."
    SHOTS.mkdir(exist_ok=True)
    try: yield
    except BaseException:
        said = [line for line in server.log().splitlines() if "Saving file" not in line]
        print("the server's log:", *said[-50:], sep="\n")
        raise
    finally: page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def open_page(browser, url: str, selector: str):
    "A page on which the selector is seen; tried a second time, and that is reported."
    for attempt in (1, 2):
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.set_default_timeout(60_000)
        try:
            page.goto(url, wait_until="commit")
            page.wait_for_selector(selector, timeout=LIMIT * 1000)
            return page
        except Exception as error:
            page.close()
            if attempt == 2: raise
            warnings.warn(f"{url.split('?')[0]} was opened a second time, after: {str(error)[:200]}", stacklevel=2)


FOCUS = "document.activeElement.outerHTML.slice(0, 200)"


def becomes_another(page, lab, before: str) -> bool:
    "Is the lab's picture soon another one? A tenth of a second is enough where nothing else runs."
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if lab.locator("img").get_attribute("src") != before: return True
        page.wait_for_timeout(50)
    return False


def move_all(page, lab) -> int:
    "Move every control by keyboard until the lab's picture changes; how many controls."
    lab.locator("h3").click()  # JupyterLab takes the focus away once, when it comes into another cell
    controls = lab.locator(".noUi-handle")
    for i in range(controls.count()):
        control = controls.nth(i)
        control.focus()

        def press(key: str, control=control) -> bool:
            "Is the control's value another one, and the picture too?"
            value, before = control.get_attribute("aria-valuetext"), lab.locator("img").get_attribute("src")
            page.keyboard.press(key)
            return control.get_attribute("aria-valuetext") != value and becomes_another(page, lab, before)

        keys = ("End", "Home", "ArrowLeft", "ArrowRight")  # the ends first: a step that hides or adds nothing may change no pixel
        assert any(map(press, keys)), f"control {i} changes nothing; focus: {page.evaluate(FOCUS)}"
        assert control.evaluate("e => e === document.activeElement"), f"control {i} lost the focus"
    assert lab.locator("[role=alert]").count() == 0
    return controls.count()
