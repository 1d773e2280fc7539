"Two processes train as one does: the same losses, the same images, one writer; and another number of processes can go on."
import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from vitdfd.checkpoints import read_rows
from vitdfd.core import generator

JOB = """
import json, os, signal, sys
from pathlib import Path
import torch
from vitdfd import batches, config, mim, ranks, train
folder, stop = Path(sys.argv[1]), int(sys.argv[2])
vit = config.ViTConfig.for_tests(classes=0, dropout=0.1, drop_path=0.1)
settings = config.TrainConfig(
    name=folder.name, epochs=3, batch_size=4, accumulate=4, ema=0.9, lr=3e-3, device="cpu", precision="fp32", save_every=1, keep=9)
images = list(torch.load(folder.parent / "images.pt"))
faces = batches.Faces(images, [1] * len(images), transform=config.TransformConfig(size=32), augment="flip")
torch.manual_seed(int(os.environ.get("RANK", 0)))  # the first process decides where all begin
model = mim.MIM(vit, config.MIMConfig(decoder_width=32, decoder_depth=1))
me = ranks.join(torch.device("cpu"))
if len(sys.argv) > 3 and me.world != int(sys.argv[3]): sys.exit(f"{me.world} processes")
def loss_fn(model, batch, generator):
    with open(folder.parent / f"{folder.name}.{me.world}.{me.rank}.seen", "a") as file:
        print(json.dumps(batch["index"].tolist()), file=file)
    return model(batch["image"], generator).loss, {}
save = train.save_checkpoint
def noted(path, *args, **more):
    with open(folder.parent / f"{folder.name}.writers", "a") as file: print(me.rank, path.name, file=file)
    save(path, *args, **more)
train.save_checkpoint = noted
for event in train.train(model, faces, loss_fn, settings, folder):
    if event.step == stop: os.kill(os.getpid(), signal.SIGTERM)  # the first process only: the others must learn of it
"""
IMAGES, STEPS = 22, 6  # 22 images: 6 batches, the last of 2 images; 2 steps an epoch, of 4 and of 2 batches


def job(folder: Path, processes: int, stop: int = 0) -> subprocess.CompletedProcess:
    "Train in a run's folder; `stop` asks the first process to stop after that step."
    script = folder.parent / "job.py"
    script.write_text(JOB)
    start = [sys.executable] if processes == 1 else [
        sys.executable, "-m", "torch.distributed.run", "--standalone", "--nproc_per_node", str(processes)]
    return subprocess.run([*start, script, folder, str(stop), str(processes)], capture_output=True, text=True, timeout=300)


def seen(folder: Path) -> list[int]:
    "All images that were trained on, by any process."
    lines = [line for path in folder.parent.glob(f"{folder.name}.*.seen") for line in path.read_text().splitlines()]
    return [i for line in lines for i in json.loads(line)]


def felt(name: str, x):
    "A weight without its key biases: the softmax takes them out again, so that AdamW makes its steps out of rounding errors."
    if not name.endswith("qkv.bias"): return x
    query, _, value = x.chunk(3)
    return query, value


def test_two_processes_train_as_one_and_one_goes_on_where_two_stopped(tmp_path):
    import torch

    torch.save(torch.randint(0, 256, (IMAGES, 3, 32, 32), generator=generator(0), dtype=torch.uint8), tmp_path / "images.pt")
    one, two = tmp_path / "one", tmp_path / "two"
    alone = job(one, 1)
    assert alone.returncode == 0, alone.stderr
    stopped = job(two, 2, stop=3)  # in the middle of the second epoch
    assert stopped.returncode != 0 and "stopped by SIGTERM after step 3 of 6" in stopped.stderr, stopped.stderr
    assert len(list(tmp_path.glob("two.2.*.seen"))) == 2  # both processes worked
    losses = [[row["loss"] for row in read_rows(run / "log.csv")] for run in (one, two)]
    assert [len(x) for x in losses] == [STEPS, 3]
    np.testing.assert_allclose(losses[1], losses[0][:3], rtol=1e-5)

    resumed = job(two, 1)
    assert resumed.returncode == 0, resumed.stderr
    losses = [[row["loss"] for row in read_rows(run / "log.csv")] for run in (one, two)]
    np.testing.assert_allclose(losses[1], losses[0], rtol=1e-4)
    ends = [torch.load(run / "checkpoints" / f"step_{STEPS:07d}.pt", weights_only=True) for run in (one, two)]
    for part in ("model", "ema"):
        for name, x in ends[0][part].items():
            torch.testing.assert_close(felt(name, x), felt(name, ends[1][part][name]), rtol=1e-3, atol=1e-5)

    for run in (one, two):  # every image once in each of the three epochs
        assert sorted(seen(run)) == sorted(list(range(IMAGES)) * 3)
    writers = (tmp_path / "two.writers").read_text().splitlines()
    assert writers == [f"0 step_{step:07d}.pt" for step in range(1, STEPS + 1)]
