"What the documentation says can be typed: commands are run, or at least understood, and every link leads somewhere."
import re
import shlex
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from torchvision.transforms.v2.functional import to_pil_image

from vitdfd.cli import main, parse
from vitdfd.clips import draw_clip, write_clip
from vitdfd.core import generator
from vitdfd.drawn import draw_face

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from make_docs import alt_texts  # noqa: E402

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs" / "howto").glob("*.md"))]  # every command of them is run
SHOWN = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "data" / "README.md", *sorted((ROOT / "models").rglob("README.md"))]
TEXTS = [*SHOWN, ROOT / "CHANGELOG.md", ROOT / "docs" / "glossary.md", *sorted((ROOT / "benchmarks").glob("*.md")),
         *sorted((ROOT / "nbs").glob("*.ipynb"))]
SMALL = ["--epochs", "1", "--batch-size", "4", "--model.image-size", "32", "--model.patch-size", "8", "--model.width", "32",
         "--model.depth", "2", "--model.heads", "2", "--model.mlp-width", "64"]  # the same jobs, in seconds
LESS = {"pretrain": SMALL, "finetune": SMALL, "prepare": ["--frames", "2"], "evaluate": ["--resamples", "20"]}
# run by other tests, and understood here
ELSEWHERE = {"demo": "test_demo.py", "explore": "test_browser.py", "torchrun": "test_scale.py", "ray": "test_cluster.py"}


def blocks(page: Path, language: str) -> list[str]:
    "The code blocks of a page."
    text = page.read_text(encoding="utf-8")
    return [re.sub(r"^ {4}", "", code, flags=re.M) for code in re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.S | re.M)]


def commands(page: Path) -> list[list[str]]:
    "What a page tells the reader to type, word by word; programs by their names, wherever they lie."
    lines = [line for block in blocks(page, "bash") for line in block.replace("\\\n", " ").splitlines()]
    return [words for line in lines if (words := shlex.split(line.removeprefix(".venv/bin/"), comments=True))]


def shown(page: Path) -> list[list[str]]:
    "The words after every `vitdfd` of a page, in blocks and in sentences; the bare name of a command is no call."
    typed = [words[words.index("vitdfd") + 1:] for words in commands(page) if "vitdfd" in words]
    return typed + [shlex.split(words) for words in re.findall(r"`vitdfd (\w+ [^`]+)`", page.read_text(encoding="utf-8"))]


def written(page: Path) -> str:
    "What a page, or the text of a lesson, says."
    if page.suffix == ".md": return page.read_text(encoding="utf-8")
    return "\n\n".join(cell.source for cell in nbformat.read(page, as_version=4).cells if cell.cell_type == "markdown")


class Parsed(BaseException):
    "A command was understood; it is not run."


class Links(HTMLParser):
    "The `found` addresses that a web page links to or loads."

    def __init__(self, page: Path):
        super().__init__()
        self.found: list[str] = []
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


def dead_links(page: Path, site: Path) -> list[str]:
    "The links of a built page that lead to no built file; links to other hosts are not followed."
    places = {link: urlsplit(link) for link in Links(page).found}
    paths = {link: unquote(url.path) for link, url in places.items() if url.path and not url.scheme and not url.netloc}
    return [link for link, path in paths.items()
            if not (site / path[1:] if path.startswith("/") else page.parent / path).is_file()]


@pytest.fixture(scope="module")
def things(tmp_path_factory) -> Path:
    "A folder with everything that the pages speak of, small."
    folder = tmp_path_factory.mktemp("docs")
    faces = [to_pil_image(draw_face(generator(i, "docs"), size=96).image) for i in range(8)]
    places = ["photo.jpg", "photos/a.jpg", "photos/b.jpg", *(f"data/pretraining/{i}.jpg" for i in range(8))]
    places += [f"data/finetuning/{split}/{label}/{split}{i}.jpg" for i, split in enumerate(("Train", "Validation", "Test"))
               for label in ("FAKE", "REAL")] * 2
    for i, place in enumerate(places):
        path = folder / place
        if path.exists(): path = path.with_name(f"second_{path.name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        faces[i % 8].rotate(i, expand=False).save(path, quality=90)
    for i in range(6):
        clip = [face.image for face in draw_clip(generator(i, "docs"), 4, 96)]
        write_clip(folder / "videos" / ("REAL" if i % 2 else "FAKE") / f"clip{i}.mp4", clip, fps=4)
    (folder / "clip.mp4").write_bytes((folder / "videos" / "FAKE" / "clip0.mp4").read_bytes())
    (folder / "models").symlink_to(ROOT / "models")
    return folder


@pytest.fixture
def here(things, tmp_path, monkeypatch) -> Path:
    "A fresh working folder with those things in it."
    subprocess.run(["cp", "-R", "-P", f"{things}/.", tmp_path], check=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.stem)
def test_every_command_of_the_page_runs(page, here, capsys):
    ran = 0
    for program, command, *options in commands(page):
        if elsewhere := [ELSEWHERE[word] for word in (program, command, *options) if word in ELSEWHERE]:
            assert (ROOT / "tests" / elsewhere[0]).is_file()
        elif program == "make":
            assert subprocess.run(["make", "-n", command], cwd=ROOT, capture_output=True).returncode == 0, f"make {command}"
        elif program == "vitdfd":
            code = main([command, *options, *LESS.get(command, [])])
            assert code == 0, f"vitdfd {command} {options}: {capsys.readouterr().err}"
        ran += 1
    for code in blocks(page, "python"):
        exec(compile(code, str(page), "exec"), {})
        ran += 1
    assert ran, f"{page.name} tells nothing to type"


@pytest.mark.parametrize("page", SHOWN, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_command_of_the_page_is_understood(page, monkeypatch):
    def understand(*args, **settings):
        parse(*args, **settings)
        raise Parsed

    monkeypatch.setattr("vitdfd.cli.parse", understand)
    for words in shown(page):
        with pytest.raises((Parsed, SystemExit)): main(words)  # SystemExit: --help


def test_every_command_is_known():
    typed = {words[0] for page in PAGES for words in commands(page)}
    known = {"vitdfd", "make", *ELSEWHERE}
    assert typed <= known, f"nothing here runs {typed - known}"


@pytest.mark.parametrize("lesson", sorted((ROOT / "nbs").glob("*.ipynb")), ids=lambda p: p.stem)
def test_every_picture_of_a_lesson_has_words(lesson):
    nb = nbformat.read(lesson, as_version=4)
    words = alt_texts(nb) + [said for cell in nb.cells for said in re.findall(r"!\[(.*?)\]\(", cell.source)]
    assert not [i for i, text in enumerate(words) if len(text.split()) < 3], f"pictures without words: {words}"


@pytest.mark.parametrize("page", TEXTS, ids=lambda p: p.relative_to(ROOT).as_posix())
def test_every_link_leads_to_a_file_of_the_repository(page):
    links = [link for link in re.findall(r"\]\(([^)\s#]+)", written(page)) if not urlsplit(link).scheme]
    assert not [link for link in links if not (page.parent / unquote(link)).exists()]


def test_the_site_is_built_and_no_link_leads_nowhere(tmp_path):
    done = subprocess.run([sys.executable, ROOT / "tools" / "make_docs.py", tmp_path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    home = (tmp_path / "site" / "index.html").read_text(encoding="utf-8")
    assert "https://fonts" not in home and 'src="http' not in home, "the site asks another host for a file"
    for page in (tmp_path / "site").rglob("*.html"):
        assert not (dead := dead_links(page, tmp_path / "site")), f"links of {page.name} lead nowhere: {dead}"
        pictures = re.findall(r"<img[^>]*>", page.read_text(encoding="utf-8"))
        assert all(re.search(r'alt="[^"]+ [^"]+"', picture) for picture in pictures), f"a picture of {page.name} has no words"
    assert (tmp_path / "site" / "reference" / "patches.html").is_file()
    assert "lessons/40_gradcam.html" in (tmp_path / "site" / "llms.txt").read_text()
