"""The documentation as a web site: how-to pages, lessons, reference, results, cards. `make docs` builds it in _docs/site.

Lessons are the notebooks with their outputs; the reference is what the docments say, rendered by nbdev. Any link that leads
nowhere ends the build with an error.
"""
import importlib
import inspect
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from posixpath import dirname, join, normpath, relpath

import nbformat
import torch
import yaml
from nbconvert import MarkdownExporter
from nbdev.showdoc import BasicMarkdownRenderer

ROOT = Path(__file__).resolve().parent.parent
OUT = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT / "_docs"
SOURCE = OUT / "source"
HOW_TO = ("photo", "folder", "videos", "explore", "dataset", "resume", "processes", "heatmap", "threshold")
PLACES = (  # where a file of the repository is on the site
    (r"README\.md|nbs/index\.ipynb", "index.md"), (r"(CHANGELOG\.md)", r"\1"), (r"(CONTRIBUTING\.md)", r"howto/\1"),
    (r"nbs/(images/.+)", r"\1"), (r"nbs/(\d\w*)\.ipynb", r"lessons/\1.md"), (r"docs/(.+\.md)", r"\1"),
    (r"docs/howto", "howto/photo.md"),  # the first of them
    (r"benchmarks/README\.md", "results/index.md"), (r"benchmarks/index\.md", "results/photo_index.md"),
    (r"benchmarks/(\w+\.md)", r"results/\1"), (r"models/(\w+)/README\.md", r"models/\1.md"), (r"data/README\.md", "data.md"),
)


def place(path: str) -> str | None:
    "Where a file of the repository is on the site; None if it is not there."
    found = ((re.fullmatch(pattern, path), where) for pattern, where in PLACES)
    return next((match.expand(where) for match, where in found if match), None)


def linked(text: str, source: str) -> str:
    "A file's text whose links, right in the repository, are right on the site; what is not on the site is named without a link."
    def link(found: re.Match) -> str:
        label, target, anchor = found.groups("")
        path = normpath(join(dirname(source), target))
        if page := place(path): return f"[{label}]({relpath(page, dirname(place(source)) or '.')}{anchor})"
        return label if (ROOT / path).exists() else found.group()

    return re.sub(r"\[([^][]*)\]\(([^)#\s]+)(#[^)\s]*)?\)", link, text)


def write(name: str, text: str) -> str:
    "One page; its name."
    path = SOURCE / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return name


def title(text: str) -> str:
    "The first heading of a page."
    return next(line[2:].strip() for line in text.splitlines() if line.startswith("# "))


def alt_texts(nb: nbformat.NotebookNode) -> list[str]:
    "What each picture among the outputs shows, in the words stored with it."
    found = []
    for cell in nb.cells:
        for output in cell.get("outputs", ()):
            kinds = [kind for kind in output.get("data", ()) if kind.startswith("image/")]
            if kinds: found.append(next((output.metadata[k].alt for k in kinds if "alt" in output.metadata.get(k, ())), ""))
    return found


def lesson(path: Path) -> dict[str, str]:
    "A notebook as a page, its pictures beside it; hidden cells and directives are left out."
    nb = nbformat.read(path, as_version=4)
    nb.metadata["language_info"] = {"name": "python"}  # cleaned notebooks do not say it
    nb.cells = [c for c in nb.cells if not re.match(r"\s*#\|\s*(hide|default_exp)", c.source)]
    words = iter([re.sub(r"[\[\]\n]", " ", text) for text in alt_texts(nb)])
    for cell in nb.cells:
        cell.source = re.sub(r"^#\|.*\n", "", cell.source, flags=re.M)
        if cell.cell_type == "markdown": cell.source = linked(cell.source, f"nbs/{path.name}")
    text, resources = MarkdownExporter().from_notebook_node(nb, {"output_files_dir": path.stem, "unique_key": path.stem})
    text = re.sub(r"!\[(?:png|jpeg)\]", lambda _: f"![{next(words)}]", text)
    for name, content in resources["outputs"].items():
        picture = SOURCE / "lessons" / name
        picture.parent.mkdir(parents=True, exist_ok=True)
        picture.write_bytes(content)
    return {f"{path.stem.split('_')[0]} {title(text)}": write(f"lessons/{path.stem}.md", text)}


def reference(path: Path) -> dict[str, str]:
    "What a module exports, as its docments tell it."
    module = importlib.import_module(f"vitdfd.{path.stem}")
    vars(module).setdefault("torch", torch)  # core names it in annotations and imports it late
    parts = [f"# vitdfd.{path.stem}\n\n{inspect.getdoc(module)}"]
    for name in getattr(module, "__all__", ()):
        thing = getattr(module, name)
        if not callable(thing) or not hasattr(thing, "__module__") or not thing.__module__.startswith("vitdfd"):
            parts.append(f"## {name}\n\n```python\n{name} = {thing!r}\n```")
            continue
        parts.append(rendered(thing, 2))
        methods = vars(thing).items() if inspect.isclass(thing) else ()
        parts += [rendered(m, 3) for n, m in methods if inspect.isfunction(m) and not n.startswith("_") and m.__doc__]
    return {path.stem: write(f"reference/{path.stem}.md", "\n\n".join(parts) + "\n")}


def rendered(thing: object, level: int) -> str:
    "nbdev's description of a function or class, without its link to a repository."
    text = BasicMarkdownRenderer(thing, title_level=level)._repr_markdown_()
    return re.sub(r"^---\n+\[source\].*\n+", "", text)


def copied(files: list[Path]) -> list[dict[str, str]]:
    "Pages that are written in Markdown already."
    pages = []
    for path in files:
        text = re.sub(r"^---\n.*?\n---\n", "", path.read_text(encoding="utf-8"), flags=re.S)
        source = path.relative_to(ROOT).as_posix()
        pages.append({title(text): write(place(source), linked(text, source))})
    return pages


def home() -> str:
    "The README."
    shutil.copytree(ROOT / "nbs" / "images", SOURCE / "images")
    return write("index.md", linked((ROOT / "README.md").read_text(encoding="utf-8"), "README.md"))


def pages() -> list:
    "Every page, in the order of the menu."
    lessons = [lesson(path) for path in sorted((ROOT / "nbs").glob("[0-9]*.ipynb"))]
    modules = [reference(path) for path in sorted((ROOT / "vitdfd").glob("[a-z]*.py"))]
    results = sorted((ROOT / "benchmarks").glob("*.md"), key=lambda p: (p.stem != "README", p.stem))
    results = [p for p in results if "{{" not in p.read_text(encoding="utf-8")]  # not the template of a card
    return [
        {"Home": home()},
        {"How to": copied([*(ROOT / "docs" / "howto" / f"{name}.md" for name in HOW_TO), ROOT / "CONTRIBUTING.md"])},
        {"Lessons": lessons}, {"Reference": modules}, {"Results": copied(results)},
        {"Detectors": copied(sorted((ROOT / "models").glob("*/README.md")))},
        {"Data": copied([ROOT / "data" / "README.md"])[0]["data"]},
        {"Glossary": copied([ROOT / "docs" / "glossary.md"])[0]["Glossary"]},
        {"Changes": copied([ROOT / "CHANGELOG.md"])[0]["Changes"]},
    ]


def settings(nav: list) -> dict:
    "What mkdocs is told: nothing is fetched from elsewhere, and a broken link is an error."
    return {
        "site_name": "vitdfd", "docs_dir": str(SOURCE), "site_dir": str(OUT / "site"), "nav": nav, "use_directory_urls": False,
        "theme": {"name": "material", "font": False, "features": ["navigation.tabs", "content.code.copy", "toc.follow"],
                  "palette": [{"media": "(prefers-color-scheme: light)", "scheme": "default", "primary": "teal"},
                              {"media": "(prefers-color-scheme: dark)", "scheme": "slate", "primary": "teal"}]},
        "plugins": ["search"],
        "markdown_extensions": ["tables", "attr_list", {"toc": {"permalink": True}}, "pymdownx.highlight", "pymdownx.superfences"],
        "validation": {"links": {"not_found": "warn", "anchors": "warn", "unrecognized_links": "warn"}},
    }


def llms(nav: list) -> str:
    "llms.txt: the pages as one list for programs that read."
    lines = ["# vitdfd", "", "> A deepfake detector, built from the first patch to the last heat map: a Jupyter course, and the "
             "package it exports.", ""]
    for section in nav:
        for name, content in section.items():
            lines.append(f"## {name}")
            listed = content if isinstance(content, list) else [{name: content}]
            lines += [f"- [{label}]({page.removesuffix('.md')}.html)" for part in listed for label, page in part.items()]
    return "\n".join(lines) + "\n"


def main() -> None:
    "Exit with mkdocs's own code; what it says is shown where it fails."
    shutil.rmtree(OUT, ignore_errors=True)
    nav = pages()
    write("llms.txt", llms(nav))
    config = OUT / "mkdocs.yml"
    config.write_text(yaml.safe_dump(settings(nav), sort_keys=False, allow_unicode=True), encoding="utf-8")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--config-file", str(config)]  # --quiet would blind --strict
    done = subprocess.run(command, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    print(done.stdout if done.returncode else f"docs: {OUT / 'site' / 'index.html'}")
    sys.exit(done.returncode)


if __name__ == "__main__": main()
