"The lessons with empty functions: the lesson's tests fail until the functions are written, and pass when they are."
import os
import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
import build_it_yourself as build  # noqa: E402


def without_exercise(nb: nbformat.NotebookNode) -> list[str]:
    "Its code without the exercise."
    return [cell.source for cell in nb.cells if cell.cell_type == "code" and not cell.source.startswith("#| exercise")]


def written(source: str, lesson: str, name: str) -> str:
    "A cell with the lesson's own body in the place of the empty one of that name."
    finished = nbformat.read(ROOT / "nbs" / f"{lesson}.ipynb", as_version=4)
    body = next(cell.source.split("\n")[first:last] for cell in finished.cells if cell.source.startswith("#| export")
                for found, first, last in build.bodies(cell.source) if found == name)
    lines = source.split("\n")
    first, last = next((first, last) for found, first, last in build.bodies(source) if found == name)
    return "\n".join(lines[:first] + body + lines[last:])


def code(lesson: str) -> list[str]:
    "The code of an emptied lesson, as `nbdev_test` runs it."
    return without_exercise(build.empty_lesson(lesson))


def run(cells: list[str], space: dict) -> tuple[int, str] | None:
    "Run cells until one needs an empty function: its number, and the function. None if all pass."
    for number, cell in enumerate(cells):
        try: exec(compile(cell, f"cell {number}", "exec"), space)
        except NotImplementedError as error:
            return number, re.fullmatch(r"your turn: write (\S+)", str(error)).group(1)
    return None


@pytest.fixture
def in_nbs(monkeypatch):
    "Where lessons run, without windows."
    monkeypatch.chdir(ROOT / "nbs")
    monkeypatch.setenv("MPLBACKEND", "agg")


@pytest.mark.parametrize("lesson", [name for name in build.TO_WRITE if name not in ("21_mim", "30_finetune")])  # they train first
def test_an_empty_lesson_stops_and_names_what_to_write(lesson, in_nbs):
    _, name = run(code(lesson), {"__name__": "__main__"})
    assert name in build.TO_WRITE[lesson]


@pytest.mark.parametrize("lesson", build.TO_WRITE)
def test_written_in_full_it_is_the_lesson_which_passes(lesson):
    finished, cells = without_exercise(nbformat.read(ROOT / "nbs" / f"{lesson}.ipynb", as_version=4)), code(lesson)
    for name in build.TO_WRITE[lesson]:
        at = next(i for i, cell in enumerate(cells) if cell.startswith("#| export") and f"write {name}\"" in cell)
        cells[at] = written(cells[at], lesson, name)
    assert cells == finished  # run by tools/run_lessons.py


@pytest.mark.parametrize("lesson", ["10_patches", "12_attention"])
def test_a_reader_is_led_through_every_function(lesson, in_nbs):
    cells, asked = code(lesson), []
    while stop := run(cells, {"__name__": "__main__"}):
        _, name = stop
        asked.append(name)
        at = next(i for i, cell in enumerate(cells) if f"write {name}\"" in cell)
        cells[at] = written(cells[at], lesson, name)
    assert sorted(asked) == sorted(build.TO_WRITE[lesson]), "a function that no cell needs"


def test_what_the_reader_wrote_is_not_overwritten(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(build, "YOURS", tmp_path / "yours")
    os.symlink(ROOT / "nbs", tmp_path / "nbs")
    build.main()
    mine = tmp_path / "yours" / "10_patches.ipynb"
    mine.write_text("mine")
    build.main()
    assert mine.read_text() == "mine" and "yours/10_patches.ipynb" in capsys.readouterr().out
