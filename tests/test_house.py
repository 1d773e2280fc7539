"The order of the house: lessons import only what was taught before, and the package stays light."
import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
NUMBER = {}
for notebook in sorted((ROOT / "nbs").glob("[0-9]*.ipynb")):
    number, module = notebook.stem.split("_", 1)
    NUMBER[module] = number  # "01b" lies between "01" and "02"
MODULES = [ROOT / "vitdfd" / f"{name}.py" for name in NUMBER]


def imports(path: Path) -> set[str]:
    "The modules of the package that a module imports, anywhere in it."
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 1 and node.module: found.add(node.module)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("vitdfd."): found.add(node.module[7:])
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: p.stem)
def test_a_lesson_imports_only_earlier_lessons(path):
    later = {name for name in imports(path) if NUMBER[name] >= NUMBER[path.stem]}
    assert not later, f"{path.stem} imports {later}, which come later in the course"


def test_the_lines_that_mutate_breaks_are_still_there():
    sys.path.insert(0, str(ROOT / "tools"))
    from mutate import MUTANTS
    times = {m.what: (ROOT / "vitdfd" / f"{m.module}.py").read_text(encoding="utf-8").count(m.old) for m in MUTANTS}
    assert not {what: count for what, count in times.items() if count != 1}


def test_no_model_imports_the_plots():
    models = ("patches", "positions", "attention", "vit", "detector", "masking", "mim", "train", "gradcam")
    assert not [name for name in models if "plots" in imports(ROOT / "vitdfd" / f"{name}.py")]


@pytest.mark.parametrize("what", ["vitdfd", "vitdfd.core", "vitdfd.config", "vitdfd.jobs", "vitdfd.cli"])
def test_what_help_needs_does_not_load_torch(what):
    code = f"import {what}, sys; print([m for m in ('torch', 'matplotlib', 'cv2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_path_of_one_machine_is_in_the_tree():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    files = [ROOT / name for name in listed.stdout.splitlines() if Path(name).suffix in {".py", ".ipynb", ".md", ".ini", ".toml"}]
    if not files: pytest.skip("not a git checkout")
    personal = re.compile(r"/(?:home|root|Users)/\w+")
    assert not [f.name for f in files if f.exists() and personal.search(f.read_text(encoding="utf-8"))]
