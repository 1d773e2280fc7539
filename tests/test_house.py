"The order of the house: lessons import only what was taught before, and the package stays light."
import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path, PureWindowsPath

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "tools"))
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


def test_a_run_on_windows_stays_in_its_folder():
    from vitdfd.config import TrainConfig
    for name in (PureWindowsPath("other", "run"), PureWindowsPath("..", "run"), PureWindowsPath("C:/run")):
        with pytest.raises(ValueError, match="without slashes"): TrainConfig(name=str(name))


def test_functions_are_short_and_flat(tmp_path):
    from check_budget import DEPTH, LINES, too_large
    lines = "".join(f"    x = {i}\n" for i in range(LINES))
    deep = "".join("    " * i + "if x:\n" for i in range(1, DEPTH + 2)) + "    " * (DEPTH + 2) + "pass\n"
    module = tmp_path / "module.py"
    module.write_text(f'class A:\n  def fits(\n    self,\n  ):\n    "Words."\n\n{lines}\n'
                      f"def long():\n{lines}    y = 0\ndef deep(x):\n{deep}")
    assert too_large(module) == [f"module.long has {LINES + 1} lines, at most {LINES}",
                                 f"module.deep has blocks {DEPTH + 1} deep, at most {DEPTH}"]


@pytest.mark.skipif(not shutil.which("git") or os.name == "nt", reason="no git, or no shell scripts")
def test_the_hook_refuses_what_is_not_in_step(tmp_path):
    from setup_venv import HOOK, install_hook

    def git(*words: str) -> subprocess.CompletedProcess:
        env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")} | {"GIT_CONFIG_GLOBAL": os.devnull}
        who = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        return subprocess.run(["git", *who, *words], cwd=tmp_path, env=env, capture_output=True, text=True)

    def commit(name: str) -> subprocess.CompletedProcess:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
        git("add", "--", name)
        return git("commit", "-m", name)

    git("init")
    install_hook(tmp_path)
    assert commit("nbs/before_make_setup").returncode == 0  # a fresh clone has no .venv
    python = tmp_path / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.write_text("#!/bin/sh\n[ $1 != tools/check_drift.py ]\n")  # tells of a difference
    python.chmod(0o755)
    assert commit("benchmarks_only").returncode == 0
    refused = commit("nbs/lesson")
    assert refused.returncode != 0 and "nbdev_export" in refused.stderr
    python.write_text("#!/bin/sh\n")
    assert git("commit", "-m", "in step").returncode == 0
    assert (tmp_path / ".git/hooks/pre-commit").read_text() == HOOK


def test_the_hook_leaves_alone_what_is_there(tmp_path):
    from setup_venv import install_hook
    install_hook(tmp_path)  # no clone
    assert not list(tmp_path.iterdir())
    worktree, mine = tmp_path / "worktree", tmp_path / ".git" / "hooks" / "pre-commit"
    worktree.mkdir()
    (worktree / ".git").write_text("gitdir: elsewhere")
    install_hook(worktree)
    mine.parent.mkdir(parents=True)
    mine.write_text("mine")
    install_hook(tmp_path)
    assert mine.read_text() == "mine"
    mine.unlink()
    mine.parent.rmdir()
    mine.parent.write_text("no folder")
    install_hook(tmp_path)  # which cannot be written, and says so
