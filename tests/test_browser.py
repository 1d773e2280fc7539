"""The page and the lessons in a real browser, by keyboard. Skipped where there is no Chromium.

VITDFD_BROWSER=all runs every lesson in JupyterLab, instead of two. Screenshots go to tests/screenshots.
"""
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import warnings
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import psutil
import pytest
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent
SHOTS = Path(__file__).resolve().parent / "screenshots"
LIMIT = 240  # s, for anything that is waited for; a free machine needs a tenth of it
LESSONS = sorted(p.stem for p in (ROOT / "nbs").glob("[0-9]*.ipynb"))
if os.environ.get("VITDFD_BROWSER") != "all":
    LESSONS = [name for name in LESSONS if name.split("_")[0] in ("00", "50")]


class Server:
    "A process in a folder of its own that serves pages, with its log."

    def __init__(self, folder: Path, command: list[str], cwd: Path, ready: str):
        places = {name: str(folder / name.lower()) for name in
                  ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "JUPYTERLAB_SETTINGS_DIR", "IPYTHONDIR", "TMPDIR")}
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


def explore(folder: Path, port: int) -> Server:
    "`vitdfd explore`, started where the shipped weights are."
    command = ["-m", "vitdfd", "explore", "--no-browser", "--port", str(port), "--model", str(ROOT / "models" / "photos")]
    return Server(folder, command, folder, r"http://127\.0\.0\.1:\d+/\?token=\S+")


def ends_clean(server: Server, how: int) -> None:
    "It stops with one line, whatever its kernels are doing, and leaves no process and no folder."
    before = server.log()
    assert (server.stop(how), server.log().removeprefix(before)) == (0, "explorer: stopped\n"), server.log()
    assert not list(server.temporary.glob("vitdfd-*"))
    assert not [p for p in psutil.process_iter(["cmdline"]) if str(server.temporary) in " ".join(p.info["cmdline"] or ())]


def status(url: str) -> tuple[int, str]:
    "What a stranger gets: the code, and where they end up."
    try:
        with urllib.request.urlopen(url, timeout=LIMIT) as answer: return answer.status, answer.url
    except urllib.error.HTTPError as error: return error.code, url


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


@pytest.fixture(scope="module")
def explorer(browser, tmp_path_factory):
    "The explorer; at the end it must go without a trace."
    server = explore(tmp_path_factory.mktemp("explorer"), free_port())
    yield server
    ends_clean(server, signal.SIGTERM)


@pytest.fixture(scope="module")
def page(browser, explorer):
    "The explorer's page, open."
    page = open_page(browser, explorer.url, ".widget-tab img")
    yield page
    page.close()


def hand_in(page, name: str, data: bytes) -> None:
    "Choose a file by keyboard, as a visitor does."
    with page.expect_file_chooser() as chooser: page.get_by_role("button", name="your photo").press("Enter")
    chooser.value.set_files({"name": name, "mimeType": "image/png", "buffer": data})


def test_a_taken_port_strangers_and_a_fifth_page(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        server = explore(tmp_path, port)
    try:
        base = server.url.split("?")[0]
        assert str(port) not in base
        assert "/login" in status(base)[1]
        assert "/login" in status(f"{base}?token=guessed")[1]
        for path in ("api/kernels", "api/contents", "voila/tree", "voila/files/explorer.ipynb", "voila/render/explorer.ipynb"):
            assert status(f"{base}{path}")[0] in (403, 404, 405) or "/login" in status(f"{base}{path}")[1], path
            assert status(f"{base}{path}?{server.url.split('?')[1]}")[0] in (403, 404, 405), path
        pages = [urllib.request.urlopen(server.url, timeout=LIMIT) for _ in range(4)]
        with pytest.raises(urllib.error.HTTPError, match="4 pages are open already"): urllib.request.urlopen(server.url, timeout=LIMIT)
        server.wait("503 GET")  # an answer is logged after it was sent
        ends_clean(server, signal.SIGINT)  # while the four kernels start
        for page in pages: page.close()
    finally: server.stop()


def test_every_control_of_the_page_moves_its_picture(explorer, page):
    tabs = page.get_by_role("tab")
    assert tabs.count() == 5
    for i in range(5):
        with watched(explorer, page, f"page-{i}"):
            if i:
                tabs.nth(i - 1).focus()
                page.keyboard.press("ArrowRight")
                page.keyboard.press("Enter")
            lab = page.locator(".widget-tab-contents > :not(.lm-mod-hidden)")
            lab.locator("img").wait_for(timeout=LIMIT * 1000)
            assert move_all(page, lab) == (6, 6, 3, 3, 4)[i]


def test_uploads(explorer, page):
    photo = BytesIO()
    Image.radial_gradient("L").convert("RGB").save(photo, "PNG")
    page.get_by_role("tab").nth(0).click()
    said = []
    page.on("dialog", lambda dialog: (said.append(dialog.message), dialog.accept()))
    with watched(explorer, page, "upload"):
        hand_in(page, "me.png", photo.getvalue())
        page.get_by_text("no face was found").wait_for()
        page.wait_for_function("document.querySelector('img').alt.includes('your photo')")
        assert re.search(r"says (FAKE|REAL) [01]\.\d\d", page.locator("img").first.get_attribute("alt"))
        odd = {"broken.png": photo.getvalue()[:500], "<b>page</b>.png": b"<script>alert(1)</script>", "empty.jpg": b""}
        for name, data in odd.items():
            hand_in(page, name, data)
            page.get_by_text("not judged").filter(has_text=name).wait_for()
        assert said == []
        with page.expect_event("dialog"): hand_in(page, "film.png", bytes(10_100_000))
        assert said == ["film.png: 10.1 MB; wanted a photo of at most 10 MB"]
        assert "Traceback" not in page.inner_text("body")
        lab = page.locator(".widget-tab-contents > :not(.lm-mod-hidden)")
        before = lab.locator("img").get_attribute("src")
        lab.locator(".noUi-handle").first.press("Home")
        assert becomes_another(page, lab, before)  # still at work


def test_the_page_runs_no_code_of_its_visitors(explorer, page, tmp_path):
    made = tmp_path / "made"
    sent = page.evaluate("""async code => {
        const id = JSON.parse(document.getElementById("jupyter-config-data").textContent).kernelId
        const socket = new WebSocket(`ws://${location.host}/api/kernels/${id}/channels?session_id=test`)
        await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject })
        const send = (msg_id, msg_type, content) => {
            const header = {msg_id, username: "", session: "test", msg_type, version: "5.3", date: ""}
            socket.send(JSON.stringify({header, parent_header: {}, metadata: {}, content, channel: "shell", buffers: []}))
        }
        const answered = new Promise(resolve => socket.onmessage = message => {
            if (typeof message.data !== "string") return
            const {header, parent_header} = JSON.parse(message.data)
            if (parent_header.msg_id === "2" && header.msg_type === "kernel_info_reply") resolve(true)
        })
        send("1", "execute_request", {code, silent: false, store_history: false, user_expressions: {}, allow_stdin: false})
        send("2", "kernel_info_request", {})  // answered after the first, if that was passed on
        await answered
        socket.close()
        return true
    }""", f"open({str(made)!r}, 'w').close()")
    assert sent and not made.exists()
    assert "import" not in page.inner_text("body") and "from vitdfd" not in page.content()  # and shows none of its own


@pytest.fixture(scope="module")
def lab(browser, tmp_path_factory):
    "JupyterLab on a copy of the lessons: the server, and its page."
    folder = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "nbs", folder / "work" / "nbs", ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (folder / "work" / "models").symlink_to(ROOT / "models")
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
        if name == "50_explore":
            labs = page.locator(".jp-OutputArea-output .widget-vbox")
            assert labs.count() == 5
            for i, count in enumerate((6, 6, 4, 3, 3)):
                assert move_all(page, labs.nth(i)) == count
    choose(page, "File", "Close and Shut Down")  # fifty kernels would fill the memory
    page.get_by_role("button", name="Ok").click()
