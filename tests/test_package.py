"Installed from its source archive, far from the clone, the package brings its detectors and its command."
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    "A folder with the package as pip installs it from a source archive, without what it depends on."
    copy, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    for path in ROOT.iterdir():
        if path.is_file(): shutil.copy(path, copy)
    for name in ("vitdfd", "models"): shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    subprocess.run([sys.executable, "setup.py", "-q", "sdist"], cwd=copy, check=True)
    archive, = (copy / "dist").iterdir()
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation", "--target", target, archive],
                   check=True)
    return target


def python(installed: Path, code: str, cwd: Path) -> str:
    "What a program prints that uses the installed package and not the clone."
    env = {**os.environ, "PYTHONPATH": str(installed)}
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_shipped_detectors_come_along(installed, tmp_path):
    found = python(installed, "from vitdfd.jobs import find_model; print(find_model())", tmp_path)
    assert Path(found) == installed / "vitdfd" / "models" / "photos"
    assert (Path(found) / "model.safetensors").read_bytes() == (ROOT / "models/photos/model.safetensors").read_bytes()


def test_the_photograph_comes_along(installed, tmp_path):
    found = python(installed, "from vitdfd.crops import ASTRONAUT, find_faces; from vitdfd.faces import read_image; "
                              "print(ASTRONAUT, len(find_faces(read_image(ASTRONAUT))))", tmp_path)
    assert found == f"{installed / 'vitdfd' / 'astronaut.jpg'} 1"


def test_types_and_version_come_along(installed, tmp_path):
    assert (installed / "vitdfd" / "py.typed").is_file()
    said = python(installed, "import vitdfd, sys; from vitdfd.cli import main; sys.exit(main(['--version']))", tmp_path)
    assert said == python(ROOT, "import vitdfd; print(vitdfd.__version__)", tmp_path)


def test_extras_and_terms_come_along(installed, tmp_path):
    said = python(installed, "from importlib.metadata import metadata as m; print(*m('vitdfd').get_all('Provides-Extra'), "
                             "m('vitdfd')['License'], sep='\\n')", tmp_path).splitlines()
    assert {"video", "app", "ray", "dev"} <= set(said)
    assert "models/photos" in said[-1]
    licence, = installed.glob("vitdfd-*.dist-info/**/LICENSE")
    assert "models/photos" in licence.read_text(encoding="utf-8")
    assert (installed / "vitdfd" / "models" / "photos" / "README.md").is_file()
