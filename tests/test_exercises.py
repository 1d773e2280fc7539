"""The exercise with a check of each lesson: empty, it says what to write; wrong, it fails and says why.

Solutions, and mistakes that the check must notice, are in `tests/solutions`, out of the learner's way.
"""
import importlib
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOLUTIONS = {path.stem: path for path in sorted((ROOT / "tests" / "solutions").glob("*.py"))}


def code(lesson: str) -> list[str]:
    "The code cells of a lesson."
    cells = json.loads((ROOT / "nbs" / f"{lesson}.ipynb").read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


def answers(lesson: str) -> dict[str, str]:
    "The solution and the mistakes, by title."
    parts = re.split(r"^# %% (.+)\n", SOLUTIONS[lesson].read_text(encoding="utf-8"), flags=re.M)[1:]
    return dict(zip(parts[::2], parts[1::2]))


def check(lesson: str, answer: str = "") -> None:
    "Run the exercise on what the lesson imports and exports, with an answer after the empty function."
    space = dict(vars(importlib.import_module(f"vitdfd.{lesson.split('_', 1)[1]}")))
    exec(next(cell for cell in code(lesson) if not cell.startswith("#|")), space)  # what the lesson's own cells import
    empty, test = (cell for cell in code(lesson) if cell.startswith("#| exercise"))
    for cell in (empty, answer, test): exec(cell, space)


def test_every_lesson_has_an_exercise_and_a_solution():
    lessons = [path.stem for path in sorted((ROOT / "nbs").glob("[0-9]*.ipynb"))]
    assert [name for name in lessons if any(cell.startswith("#| exercise") for cell in code(name))] == lessons == list(SOLUTIONS)


@pytest.mark.parametrize("lesson", SOLUTIONS)
def test_an_unsolved_exercise_says_what_to_write(lesson, capsys):
    check(lesson)
    assert capsys.readouterr().out.startswith("your turn: write ")


@pytest.mark.parametrize("lesson", SOLUTIONS)
def test_the_solution_passes(lesson, capsys):
    check(lesson, answers(lesson)["solution"])
    assert "your turn" not in capsys.readouterr().out


@pytest.mark.parametrize("lesson, title", [(name, title) for name in SOLUTIONS for title in answers(name) if title != "solution"])
def test_a_mistake_is_noticed_and_explained(lesson, title):
    with pytest.raises(AssertionError) as caught: check(lesson, answers(lesson)[title])
    assert len(str(caught.value)) > 40, "the message helps nobody"
    print(title, "->", caught.value)
