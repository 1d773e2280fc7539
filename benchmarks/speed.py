"""How fast and how large is each piece of work here, and beside the libraries that people would use instead?

    pip install -r benchmarks/requirements.txt
    python benchmarks/speed.py

Everything runs in one process, on the same numbers, in turns: ours, theirs, ours, theirs. Each line gives the median and the
whole spread of the times, and the median of the ratios of neighbouring runs, which a busy machine disturbs least. Peak memory is
what a fresh process adds to what it held before its first step (Linux). The page benchmarks/speed.md is written whole, and the
times it was made from beside it, for benchmarks/costs.py.
"""
import argparse
import gc
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from vitdfd.config import MIMConfig, TransformConfig, ViTConfig
from vitdfd.core import atomic, generator, pick_precision, save_json

PAGE = Path(__file__).with_name("speed.md")
Work = dict[str, Callable[[], object]]  # who does it -> one unit of the work
DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16, "fp32": torch.float32}
DTYPE = DTYPES[pick_precision("cpu")]  # the same for all


# ---------------------------------------------------------------------------------------------- models of others


class MHABlock(nn.Module):
    "The reference's way: torch's own multi-head attention, pre-norm."

    def __init__(self, d: int, heads: int, hidden: int):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(d), nn.LayerNorm(d)
        self.attn = nn.MultiheadAttention(d, heads, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(d, hidden), nn.GELU(), nn.Linear(hidden, d))

    def forward(self, x: Tensor) -> Tensor:
        "(b, s, d) to (b, s, d)."
        y = self.norm1(x)
        x = x + self.attn(y, y, y)[0]
        return x + self.mlp(self.norm2(x))


class Reference(nn.Module):
    "The reference's detector: frozen blocks above a patch embedding that stays trainable."

    def __init__(self, config: ViTConfig, last: int):
        super().__init__()
        d = config.width
        self.patch = nn.Conv2d(3, d, config.patch_size, config.patch_size)
        self.cls = nn.Parameter(torch.zeros(1, 1, d))
        self.pos = nn.Parameter(torch.randn(1, 1 + config.grid[0] ** 2, d), requires_grad=False)
        self.blocks = nn.ModuleList(MHABlock(d, config.heads, config.mlp_width) for _ in range(config.depth))
        self.norm, self.head = nn.LayerNorm(d), nn.Linear(d, 2)
        self.blocks[:config.depth - last].requires_grad_(False)

    def forward(self, x: Tensor) -> Tensor:
        "(b, 3, H, W) to (b, 2)."
        x = torch.cat([self.patch(x).flatten(2).mT, self.cls.expand(len(x), -1, -1)], 1) + self.pos
        for block in self.blocks: x = block(x)
        return self.head(self.norm(x)[:, -1])


def timm_vit(config: ViTConfig, last: int | None = None) -> nn.Module:
    "timm's Vision Transformer, all but the last blocks frozen."
    from timm.models.vision_transformer import VisionTransformer

    model = VisionTransformer(config.image_size, config.patch_size, embed_dim=config.width, depth=config.depth, num_classes=2,
                              num_heads=config.heads, mlp_ratio=config.mlp_width / config.width)
    if last is not None:
        model.requires_grad_(False)
        for part in (model.blocks[config.depth - last:], model.norm, model.head): part.requires_grad_(True)
    return model


def hf_config(config: ViTConfig, kind: str, **more) -> object:
    "The same architecture in Hugging Face's words."
    import transformers

    return getattr(transformers, kind)(
        hidden_size=config.width, num_hidden_layers=config.depth, num_attention_heads=config.heads, image_size=config.image_size,
        intermediate_size=config.mlp_width, patch_size=config.patch_size, num_labels=2, attn_implementation="sdpa", **more)


def hf_vit(config: ViTConfig, last: int | None = None) -> nn.Module:
    "Hugging Face's Vision Transformer, all but the last blocks frozen."
    from transformers import ViTForImageClassification

    model = ViTForImageClassification(hf_config(config, "ViTConfig"))
    if last is not None:
        model.requires_grad_(False)
        blocks = next(m for m in model.vit.modules() if isinstance(m, nn.ModuleList))
        for part in (blocks[config.depth - last:], model.vit.layernorm, model.classifier): part.requires_grad_(True)
    return model


class TimmMAE(nn.Module):
    "Masked autoencoder in the design of facebookresearch/mae, on timm's blocks: all patches embedded, then most dropped."

    def __init__(self, config: ViTConfig, mim: MIMConfig):
        super().__init__()
        from timm.layers import PatchEmbed
        from timm.models.vision_transformer import Block

        d, w, p, n = config.width, mim.decoder_width, config.patch_size, config.grid[0] ** 2
        self.p, self.ratio = p, mim.mask_ratio
        self.patch_embed = PatchEmbed(config.image_size, p, 3, d)
        self.cls_token, self.mask_token = nn.Parameter(torch.zeros(1, 1, d)), nn.Parameter(torch.zeros(1, 1, w))
        self.pos = nn.Parameter(torch.zeros(1, n + 1, d), requires_grad=False)
        self.decoder_pos = nn.Parameter(torch.zeros(1, n + 1, w), requires_grad=False)
        self.blocks = nn.Sequential(*(Block(d, config.heads, qkv_bias=True) for _ in range(config.depth)))
        self.norm, self.decoder_embed = nn.LayerNorm(d), nn.Linear(d, w)
        self.decoder_blocks = nn.Sequential(*(Block(w, mim.decoder_heads, qkv_bias=True) for _ in range(mim.decoder_depth)))
        self.decoder_norm, self.pred = nn.LayerNorm(w), nn.Linear(w, p * p * 3)

    def forward(self, images: Tensor) -> Tensor:
        "(b, 3, H, W) to the loss on hidden patches."
        b, p = len(images), self.p
        x = self.patch_embed(images) + self.pos[:, 1:]
        n, d = x.shape[1:]
        order = torch.rand(b, n, device=x.device).argsort(1)
        restore, keep = order.argsort(1), order[:, :round(n * (1 - self.ratio))]
        mask = torch.ones(b, n, device=x.device).scatter(1, keep, 0.0)
        x = x.gather(1, keep[..., None].expand(-1, -1, d))
        x = torch.cat([(self.cls_token + self.pos[:, :1]).expand(b, -1, -1), x], 1)
        y = self.decoder_embed(self.norm(self.blocks(x)))
        full = torch.cat([y[:, 1:], self.mask_token.expand(b, n - keep.shape[1], -1).to(y.dtype)], 1)
        full = full.gather(1, restore[..., None].expand(-1, -1, y.shape[2]))
        y = torch.cat([y[:, :1], full], 1) + self.decoder_pos
        pred = self.pred(self.decoder_norm(self.decoder_blocks(y)))[:, 1:]
        side = images.shape[2] // p
        target = images.reshape(b, 3, side, p, side, p).permute(0, 2, 4, 3, 5, 1).reshape(b, n, -1)
        target = (target - target.mean(-1, keepdim=True)) / (target.var(-1, keepdim=True) + 1e-6).sqrt()
        return (((pred - target) ** 2).mean(-1) * mask).sum() / mask.sum()


# ------------------------------------------------------------------------------------------------------ the work


def step(model: nn.Module, loss: Callable[[], Tensor], optimizer: torch.optim.Optimizer) -> float:
    "One training step, in the precision that the device does fast."
    device = next(model.parameters()).device
    dtype = DTYPES[pick_precision(device)]
    model.train()
    optimizer.zero_grad()
    with torch.autocast(device.type, dtype, enabled=dtype != torch.float32): value = loss()
    value.backward()
    optimizer.step()
    return value.item()


def adamw(model: nn.Module) -> torch.optim.Optimizer:
    "What most people write."
    return torch.optim.AdamW([x for x in model.parameters() if x.requires_grad], lr=1e-4)


def our_adamw(model: nn.Module) -> torch.optim.Optimizer:
    "What `vitdfd.train.train` makes."
    from vitdfd.schedule import param_groups

    return torch.optim.AdamW(param_groups(model, 1e-4, 0.05), lr=1e-4, fused=True)


def finetune_work(preset: str, last: int | None, b: int, device: str = "cpu") -> dict[str, Callable]:
    "Fine-tuning steps."
    from vitdfd.detector import Detector
    from vitdfd.finetune import detection_loss

    config = ViTConfig.preset(preset)
    images, labels = torch.randn(b, 3, 224, 224, device=device), torch.arange(b, device=device) % 2

    def ours() -> Callable:
        model = Detector(config, TransformConfig()).to(device)
        model.vit.freeze(last)
        return partial(step, model, lambda: detection_loss(model, {"image": images, "label": labels})[0], our_adamw(model))

    def theirs(model: nn.Module, logits: Callable) -> Callable:
        model.to(device)
        return partial(step, model, lambda: F.cross_entropy(logits(model(images)), labels), adamw(model))

    work = {"vitdfd": ours, "timm": lambda: theirs(timm_vit(config, last), lambda x: x),
            "Hugging Face": lambda: theirs(hf_vit(config, last), lambda x: x.logits)}
    reference = {"the reference's way": lambda: theirs(Reference(config, config.depth if last is None else last), lambda x: x)}
    return work | reference


def mim_work(preset: str, b: int, device: str = "cpu") -> dict[str, Callable]:
    "Pretraining steps: MAE, 75% hidden, decoder 8 blocks of 512."
    from vitdfd.mim import MIM

    config = ViTConfig.preset(preset, classes=0)
    mim = MIMConfig(decoder_width=512, decoder_depth=8, decoder_heads=16)
    images, random = torch.randn(b, 3, 224, 224, device=device), generator(0)

    def ours() -> Callable:
        model = MIM(config, mim).to(device)
        return partial(step, model, lambda: model(images, random).loss, our_adamw(model))

    def timm() -> Callable:
        model = TimmMAE(config, mim).to(device)
        return partial(step, model, lambda: model(images), adamw(model))

    def hf() -> Callable:
        from transformers import ViTMAEForPreTraining

        model = ViTMAEForPreTraining(hf_config(
            config, "ViTMAEConfig", decoder_hidden_size=512, decoder_num_hidden_layers=8, decoder_num_attention_heads=16,
            decoder_intermediate_size=2048, mask_ratio=0.75, norm_pix_loss=True)).to(device)
        return partial(step, model, lambda: model(images).loss, adamw(model))

    return {"vitdfd": ours, "MAE on timm's blocks": timm, "Hugging Face ViTMAE": hf}


def asked(images: Tensor, model: nn.Module, fast: bool = False) -> Callable:
    "One pass in evaluation mode."
    model.eval()

    @torch.inference_mode()
    def once():
        with torch.autocast(images.device.type, DTYPES[pick_precision(images.device)], enabled=fast): return model(images)
    return once


def inference_work(preset: str, b: int, device: str = "cpu") -> dict[str, Callable]:
    "Logits of a batch."
    from vitdfd.detector import Detector

    config, images = ViTConfig.preset(preset), torch.randn(b, 3, 224, 224, device=device)

    def run(model: nn.Module, fast: bool = False) -> Callable:
        return asked(images, model.to(device), fast)

    def int8() -> nn.Module:
        return torch.ao.quantization.quantize_dynamic(Detector(config, TransformConfig()), {nn.Linear}, dtype=torch.qint8)

    work = {"vitdfd": lambda: run(Detector(config, TransformConfig())), "timm": lambda: run(timm_vit(config)),
            "Hugging Face": lambda: run(hf_vit(config)), "vitdfd in bfloat16": lambda: run(Detector(config, TransformConfig()), True),
            "vitdfd, linear layers in int8": lambda: run(int8()),
            "vitdfd, torch.compile": lambda: run(torch.compile(Detector(config, TransformConfig())))}
    if device != "cpu": del work["vitdfd, linear layers in int8"]  # torch has it for CPUs only
    return work


def hybrid_work(b: int) -> dict[str, Callable]:
    "Logits of a batch by a network like that of models/photos, and by the whole convolutional network that its stem begins."
    import timm

    from vitdfd.detector import Detector
    from vitdfd.hybrid import fold_norms

    run = partial(asked, torch.randn(b, 3, 256, 256))

    def ours() -> nn.Module:
        return Detector(ViTConfig(image_size=256, patch_size=32, depth=4, stem="hybrid"), TransformConfig(size=256)).eval()

    return {"vitdfd": lambda: run(fold_norms(ours())), "vitdfd, norms not folded": lambda: run(ours()),
            "timm's EfficientNet-Lite0": lambda: run(timm.create_model("tf_efficientnet_lite0", num_classes=2)),
            "vitdfd in bfloat16": lambda: run(fold_norms(ours()), True)}


def heatmap_work(preset: str, b: int, device: str = "cpu") -> dict[str, Callable]:
    "Logits and Grad-CAM of a batch, on the input norm of the last block."
    from vitdfd.detector import Detector
    from vitdfd.gradcam import GradCAM

    model = Detector(ViTConfig.preset(preset), TransformConfig()).eval().to(device)
    nn.init.normal_(model.vit.head.weight)
    images = torch.randn(b, 3, 224, 224, device=device)
    layer = model.vit.blocks[-1].norm1

    def ours() -> Callable:
        def run():
            with GradCAM(model, layer) as cam: return cam(images, "FAKE")
        return run

    def theirs() -> Callable:
        from pytorch_grad_cam import GradCAM as Theirs
        from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

        def grid(x: Tensor) -> Tensor:
            return x[:, 1:].reshape(len(x), 14, 14, -1).permute(0, 3, 1, 2)

        def run():
            with Theirs(model, [layer], reshape_transform=grid) as cam:
                return cam(input_tensor=images, targets=[ClassifierOutputTarget(0)] * b)
        return run

    return {"vitdfd": ours, "pytorch-grad-cam": theirs}


def draw_photos(folder: Path, n: int) -> None:
    "Faces of 256 px as JPEG files, half FAKE and half REAL, like a well-known set of crops."
    from PIL import Image

    from vitdfd.drawn import camera, sample_face
    from vitdfd.portrait import render_face

    for i in range(n):
        random = generator(0, i)
        face = sample_face(random)
        path = folder / ("FAKE", "REAL")[i % 2] / f"{i:04d}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(camera(render_face(face, 256), face, random).permute(1, 2, 0).numpy()).save(path, quality=90)


def reading_work(folder: Path, n: int, b: int, cache: Path | None = None) -> dict[str, Callable]:
    "One epoch of training batches, resized to 224 px and flipped, in one process; with a cache, of decoded photos."
    from torchvision import datasets, transforms

    from vitdfd.batches import Faces, make_train_loader
    from vitdfd.decoded import decoded_items
    from vitdfd.faces import FAKE, REAL

    def ours() -> Callable:
        paths = sorted(folder.rglob("*.jpg"))
        labels = [FAKE if path.parent.name == "FAKE" else REAL for path in paths]
        faces = Faces(decoded_items(paths, 224, cache), labels, transform=TransformConfig(), augment="flip")
        return lambda: sum(len(batch["label"]) for batch in make_train_loader(faces, b, n // b, 0))

    def theirs() -> Callable:
        mean, std = TransformConfig().mean, TransformConfig().std
        chain = [transforms.Resize((224, 224)), transforms.RandomHorizontalFlip(), transforms.ToTensor()]
        data = datasets.ImageFolder(str(folder), transforms.Compose([*chain, transforms.Normalize(mean, std)]))
        loader = torch.utils.data.DataLoader(data, b, shuffle=True)
        return lambda: sum(len(labels) for _, labels in loader)

    return {"vitdfd": ours, "ImageFolder, PIL transforms": theirs}


def draw_video(path: Path, n: int) -> None:
    "A film of 1280 x 720 px: a face of 256 px in front of a wall."
    from vitdfd.clips import draw_clip, write_clip

    images = []
    for frame in draw_clip(generator(0), n=n, size=288):
        image = torch.full((3, 720, 1280), 90, dtype=torch.uint8)
        image[:, 200:488, 500:788] = frame.image
        images.append(image)
    write_clip(path, images, keyframe=24)


def video_work(path: Path, frames: int) -> dict[str, Callable]:
    "Face crops of frames spread evenly over a film."
    import cv2

    from vitdfd.crops import crop_square, face_square, find_faces
    from vitdfd.jobs import PrepareConfig
    from vitdfd.prepare import cut_video

    def theirs() -> list:
        film, crops = cv2.VideoCapture(str(path)), []
        count = int(film.get(cv2.CAP_PROP_FRAME_COUNT))
        wanted = set(np.linspace(0, count - 1, frames).round().astype(int).tolist())
        for i in range(count):
            _, pixels = film.read()
            if i not in wanted: continue
            image = torch.from_numpy(np.ascontiguousarray(pixels[..., ::-1])).permute(2, 0, 1)
            faces = find_faces(image)
            if not faces: continue
            crop = crop_square(image, face_square(faces[0].box, image.shape[1:]))
            crops.append(cv2.resize(np.ascontiguousarray(crop.permute(1, 2, 0).numpy()), (256, 256)))
        return crops

    return {"vitdfd": lambda: lambda: cut_video(path, PrepareConfig(frames=frames)), "a plain loop": lambda: theirs}


def start_work() -> dict[str, Callable]:
    "A command that answers, in a new process."
    def run(*args: str) -> Callable:
        return lambda: subprocess.run([sys.executable, *args], check=True, stdout=subprocess.DEVNULL)

    return {"vitdfd --help": lambda: run("-m", "vitdfd", "--help"), "import vitdfd": lambda: run("-c", "import vitdfd"),
            "python that does nothing": lambda: run("-c", "pass")}


# -------------------------------------------------------------------------------------------------- the measuring


def cases(folder: Path, quick: bool) -> dict[str, tuple]:
    "Name -> what it is, images in a unit of work, rounds, the contenders, whether memory is measured."
    large, base = ("tiny", "tiny") if quick else ("base896", "base")
    few, many = (2, 4) if quick else (4, 64)
    draw, film = folder / "photos", folder / "film.mp4"
    return {
        "finetune-reference": (f"fine-tuning step, {large} (896 × 12), last 4 blocks trained, batch {few}", few, 7,
                               partial(finetune_work, large, 4, few), True),
        "finetune-base-last": (f"fine-tuning step, {base}, last 4 blocks trained, batch {few}", few, 5,
                               partial(finetune_work, base, 4, few), True),
        "finetune-base": (f"fine-tuning step, {base}, all trained, batch {few}", few, 5,
                          partial(finetune_work, base, None, few), True),
        "mim-base": (f"pretraining step, MAE, {base}, 75% hidden, decoder 8 × 512, batch {2 * few}", 2 * few, 5,
                     partial(mim_work, base, 2 * few), True),
        "infer-1": (f"inference, {base}, batch 1", 1, 15, partial(inference_work, base, 1), True),
        "infer-64": (f"inference, tiny, batch {many}", many, 5, partial(inference_work, "tiny", many), True),
        "infer-hybrid-1": ("inference, hybrid of models/photos, 256 px, batch 1", 1, 15, partial(hybrid_work, 1), True),
        "infer-hybrid-16": (f"inference, hybrid of models/photos, 256 px, batch {min(16, many)}", min(16, many), 5,
                            partial(hybrid_work, min(16, many)), True),
        "heatmap-64": (f"prediction and heat map, tiny, batch {many}", many, 5, partial(heatmap_work, "tiny", many), True),
        "reading": ("256-px JPEG files to training batches, one process, one thread", 128, 9,
                    partial(reading_work, draw, 128, 32), False),
        "reading-cached": ("the same with `cache=`, from the second epoch on", 128, 9,
                           partial(reading_work, draw, 128, 32, folder / "cache"), False),
        "video": ("a film of 96 frames, 720p, to 16 face crops", 16, 5, partial(video_work, film, 16), False),
        "start": ("start", 1, 9, start_work, False),
    }


def processor_time() -> float:
    "What this process and those it started have used, s."
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def in_turns(work: Work, rounds: int, clock: Callable[[], float]) -> dict[str, list[float]]:
    "Seconds of every run: one run of each first that does not count, then ours, theirs, ours, theirs."
    for run in work.values(): run()
    times = {name: [] for name in work}
    for _ in range(rounds):
        for name, run in work.items():
            began = clock()
            run()
            times[name].append(clock() - began)
    return times


def peak_of(case: str, who: str, folder: Path, quick: bool) -> float:
    "Memory that two runs of the work add at their peak, MB; in this process, which is asked once."
    run = cases(folder, quick)[case][3]()[who]()
    before = float(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    for _ in range(2): run()
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return (int(status["VmHWM"].split()[0]) * 1024 - before) / 2**20  # getrusage would count the process that started this one


def peaks(case: str, names: list[str], folder: Path, options: argparse.Namespace) -> dict[str, float]:
    "`peak_of`, each in a process of its own."
    found = {}
    for name in names:
        command = [sys.executable, __file__, "--peak", case, name, "--threads", str(options.threads), "--folder", str(folder)]
        command += ["--quick"] * options.quick
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        found[name] = json.loads(done.stdout.splitlines()[-1])
    return found


def machine() -> str:
    "What it ran on."
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
                  if line.startswith("model name")), platform.processor())
    return f"{os.cpu_count()} × {model}"


def versions() -> str:
    "Of everything that is compared."
    from importlib.metadata import version

    names = ("torch", "torchvision", "timm", "transformers", "grad-cam", "opencv-python-headless", "pillow")
    return ", ".join(f"{name} {version(name)}" for name in names)


def rows(what: str, images: int, times: dict[str, list[float]], memory: dict[str, float]) -> list[str]:
    "The table's lines of one case."
    ours = next(iter(times.values()))
    lines = []
    for name, seconds in times.items():
        ms = [1000 * s for s in seconds]
        ratio = "" if seconds is ours else f"{median(t / o for t, o in zip(seconds, ours)):.2f}"
        peak = f"{memory[name]:.0f}" if name in memory else ""
        rate = f"{images / median(seconds):.1f}" if images > 1 else ""
        lines.append(f"| {what} | {name} | {median(ms):.0f} | {min(ms):.0f} .. {max(ms):.0f} | {rate} | {ratio} | {peak} |")
        what = ""
    return lines


def main() -> None:
    "Measure, and write the page."
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="cases whose name holds this; the page is printed, not written")
    parser.add_argument("--quick", action="store_true", help="tiny models, one run of each: does everything run? Nothing is written")
    parser.add_argument("--threads", type=int, default=os.cpu_count(), help="of torch")
    parser.add_argument("--busy", action="store_true", help="the machine is shared: count processor time, not the clock on the wall")
    parser.add_argument("--peak", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(options.threads)
    if options.peak:
        print(json.dumps(peak_of(*options.peak, options.folder, options.quick)))
        return
    with tempfile.TemporaryDirectory() as name:
        text, measured = page(Path(name), options)
    print(text)
    if not options.only and not options.quick:
        with atomic(PAGE) as path: path.write_text(text, encoding="utf-8")
        facts = {"machine": machine(), "threads": options.threads, "busy": options.busy}
        save_json(PAGE.with_suffix(".json"), facts | {"cases": measured})


def where_time_goes(run: Callable) -> str:
    "The operators of torch that one run of the work spends most time in, as shares of it, and what is left for everything else."
    with torch.profiler.profile(activities=[torch.profiler.ProfilerActivity.CPU]) as profile:
        began = time.perf_counter()
        run()
        total = 1e6 * (time.perf_counter() - began)
    operators = [op for op in profile.key_averages() if "::" in op.key]  # not what the profiler calls a step or a loader
    shares = sorted(((op.self_cpu_time_total / total, op.key) for op in operators), reverse=True)
    named = [f"{key.split('::')[-1]} {share:.0%}" for share, key in shares[:6] if share >= 0.02]
    return ", ".join(named) + f"; outside torch's operators {max(0, 1 - sum(share for share, _ in shares)):.0%}"


def page(folder: Path, options: argparse.Namespace) -> tuple[str, dict]:
    "Run the cases one after the other; the page, and the numbers behind it."
    lines, spent, measured, began, clock = [], [], {}, time.perf_counter(), processor_time if options.busy else time.perf_counter
    for name, (what, images, rounds, contenders, memory) in cases(folder, options.quick).items():
        if options.only not in name: continue
        if name.startswith("reading") and not (folder / "photos").exists(): draw_photos(folder / "photos", images)
        if name == "video": draw_video(folder / "film.mp4", 96)
        torch.set_num_threads(1 if name.startswith("reading") else options.threads)
        work = {who: make() for who, make in contenders().items()}
        times = in_turns(work, 1 if options.quick else rounds, clock)
        who = list(work)
        measured[name] = {"what": what, "images": images, "seconds": times}
        if name != "start": spent.append(f"| {what} | {where_time_goes(next(iter(work.values())))} |")
        del work
        gc.collect()
        lines += rows(what, images, times, peaks(name, who, folder, options) if memory else {})
        print("\n".join(lines[-len(who):]), f"({time.perf_counter() - began:.0f} s)", file=sys.stderr, flush=True)
    head = ["work", "who", "median, ms", "spread, ms", "images/s", "times ours", "peak memory added, MB"]
    note = " The machine was shared with other work: times are processor time, not wall time." if options.busy else ""
    text = "\n".join([
        "# Speed and memory, beside others", "",
        f"Made by `python benchmarks/speed.py{f' --only {options.only}' * bool(options.only)}` in "
        f"{(time.perf_counter() - began) / 60:.0f} minutes on {machine()}, "
        f"{options.threads} threads, no GPU.{note} Training steps in {str(DTYPE).split('.')[1]}, inference in float32; random "
        f"weights. {versions()}.", "",
        "All contenders of a block ran in turns in one process. *Times ours* is the median over the rounds of their time divided by "
        "ours in the same round: above 1, ours is faster. *Peak memory* is what two runs add to a fresh process that holds the "
        "model.", "",
        "| " + " | ".join(head) + " |", "|" + "---|" * len(head), *lines, "",
        *NOTES.strip().splitlines(), "",
        "## Where our own time goes", "", "One run of each under torch's profiler, which slows it a little.", "",
        "| work | share of the time |", "|---|---|", *spent, ""])
    return text, measured


NOTES = """
- **The reference's way** is written after a widely copied public repository: `nn.MultiheadAttention`, and a patch embedding that
  stays trainable under frozen blocks, so that the gradient goes down through all of them. Where all blocks are trained only the
  attention differs.
- **timm, Hugging Face** freeze by `requires_grad`, and are stepped by `torch.optim.AdamW` as most people write it.
- **A plain loop** decodes every frame with OpenCV and looks for a face on each wanted frame with the same face finder.
- **Where the reference's way loses**: in its frozen attention weights. torch multiplies (s, b, d) tokens by a weight in one product if
  the weight wants a gradient. If it does not, and the rows do not lie side by side, as inside `nn.MultiheadAttention`, torch copies
  the weight once for every token: four fifths of that step are these copies and the small products with them, says torch's profiler.
- **Not switched on:** predictions stay in float32 without compiling, so that a photo has the same probability on every machine, to
  rounding. What bfloat16, int8 (dynamic) and torch.compile would bring stands beside it; training takes bfloat16 where the processor
  has it, and compiles with `--compile`. (The hybrid's stem was still being compiled after seven minutes, and was left out.)
- **Peak memory** begins to count when the model is built; the state of AdamW, made in the first step, is in it.
- **Not measured:** anything on a GPU; [gpu.md](gpu.md) counts the work of its steps.
"""


if __name__ == "__main__": main()
