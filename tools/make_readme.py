"README.md from nbs/index.ipynb."
import sys
import tempfile
from pathlib import Path

import nbformat
from nbconvert import MarkdownExporter

ROOT = Path(__file__).resolve().parent.parent


def readme() -> str:
    "The text of README.md: the cells of the index, code with its printed output, pictures linked from nbs/images."
    nb = nbformat.read(ROOT / "nbs" / "index.ipynb", as_version=4)
    nb.cells = [c for c in nb.cells if not c.source.lstrip().startswith(("#| hide", "#|hide"))]
    text, _ = MarkdownExporter().from_notebook_node(nb)
    text = text.replace("](images/", "](nbs/images/").replace('src="images/', 'src="nbs/images/')
    text = text.replace("](../", "](")
    lessons = sorted(p.name for p in (ROOT / "nbs").glob("*.ipynb"))
    for name in lessons: text = text.replace(f"]({name})", f"](nbs/{name})")
    note = "<!-- made from nbs/index.ipynb by `make readme`: edit there -->\n"
    return note + "\n".join(line.rstrip() for line in text.strip().splitlines()) + "\n"


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "README.md"
    with tempfile.NamedTemporaryFile("w", dir=target.parent, delete=False, encoding="utf-8") as f: f.write(readme())
    Path(f.name).chmod(0o644)
    Path(f.name).replace(target)
