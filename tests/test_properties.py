"What must hold for every input, tried on inputs that nobody chose: patches, masks, splits, metrics, configs."
import json
from dataclasses import fields
from itertools import product
from pathlib import Path

import numpy as np
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from vitdfd.config import FinetuneConfig, MIMConfig, PretrainConfig, TransformConfig, ViTConfig
from vitdfd.core import generator
from vitdfd.evaluate import metrics
from vitdfd.faces import FAKE, SPLITS, split_files
from vitdfd.masking import gather_visible, make_mask, restore_tokens
from vitdfd.patches import patchify, unpatchify
from vitdfd.sources import Video, split_videos

settings.register_profile("short", deadline=None, max_examples=60, derandomize=True, database=None)
settings.load_profile("short")
small = st.integers(1, 5)
seeds = st.integers(0, 2**31)


@given(b=small, c=small, gh=small, gw=small, p=small, seed=seeds)
def test_unpatchify_undoes_patchify(b, c, gh, gw, p, seed):
    x = torch.randn(b, c, gh * p, gw * p, generator=generator(seed))
    patches = patchify(x, p)
    assert patches.shape == (b, gh * gw, p * p * c)
    assert torch.equal(unpatchify(patches, (gh, gw), p, c), x)
    row, column = seed % gh, seed % gw  # one patch, cut by hand
    cut = x[:, :, row * p:(row + 1) * p, column * p:(column + 1) * p].permute(0, 2, 3, 1).reshape(b, -1)
    assert torch.equal(patches[:, row * gw + column], cut)


@given(kind=st.sampled_from(["random", "block", "face"]), b=small, gh=st.integers(2, 9), gw=st.integers(2, 9),
       ratio=st.floats(0.05, 0.95), seed=seeds)
def test_a_mask_hides_as_many_as_it_says_and_can_be_undone(kind, b, gh, gw, ratio, seed):
    n = gh * gw
    hidden = round(n * ratio)
    assume(0 < hidden < n)
    masked = make_mask(kind, b, (gh, gw), ratio, generator(seed))
    again = make_mask(kind, b, (gh, gw), ratio, generator(seed))
    assert all(torch.equal(x, y) for x, y in zip(masked, again))
    assert masked.mask.sum(1).tolist() == [hidden] * b  # True = hidden
    x = torch.randn(b, n, 3, generator=generator(seed, "x"))
    back = restore_tokens(gather_visible(x, masked.keep), torch.full((3,), 7.0), masked.restore)
    assert torch.equal(back[~masked.mask], x[~masked.mask]) and (back[masked.mask] == 7).all()


names = st.text(st.characters(blacklist_characters="/\0", blacklist_categories=("Cs",)), min_size=1, max_size=6)


@given(files=st.lists(st.tuples(names, st.integers(0, 9)), max_size=40), more=st.lists(names, max_size=10))
def test_a_group_is_on_one_side_and_stays_there(files, more):
    paths = [Path("album", f"{group}-{i}.jpg") for group, i in files]
    split = split_files(paths, group=lambda path: path.name.rpartition("-")[0])
    assert sorted(path for paths in split.values() for path in paths) == sorted(paths) and list(split) == list(SPLITS)
    side = {path.name.rpartition("-")[0]: name for name in split for path in split[name]}
    assert all(side[path.name.rpartition("-")[0]] == name for name in split for path in split[name])
    later = split_files([*reversed(paths), *(Path("new", f"{group}-0.jpg") for group in more)],
                        group=lambda path: path.name.rpartition("-")[0])
    assert all(set(split[name]) <= set(later[name]) for name in split)


@given(pairs=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=40), seed=st.integers(0, 99))
def test_nobody_is_on_two_sides(pairs, seed):
    videos = [Video(Path(f"{i}.mp4"), FAKE, people=(f"p{a}", f"p{b}")) for i, (a, b) in enumerate(pairs)]
    sides = split_videos(videos, seed)
    assert sides == split_videos(videos, seed)
    where = {(person, side) for video, side in zip(videos, sides.split) if side for person in video.people}
    assert len(where) == len({person for person, _ in where})


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 12)), min_size=2, max_size=30), st.floats(0, 1))
def test_metrics_against_brute_force(images, threshold):
    labels, p = np.array([int(real) for real, _ in images]), np.array([x / 12 for _, x in images])
    assume(0 < labels.sum() < len(labels))
    found = metrics(labels, p, threshold)
    fakes, reals = p[labels == FAKE], p[labels != FAKE]
    wins = [(a > b) + (a == b) / 2 for a, b in product(fakes, reals)]
    assert abs(found["auc"] - np.mean(wins)) < 1e-9
    mirrored = metrics(1 - labels, 1 - p, 1 - threshold)
    assert abs(found["auc"] - mirrored["auc"]) < 1e-9
    assert abs(found["accuracy_at_threshold"] - np.mean((p > threshold) == (labels == FAKE))) < 1e-9
    for name, value in found.items(): assert name == "log_loss" or 0 <= value <= 1
    assert abs(found["brier"] - mirrored["brier"]) < 1e-9


@given(fake=st.lists(st.integers(0, 1000), min_size=3, max_size=20, unique=True))
def test_the_equal_error_rate_is_symmetric(fake):
    labels = np.array([i % 2 for i in range(len(fake))])
    assume(labels.sum() * 2 == len(labels))  # as many of each: the two error rates meet in one place
    p = np.array(fake) / 1000
    assert abs(metrics(labels, p)["equal_error_rate"] - metrics(1 - labels, 1 - p)["equal_error_rate"]) < 1e-9


vits = st.builds(lambda grid, p, heads, e, **rest: ViTConfig(image_size=grid * p, patch_size=p, heads=heads, width=4 * heads * e,
                                                             **rest),
                 st.integers(1, 16), st.integers(1, 32), st.integers(1, 8), st.integers(1, 16), depth=st.integers(1, 128),
                 mlp_width=st.integers(1, 4096),
                 stem=st.sampled_from(["linear", "conv"]), pool=st.sampled_from(["cls", "mean", "max"]),
                 positions=st.sampled_from(["sincos", "learned"]), dropout=st.floats(0, 0.99), classes=st.integers(0, 9))
transforms = st.builds(TransformConfig, size=st.integers(1, 4096), resize=st.sampled_from(["whole", "crop"]),
                       mean=st.tuples(*[st.floats(-1, 1)] * 3), std=st.tuples(*[st.floats(0.01, 1)] * 3))
finetunes = st.builds(FinetuneConfig, model=vits, encoder=st.none() | st.text(max_size=9), unfreeze=st.none() | st.integers(0, 12),
                      lr=st.floats(1e-6, 1), betas=st.tuples(st.floats(0, 0.9), st.floats(0, 0.9)), paired=st.booleans())
pretrains = st.builds(PretrainConfig, model=vits,
                      mim=st.builds(MIMConfig, mask_ratio=st.floats(0.01, 0.99)), epochs=st.integers(1, 999))


@given(st.one_of(vits, transforms, finetunes, pretrains))
def test_a_config_comes_back_from_json_as_it_was(config):
    again = type(config).from_dict(json.loads(json.dumps(config.to_dict())))
    assert again == config and hash(again) == hash(config)


@given(st.sampled_from([ViTConfig, TransformConfig, MIMConfig, PretrainConfig, FinetuneConfig]), st.data())
def test_anything_in_a_config_is_a_config_or_a_value_error(kind, data):
    anything = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
                            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3))
    name = data.draw(st.sampled_from([field.name for field in fields(kind)]) | st.text(max_size=5))
    try: config = kind.from_dict({name: data.draw(anything)})
    except ValueError: return
    assert kind.from_dict(config.to_dict()) == config
