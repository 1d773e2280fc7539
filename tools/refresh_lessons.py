"""Run lessons in place, so that the outputs in them are those of the code beside them.

Usage: python tools/refresh_lessons.py nbs/03_forge.ipynb ...   Pictures are stored with 256 colours: a third of the size.
"""
import base64
import io
import os
import subprocess
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from PIL import Image

PICTURES = ("image/png", "image/jpeg", "image/webp")


def smaller(png: str) -> str:
    "A picture with 256 colours, base64 in and out; left alone where that saves nothing."
    image = Image.open(io.BytesIO(base64.b64decode(png))).convert("RGB")
    file = io.BytesIO()
    image.quantize(256, dither=Image.Dither.FLOYDSTEINBERG).save(file, "PNG", optimize=True)
    new = base64.b64encode(file.getvalue()).decode()
    return new if len(new) < len(png) else png


def refresh(path: Path) -> None:
    "Run one notebook from top to bottom and keep its outputs; an error leaves the file as it was."
    nb = nbformat.read(path, as_version=4)
    NotebookClient(nb, timeout=600, resources={"metadata": {"path": str(path.parent)}}).execute()
    nb.metadata.pop("widgets", None)  # their state is of no use without a kernel
    for cell in nb.cells:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if "image/png" in data: data["image/png"] = smaller(data["image/png"])
            kinds = sorted((kind for kind in PICTURES if kind in data), key=lambda kind: len(data[kind]))
            for kind in kinds[1:]: del data[kind]  # the same picture once more
            if kinds: data.pop("text/html", None)  # and again, for JupyterLab; not every page that shows notebooks shows it
    nbformat.write(nb, path)
    print(f"{path}: {path.stat().st_size // 1024} KB")


if __name__ == "__main__":
    os.environ["OMP_NUM_THREADS"] = "1"
    for name in sys.argv[1:]: refresh(Path(name))
    subprocess.run([Path(sys.executable).with_name("nbdev_clean")], check=True)
