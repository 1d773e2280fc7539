"Make .venv from requirements.lock, install vitdfd and a git hook; does nothing when nothing has changed."
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
STAMP = VENV / "installed.sha256"
HOOK = """#!/bin/sh
# Written by tools/setup_venv.py: a commit of notebooks, modules or README is refused where they are not in step.
[ -x .venv/bin/python ] || exit 0
git diff --cached --quiet -- nbs vitdfd README.md settings.ini && exit 0
PATH="$PWD/.venv/bin:$PATH" python tools/check_drift.py && exit 0
echo "commit refused; this mends it: .venv/bin/nbdev_export && .venv/bin/nbdev_clean && make readme, then git add" >&2
echo "(git commit --no-verify does not ask)" >&2
exit 1
"""


def say(text: str) -> None:
    "One line of progress."
    print(f"setup: {text}", flush=True)


def wanted() -> str:
    "A hash of everything that decides what is installed."
    parts = [ROOT / name for name in ("requirements.lock", "settings.ini", "setup.py")]
    return hashlib.sha256(b"".join(p.read_bytes() for p in parts) + str(ROOT).encode()).hexdigest()


def installer() -> list[str]:
    "uv where it is or can be had, else pip."
    uv = ["pip", "install", "--compile-bytecode", "--python", str(BIN / "python")]  # as pip does: every start is 13 s sooner
    if shutil.which("uv"): return ["uv", *uv]
    pip = [str(BIN / "python"), "-m", "pip", "install", "--disable-pip-version-check"]
    if subprocess.run([*pip, "-q", "uv"], capture_output=True).returncode == 0:
        return [str(BIN / "uv"), *uv]
    say("uv is not to be had; pip does it, in two to three minutes")
    return pip


def install_hook(root: Path) -> None:
    "Write the pre-commit hook, unless there is one or this is no clone; nothing depends on it."
    path = root / ".git" / "hooks" / "pre-commit"
    if not (root / ".git").is_dir() or os.path.lexists(path): return
    try:
        path.parent.mkdir(exist_ok=True)
        path.write_text(HOOK, encoding="utf-8", newline="\n")
        path.chmod(0o755)
    except OSError as e: say(f"no git hook: {e}")
    else: say("git commit now refuses notebooks and modules that are not in step (.git/hooks/pre-commit)")


def main() -> None:
    "Create, install, hook, stamp."
    if sys.version_info < (3, 10):
        sys.exit(f"setup: Python {sys.version.split()[0]} is too old; vitdfd needs 3.10 or newer (make PYTHON=python3.11)")
    if STAMP.exists() and STAMP.read_text() == wanted(): return
    if not (BIN / "python").exists():
        say(f"making .venv with Python {sys.version.split()[0]}")
        subprocess.run([sys.executable, "-m", "venv", "--upgrade-deps", str(VENV)], check=True)
    install = installer()
    say("installing the pinned versions of requirements.lock (PyTorch is large: 1 to 4 minutes the first time)")
    subprocess.run([*install, "-q", "-r", str(ROOT / "requirements.lock")], check=True)
    say("installing vitdfd itself, editable")
    subprocess.run([*install, "-q", "--no-deps", "-e", str(ROOT)], check=True)
    install_hook(ROOT)
    STAMP.write_text(wanted())
    say("done")


if __name__ == "__main__":
    try: main()
    except subprocess.CalledProcessError as e:
        sys.exit(f"setup: this command failed with exit code {e.returncode}; mend what it says above and run make again:\n  "
                 + " ".join(map(str, e.cmd)))
