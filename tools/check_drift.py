"Are package, notebooks and README in step? Export, clean and convert a copy, and compare it with the tree."
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from make_readme import readme

ROOT = Path(__file__).resolve().parent.parent


def tree(root: Path) -> dict[str, bytes]:
    "Contents of the notebooks and the exported modules."
    files = [*sorted((root / "nbs").glob("*.ipynb")), *sorted((root / "vitdfd").glob("*.py"))]
    return {str(f.relative_to(root)): f.read_bytes() for f in files}


def main() -> None:
    "Exit 1 with the names of the files that differ."
    with tempfile.TemporaryDirectory() as tmp:
        copy = Path(tmp)
        for name in ("nbs", "vitdfd"):
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__", ".ipynb_checkpoints"))
        for name in ("settings.ini", "setup.py"): shutil.copy(ROOT / name, copy / name)
        for command in ("nbdev_export", "nbdev_clean"): subprocess.run([command], cwd=copy, check=True)
        ours, made = tree(ROOT), tree(copy)
    differ = sorted(name for name in ours.keys() | made.keys() if ours.get(name) != made.get(name))
    if (ROOT / "README.md").read_text(encoding="utf-8") != readme(): differ.append("README.md")
    if differ: sys.exit(f"drift: run nbdev_export, nbdev_clean and make readme; they change: {', '.join(differ)}")
    print(f"drift: {len(ours)} notebooks and modules and the README are in step")


if __name__ == "__main__": main()
