"Make .venv from requirements.lock and install vitdfd into it; does nothing when nothing has changed."
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


def main() -> None:
    "Create, install, stamp."
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
    STAMP.write_text(wanted())
    say("done")


if __name__ == "__main__":
    try: main()
    except subprocess.CalledProcessError as e:
        sys.exit(f"setup: this command failed with exit code {e.returncode}; mend what it says above and run make again:\n  "
                 + " ".join(map(str, e.cmd)))
