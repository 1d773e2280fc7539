"""Files from strangers: more than 300 of them in one folder, and `vitdfd predict` goes through it, once, as a process.

The decoding itself was fuzzed besides, guided by coverage (tools/fuzz.py, atheris 3.0.0): 727,796 pictures and
94,071 videos, in 601 s side by side on two cores, and 145,900 videos in 601 s since they are read through a file that is waited
for; nothing but pixels and ImageErrors came out, so no find stands here. What this
corpus found in the package (a name too long for a disk, a name that is no UTF-8, a damaged EXIF note, warnings on stderr, a
picture of 49 million pixels that took minutes and gigabytes to draw) is in it.
"""
import csv
import json
import os
import re
import signal
import struct
import subprocess
import sys
import time
import zlib
from io import BytesIO
from pathlib import Path
from random import Random

import av
import numpy as np
import pytest
import torch
from PIL import Image, ImageCms, PngImagePlugin

from vitdfd import clips, copies, faces
from vitdfd.cli import main
from vitdfd.clips import draw_clip, write_clip
from vitdfd.config import TransformConfig, ViTConfig
from vitdfd.core import generator
from vitdfd.detector import Detector

FORMATS = ("jpeg", "png", "webp", "gif", "tiff", "bmp")
SECONDS, MEMORY = 900, 3 * 2**30  # what the whole run may take at most: s, bytes of memory in use


def encoded(image: Image.Image, suffix: str, **options) -> bytes:
    "A picture as a file of that format."
    file = BytesIO()
    image.save(file, suffix, **options)
    return file.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    "A piece of a PNG."
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(width: int, height: int, *chunks: bytes, pixels: bytes = b"", depth: int = 8, colour: int = 0) -> bytes:
    "A PNG whose header may promise anything."
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + chunk(b"IDAT", zlib.compress(pixels)) + chunk(b"IEND", b"")


def damaged(person: Image.Image) -> dict[str, bytes]:
    "Every format cut off and with flipped bits: most of the flips in the first bytes, where the sizes stand."
    random, files = Random(6), {}
    for suffix in FORMATS:
        whole = encoded(person.resize((48, 40)), suffix)
        for i in range(14): files[f"cut{i:02d}.{suffix}"] = whole[:1 + len(whole) * i // 14]
        for i in range(10):
            broken = bytearray(whole)
            for _ in range(1 + i % 5): broken[random.randrange(12, 64 if i % 3 else len(whole))] ^= 1 << random.randrange(8)
            files[f"flip{i:02d}.{suffix}"] = bytes(broken)
    return files


def bombs(person: Image.Image) -> dict[str, bytes]:
    "Small files that ask for much memory or time."
    flat, wide = encoded(Image.new("L", (64, 64)), "jpeg", progressive=True), bytearray(encoded(Image.new("RGB", (9, 9)), "bmp"))
    scan = flat[flat.rfind(b"\xff\xda"):-2]
    wide[18:26] = struct.pack("<ii", 60_000, 60_000)
    gif = bytearray(encoded(person.convert("P"), "gif"))
    gif[6:10] = struct.pack("<HH", 65_535, 65_535)
    tiff = encoded(Image.new("L", (8, 8)), "tiff")
    size = struct.pack("<HHI", 256, 4, 8)
    large = size if size in tiff else struct.pack("<HHIH", 256, 3, 1, 8)
    profile = zlib.compress(bytes(30_000_000))
    return {
        "pixels.png": png(60_000, 60_000), "row.png": png(2**31 - 1, 1), "column.png": png(1, 2**31 - 1),
        "large.png": png(8000, 8000), "all_zero.png": png(20_000, 20_000, pixels=bytes(10_000_000)),
        "legal16.png": png(7000, 7000, pixels=bytes(7000 * 14_001), depth=16), "none.png": png(0, 0),
        "text.png": png(8, 8, chunk(b"zTXt", b"Comment\0\0" + profile), pixels=bytes(72)),
        "profile.png": png(8, 8, chunk(b"iCCP", b"icc\0\0" + profile), pixels=bytes(72)),
        "chunks.png": png(8, 8, *[chunk(b"tEXt", b"k%d\0v" % i) for i in range(20_000)], pixels=bytes(72)),
        "scans.jpg": encoded(Image.new("L", (5000, 5000)), "jpeg", progressive=True)[:-2] + scan * 3000 + b"\xff\xd9",
        "pixels.bmp": bytes(wide), "screen.gif": bytes(gif), "frames.gif": encoded(
            Image.new("P", (16, 16)), "gif", save_all=True, append_images=[Image.new("P", (16, 16), i % 99) for i in range(800)]),
        "pixels.tiff": tiff.replace(large, struct.pack("<HHIH", 256, 3, 1, 65_535)),
        "promise.jpg": re.sub(rb"(?<=\xff\xc0\x00\x0b\x08)....", b"\xff\xff\xff\xff", encoded(Image.new("L", (8, 8)), "jpeg"),
                              flags=re.S),
    }


def odd(person: Image.Image) -> dict[str, bytes]:
    "Sound, empty, foreign and misnamed files."
    exif, icc = Image.Exif(), ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    exif[0x010e] = "x" * 60_000
    grey16 = Image.fromarray(np.asarray(person.convert("L")).astype(np.uint16) * 257)
    jpeg, two = encoded(person, "jpeg"), person.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    info = PngImagePlugin.PngInfo()
    info.add_text("Raw profile type exif", "\nexif\n  99999999\n" + "ff" * 400)
    animated = dict(save_all=True, append_images=[two, two.resize((20, 20)).resize(person.size)])
    files = {
        "exif.jpg": encoded(person, "jpeg", exif=exif), "no_exif.jpg": encoded(
            person, "jpeg", exif=b"Exif\0\0MM\0*\xff\xff\xff\xff"),
        "icc_in_icc.jpg": encoded(person, "jpeg", icc_profile=icc[:200] + icc), "icc_broken.jpg": encoded(
            person, "jpeg", icc_profile=b"\xff" * 70_000), "icc.webp": encoded(person, "webp", icc_profile=icc[:50]),
        "animated.gif": encoded(person, "gif", **animated), "animated.webp": encoded(person, "webp", **animated),
        "animated.png": encoded(person, "png", **animated), "pages.tiff": encoded(person, "tiff", **animated),
        "cmyk.jpg": encoded(person.convert("CMYK"), "jpeg"), "cmyk.tiff": encoded(person.convert("CMYK"), "tiff"),
        "deep.png": encoded(grey16, "png"), "deep.tiff": encoded(grey16, "tiff"), "palette.png": encoded(
            person.convert("RGBA").quantize(16), "png", transparency=bytes(16)),
        "text_chunk.png": encoded(person, "png", pnginfo=info),
        "float.tiff": encoded(person.convert("F"), "tiff"), "lab.tiff": encoded(Image.new("LAB", (20, 20)), "tiff"),
        "one.png": encoded(Image.new("RGB", (1, 1)), "png"),
        "long.png": encoded(Image.new("RGB", (1, 30_000)), "png"),
        "wide.jpg": encoded(Image.new("RGB", (30_000, 1)), "jpeg"), "one.gif": encoded(Image.new("P", (1, 1)), "gif"),
        "png_in.jpg": encoded(person, "png"), "jpeg_in.png": jpeg, "jpeg_in.txt": jpeg, "tail.jpg": jpeg + b"PK\3\4" + bytes(500),
        "twice.jpg": jpeg + jpeg, "end_first.jpg": jpeg[:2] + b"\xff\xd9" + jpeg[2:],
        "video_in.jpg": b"\0\0\0\x18ftypmp42" + bytes(99),
        "photo.heic": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), "photo.avif": b"\0\0\0\x18ftypavif" + bytes(200),
        "heic_in.jpg": b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200),
        "eps.jpg": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        "ppm.jpg": b"P6\n2 2\n255\n" + bytes(12), "svg.png": b"<svg xmlns='http://www.w3.org/2000/svg'/>", "page.jpg": b"<html>404",
        "notes.txt": "Grüße\n".encode(), "table.csv": b"a,b\n1,2\n", "empty.jpg": b"", "empty.mp4": b"", "empty": b"",
        "zeros.png": bytes(5000), "noise.jpg": Random(1).randbytes(5000), "noise.webp": b"RIFF" + Random(2).randbytes(500),
        "fake.zip": b"PK\5\6" + bytes(18), "pickle.pkl": b"cos\nsystem\n(S'false'\ntR.", "document.pdf": b"%PDF-1.7\n",
    }
    for name in ("-rf.jpg", "--help.jpg", "new\nline.jpg", "tab\tand\rreturn.jpg", "\x1b[31mred.jpg",
                 "naïve.jpg", "顔写真.jpg", "🙂.jpg",
                 "=cmd().jpg", '"quoted", comma.jpg', " .jpg", "a" * 240 + ".jpg", "é" * 120 + ".jpg", "concat:a.mp4", "%s%n.jpg",
                 "same.jpg", "same.png", "Same.jpg", "$(touch x).jpg", "\u202egpj.exe.jpg"):
        files[name] = b"not a picture" if len(name) % 2 else jpeg
    return files


def videos(home: Path) -> dict[str, bytes]:
    "Films that are cut off, lie about themselves, hold no frame, or change their size."
    clip = [face.image for face in draw_clip(generator("hostile"), 4, 64)]
    small, files = [face.image[:, :32, :48] for face in draw_clip(generator("hostile"), 4, 64)], {}
    for suffix, codec in (("mp4", "libx264"), ("mkv", "libx264"), ("avi", "mpeg4"), ("ts", "libx264"), ("webm", "libvpx")):
        whole = write_clip(home / f"whole.{suffix}", clip, codec=codec).read_bytes()
        for i in range(6): files[f"cut{i}.{suffix}"] = whole[:1 + len(whole) * i // 6]
        for i, random in enumerate(map(Random, range(6))):
            broken = bytearray(whole)
            for _ in range(40): broken[random.randrange(len(whole))] ^= 1 << random.randrange(8)
            files[f"flip{i}.{suffix}"] = bytes(broken)
    whole = (home / "whole.mp4").read_bytes()
    other = write_clip(home / "other.ts", small).read_bytes()
    with av.open(str(home / "no_frames.mp4"), "w") as container:
        stream = container.add_stream("libx264", rate=24)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        container.start_encoding()
    with av.open(str(home / "sound.mp4"), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        tone = av.AudioFrame.from_ndarray(np.zeros((1, 4096), np.float32), format="fltp", layout="mono")
        tone.sample_rate = 8000
        container.mux([*stream.encode(tone), *stream.encode(None)])
    for table in (b"stsz", b"stco", b"stts", b"ctts", b"moov", b"avcC"):  # the index of an MP4
        if table in whole: files[f"index_{table.decode()}.mp4"] = whole.replace(table, b"free")
    huge = whole.replace(b"avc1", b"\0" * 4) if b"avc1" not in whole else whole
    at = huge.find(b"avc1", huge.find(b"stsd")) + 28
    files |= {"changes.ts": (home / "whole.ts").read_bytes() + other,
              "large.mp4": huge[:at] + b"\x7f\xff\x7f\xff" + huge[at + 4:],
              "no_frames.mp4": (home / "no_frames.mp4").read_bytes(), "sound.mp4": (home / "sound.mp4").read_bytes(),
              "list.mp4": b"#EXTM3U\n#EXTINF:1,\nwhole.ts\n#EXT-X-ENDLIST\n",
              "script.mp4": b"ffconcat version 1.0\nfile /etc/hostname\n",
              "picture.mp4": encoded(Image.new("RGB", (20, 20)), "jpeg"), "text.mov": b"not a film" * 50}
    for name in ("count.mp4", "stts.mp4"):  # an index that promises 100 million frames
        at = whole.find(b"stsz" if name == "count.mp4" else b"stts")
        promise = struct.pack(">III", 0, 1, 10**8) if name == "count.mp4" else struct.pack(">IIII", 0, 1, 10**8, 1)
        files[name] = whole[:at + 4] + promise + whole[at + 4 + len(promise):]
    return files


@pytest.fixture(scope="module")
def album(tmp_path_factory) -> Path:
    "The folder of a stranger."
    home = tmp_path_factory.mktemp("hostile")
    album, work = home / "album", home / "work"
    person = Image.fromarray(draw_clip(generator("stranger"), 1, 64)[0].image.permute(1, 2, 0).numpy())
    for sub, files in (("damaged", damaged(person)), ("bombs", bombs(person)), ("odd", odd(person)), ("films", {})):
        (album / sub).mkdir(parents=True)
        for name, content in files.items(): (album / sub / name).write_bytes(content)
    work.mkdir()
    for name, content in videos(work).items(): (album / "films" / name).write_bytes(content)
    (album / "odd" / os.fsdecode(b"not\xffutf8.jpg")).write_bytes(b"not a picture")
    (album / "odd" / "folder.jpg").mkdir()
    for name in ("pipe.jpg", "pipe.mp4"): os.mkfifo(album / "odd" / name)
    for name, target in {"loop.jpg": "loop.jpg", "to.jpg": "fro.jpg", "fro.jpg": "to.jpg", "gone.jpg": "nowhere", "up": "..",
                         "null.jpg": "/dev/null", "endless.jpg": "/dev/zero"}.items(): (album / "odd" / name).symlink_to(target)
    for name in ("shut.jpg", "shut.mp4"):
        (album / "odd" / name).write_bytes(b"not for you")
        (album / "odd" / name).chmod(0)
    Detector(ViTConfig.for_tests(), TransformConfig(size=32)).save_pretrained(home / "model")
    return album


def listed(album: Path) -> set[str]:
    "Every file that is not hidden, and the folder that calls itself a picture."
    found = {str(Path(here, name)) for here, _, names in os.walk(album) for name in names}
    return found | {str(album / "odd" / "folder.jpg")} | {str(p) for p in album.rglob("*") if p.is_symlink() and p.name != "up"}


class Done:
    "A run of the command line that has ended: exit code, output, seconds, bytes of memory at its peak."

    def __init__(self, *args: str | Path, cwd: Path):
        began = time.monotonic()
        with open(cwd / "stdout", "wb") as out, open(cwd / "stderr", "wb") as err:
            job = subprocess.Popen([sys.executable, "-m", "vitdfd", *map(str, args)], cwd=cwd, stdout=out, stderr=err,
                                   env={**os.environ, "OMP_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8"})
        signal.signal(signal.SIGALRM, lambda *_: job.kill())  # nothing hangs
        signal.alarm(SECONDS)
        _, status, usage = os.wait4(job.pid, 0)
        signal.alarm(0)
        job.returncode = self.code = os.waitstatus_to_exitcode(status)
        self.out, self.err = ((cwd / name).read_bytes().decode() for name in ("stdout", "stderr"))
        self.seconds, self.memory = time.monotonic() - began, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


@pytest.fixture(scope="module")
def done(album) -> Done:
    "The one run over all files."
    return Done("predict", album, "--model", album.parent / "model", "--out", "results", "--frames", "2", cwd=album.parent)


@pytest.fixture(scope="module")
def rows(album, done) -> list[dict]:
    "The table that it wrote."
    with open(album.parent / "results" / "predictions.csv", newline="", encoding="utf-8") as file: return list(csv.DictReader(file))


def test_the_corpus_is_large(album):
    assert len(listed(album)) >= 300


def test_every_file_has_a_row_and_a_line(album, done, rows):
    wanted = sorted(name.encode(errors="backslashreplace").decode() for name in listed(album))
    assert sorted(row["path"] for row in rows) == wanted
    assert len(done.out.splitlines()) == len(rows) == len(done.out.split("\n")) - 1


def test_nothing_hangs_and_memory_stays_bounded(done):
    assert done.code == 1, done.err[-2000:]  # some were not judged
    assert done.memory < MEMORY


def test_no_traceback_reaches_the_user(done):
    assert "Traceback" not in done.out + done.err and "Error" not in done.err and "Warning" not in done.err, done.err[-3000:]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f]", done.out)  # nothing that a terminal would act on


def test_each_row_is_judged_or_says_why(rows):
    for row in rows:
        assert bool(row["error"]) != bool(row["prediction"]), row
        if row["error"]: assert 5 < len(row["error"].rsplit("': ", 1)[-1]) <= 300 and "\n" not in row["error"], row
        else: assert Path(row["picture"]).is_absolute() or row["picture"].startswith("results"), row
    pictures = [row["picture"] for row in rows if row["picture"]]
    assert len(set(pictures)) == len(pictures)


@pytest.mark.parametrize("name, words", {
    "odd/pipe.jpg": "a pipe", "odd/pipe.mp4": "a pipe", "odd/endless.jpg": "a pipe, a socket or a device", "odd/gone.jpg": "not there",
    "odd/folder.jpg": "a folder", "odd/empty.jpg": "empty", "odd/empty.mp4": "empty", "odd/photo.heic": "not a picture",
    "odd/notes.txt": "not a picture", "odd/float.tiff": "no agreed white", "bombs/pixels.png": "3600000000 pixels",
    "bombs/large.png": "more than max_pixels", "bombs/pixels.bmp": "3600000000 pixels", "bombs/scans.jpg": "scans would take minutes",
    "films/sound.mp4": "no picture in it", "odd/loop.jpg": "symbolic links",
    "films/list.mp4": "not a video", "films/script.mp4": "not a video", "films/no_frames.mp4": "no picture in it",
    "damaged/cut07.jpeg": "runcated",
}.items())
def test_the_reason_is_clear(album, rows, name, words):
    [row] = [row for row in rows if row["path"] == str(album / name)]
    assert words in row["error"], row["error"]


@pytest.mark.parametrize("name", [
    "odd/png_in.jpg", "odd/jpeg_in.txt", "odd/cmyk.jpg", "odd/palette.png", "odd/deep.png", "odd/animated.gif", "odd/animated.webp",
    "odd/long.png", "odd/one.png", "odd/exif.jpg", "odd/icc_broken.jpg", "odd/new\nline.jpg", "odd/text_chunk.png", "odd/--help.jpg",
    "bombs/legal16.png",
])
def test_what_is_sound_is_judged(album, rows, name):
    [row] = [row for row in rows if row["path"] == str(album / name)]
    assert not row["error"], row["error"]


def test_unreadable_permissions(album, rows):
    if os.geteuid() == 0: pytest.skip("root may read everything")
    for name in ("shut.jpg", "shut.mp4"):
        [row] = [row for row in rows if row["path"] == str(album / "odd" / name)]
        assert "ermission" in row["error"]


def test_as_json_too(album, capsys, monkeypatch):
    names = [album / "odd" / name for name in ("new\nline.jpg", os.fsdecode(b"not\xffutf8.jpg"), "gone.jpg", "-rf.jpg")]
    monkeypatch.chdir(album.parent)
    assert main(["predict", "--json", "--model", "model", "--out", "json", *map(str, names)]) == 1
    assert [json.loads(line)["path"] for line in capsys.readouterr().out.splitlines()] == list(map(str, names))


HOLDER = """import fcntl, signal, sys
signal.signal(signal.SIGIO, signal.SIG_IGN)  # somebody waits
held = open(sys.argv[1], "r+b")
fcntl.fcntl(held, fcntl.F_SETLEASE, fcntl.F_WRLCK)
print("held", flush=True)
signal.pause()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a process make others wait for a file")
@pytest.mark.parametrize("args, code, told", [
    (("predict", "data"), 1, ""), (("evaluate", "--data", "data"), 0, "left out because they could not be read: 1"),
    (("audit", "--data", "data"), 2, "look at its disk"), (("pack", "data"), 2, "")], ids=["predict", "evaluate", "audit", "pack"])
def test_a_file_that_never_comes(args, code, told, tmp_path, monkeypatch, capsys):
    "A lease: whoever opens the file waits for its holder, as for a drive that has lost its server; at most 45 s, as Linux is set."
    for i, label in enumerate(("FAKE", "FAKE", "REAL", "REAL")):
        (tmp_path / "data" / "Test" / label).mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (80, 80), (60 * i, 90, 90)).save(tmp_path / "data" / "Test" / label / f"{i}.jpg")
    Detector(ViTConfig.for_tests(), TransformConfig(size=32)).save_pretrained(tmp_path / "model")
    model = () if args[0] in ("audit", "pack") else ("--model", "model")
    for module in (faces, copies): monkeypatch.setattr(module, "PATIENCE", 1.0)
    monkeypatch.chdir(tmp_path)
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, "data/Test/FAKE/1.jpg"], stdout=subprocess.PIPE, text=True)
    try:
        assert holder.stdout.readline() == "held\n"
        assert main([*args, *model]) == code
    finally:
        holder.kill()
        holder.communicate()
    out, err = capsys.readouterr()
    assert re.search("1.jpg'?: it did not come in 1 s", out + err), out + err
    assert told in out + err and "Traceback" not in out + err, out + err


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="only there can a file be made that stops coming")
@pytest.mark.parametrize("share", [0.0, 0.5], ids=["at once", "in its middle"])
def test_a_film_that_stops_coming(share, tmp_path, monkeypatch):
    "A pipe into which nothing more is written: a read of it waits as one of a drive that has lost its server."
    data = write_clip(tmp_path / "sound.ts", [torch.full((3, 64, 64), 5 * i, dtype=torch.uint8) for i in range(48)]).read_bytes()
    monkeypatch.setattr(faces, "PATIENCE", 1.0)
    monkeypatch.setattr(clips, "not_a_file", lambda path: "")  # which would turn the pipe away
    os.mkfifo(tmp_path / "film.ts")
    with (tmp_path / "film.ts").open("r+b", buffering=0) as held:  # r+: neither end waits for the other to open
        held.write(data[:int(share * len(data))])
        with pytest.raises(clips.VideoError, match=r"film.ts'?: it did not come in 1 s"): list(clips.read_frames(tmp_path / "film.ts"))
