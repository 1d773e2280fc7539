"""Fuzz the reading of strangers' files, guided by coverage: anything but pixels or an ImageError is a find.

    python -m venv fuzz && fuzz/bin/pip install atheris     # not part of requirements.lock: needs Python 3.11 to 3.13
    PYTHONPATH=.:.venv/lib/python3.11/site-packages fuzz/bin/python tools/fuzz.py images CORPUS -max_total_time=600
    PYTHONPATH=.:.venv/lib/python3.11/site-packages fuzz/bin/python tools/fuzz.py videos CORPUS -max_total_time=600

CORPUS is a folder; small files of every format are put into it first. A find lands in the working folder as crash-*,
timeout-* or oom-*; its bytes become a test in tests/test_hostile.py, whose first lines say what was run.
"""
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import atheris
from PIL import Image

with atheris.instrument_imports(include=["PIL", "vitdfd.faces", "vitdfd.clips", "av"]):
    from PIL import BmpImagePlugin, GifImagePlugin, JpegImagePlugin, PngImagePlugin, TiffImagePlugin, WebPImagePlugin  # noqa: F401

    from vitdfd.clips import draw_clip, read_frames, write_clip
    from vitdfd.core import generator
    from vitdfd.faces import ImageError, decode_image

HOME = Path(tempfile.mkdtemp(prefix="fuzz-"))


def images(data: bytes) -> None:
    "An upload."
    try: picture = decode_image(data, max_pixels=1_000_000)
    except ImageError: return
    assert picture.ndim == 3 and len(picture) == 3 and picture.shape[1] * picture.shape[2] <= 1_000_000


def videos(data: bytes) -> None:
    "A film on the disk."
    film = HOME / "film.mp4"
    film.write_bytes(data)
    try: frames = list(read_frames(film, 3))
    except ImageError: return
    assert all(len(frame.image) == 3 for frame in frames)


def seed(kind: str, corpus: Path) -> None:
    "Small files of every format to start from."
    corpus.mkdir(parents=True, exist_ok=True)
    person = [face.image for face in draw_clip(generator("fuzz"), 4, 32)]
    picture = Image.fromarray(person[0].permute(1, 2, 0).numpy())
    for mode in ("RGB", "L", "1", "P", "RGBA", "CMYK", "LA") if kind == "images" else ():
        for suffix in ("jpeg", "png", "webp", "bmp", "tiff", "gif"):
            file = BytesIO()
            try: picture.convert(mode).save(file, suffix)
            except (OSError, KeyError, ValueError): continue  # not every format has every mode
            (corpus / f"{mode}.{suffix}").write_bytes(file.getvalue())
    for suffix, codec in (("mp4", "libx264"), ("mkv", "libx264"), ("avi", "mpeg4"), ("webm", "libvpx"), ("ts", "mpeg2video"),
                          ("flv", "flv")) if kind == "videos" else ():
        write_clip(corpus / f"clip.{suffix}", person, fps=8, codec=codec)


if __name__ == "__main__":
    target = {"images": images, "videos": videos}[sys.argv[1]]
    seed(sys.argv[1], Path(sys.argv[2]))
    atheris.Setup([sys.argv[0], *sys.argv[2:]], target)
    atheris.Fuzz()
