"""The explorer's page in a real browser, by keyboard. Skipped where there is no Chromium. Screenshots go to tests/screenshots."""
import re
import signal
import socket
import urllib.error
import urllib.request
from io import BytesIO
from pathlib import Path

import psutil
import pytest
from pages import LIMIT, ROOT, Server, becomes_another, free_port, move_all, open_page, watched
from PIL import Image


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
