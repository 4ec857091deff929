"""Checkpoint files: round trips, every kind of damage, and being killed while writing."""

from __future__ import annotations

import base64
import dataclasses
import json
import pickle
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from paircat.engine.errors import CheckpointError, PairCatError
from paircat.engine.runs.checkpoint import CatHeader, load_cat, load_ost, read_header, save_cat, save_ost

HEADER = CatHeader(
    run="shot.v2",
    step=20,
    total_steps=40,
    model_size="Small",
    network={"width": 16, "blocks": [1, 2]},
    channels_in=("R", "G", "B"),
    channels_out=("R", "G", "B", "A"),
    encoding={"in": {"curve": "log"}},
    loss=0.1,
    losses=(0.3, 0.2, 0.1),
    settings={"epochs": 10, "seed": 0},
    data_set={"frames": "1-6", "hashes": {"1": "ab"}, "size": [64, 48], "sources": ["a.####.exr"]},
    versions={"python": "3.11"},
    picture=base64.b64encode(b"png").decode(),
    notes=("The crop was shrunk.",),
)
WEIGHTS = {
    "a": np.arange(24, dtype=np.float32).reshape(2, 3, 4).transpose(2, 0, 1),
    "b": np.float16([1.5, -2]),
    "scalar": np.array(3.0, np.float32),
    "steps": np.array([1, 2], np.int64),
}

SAVE_FOR_EVER = """
import sys
import numpy as np
from paircat.engine.runs.checkpoint import CatHeader, save_cat
count = 0
while True:
    count += 1
    header = CatHeader("a", count, 0, "Small", {}, ("R",), ("R",))
    save_cat(sys.argv[1], header, {"w": np.full(200_000, count, np.float32)})
    if count == 1:
        print("begun", flush=True)
"""


@pytest.fixture
def cat(tmp_path: Path) -> Path:
    path = tmp_path / "shot.v2.20.cat"
    save_cat(path, HEADER, WEIGHTS)
    return path


def test_cat_round_trip(cat: Path) -> None:
    """Header and weights come back as they were: shapes, types, values, whatever their layout in memory."""
    header, weights = load_cat(cat)
    assert header == HEADER == read_header(cat)
    assert weights.keys() == WEIGHTS.keys()
    for name, array in WEIGHTS.items():
        assert weights[name].dtype == array.dtype and np.array_equal(weights[name], array)
        assert weights[name].shape == array.shape


def test_numpy_numbers_in_the_header(tmp_path: Path) -> None:
    """Losses that are still numpy scalars become plain numbers."""
    header = CatHeader(
        "a", 1, 2, "Small", {"n": np.int64(3)}, ("R",), ("R",), loss=np.float32(0.5), losses=(np.float64(1),)
    )
    save_cat(tmp_path / "a.1.cat", header, {})
    back = read_header(tmp_path / "a.1.cat")
    assert (back.network["n"], back.loss, back.losses) == (3, 0.5, (1.0,))


def test_unknown_header_keys_are_passed_over(tmp_path: Path) -> None:
    """A file of the same format with more in its header still opens."""
    text = json.dumps({**HEADER.to_json(), "mood": "good"})
    save_file({"w": np.ones(2, np.float32)}, tmp_path / "a.cat", metadata={"paircat": text})
    assert load_cat(tmp_path / "a.cat")[0] == HEADER


def test_cat_cut_anywhere_is_refused(cat: Path) -> None:
    """A truncated .cat is never mistaken for a whole one, wherever it was cut."""
    whole = cat.read_bytes()
    for length in (*range(0, 64), len(whole) // 2, len(whole) - 1):
        cat.write_bytes(whole[:length])
        for read in (load_cat, read_header):
            with pytest.raises(CheckpointError, match=r"shot\.v2\.20\.cat' is (truncated or damaged|empty)"):
                read(cat)


@pytest.mark.parametrize("byte", [0xFF, 0x01])
def test_rot_in_the_weights_is_refused(cat: Path, byte: int) -> None:
    """Bytes that make NaN of a weight, and bytes that make another number of it."""
    content = bytearray(cat.read_bytes())
    content[-40:-36] = bytes([byte]) * 4
    cat.write_bytes(content)
    with pytest.raises(CheckpointError, match="is truncated or damaged"):
        load_cat(cat)


def test_a_cat_without_a_checksum_loads_if_its_weights_are_numbers(tmp_path: Path) -> None:
    """The first versions wrote none; a training that failed may have left NaN, which would go into every picture."""
    path, metadata = tmp_path / "old.cat", {"paircat": json.dumps(HEADER.to_json())}
    save_file({"a": np.ones(3, np.float32)}, path, metadata)
    assert load_cat(path)[1]["a"].tolist() == [1, 1, 1]
    for bad in (np.nan, np.inf):
        save_cat(path, HEADER, {"a": np.float16([1, bad])})
        with pytest.raises(CheckpointError, match=r"old\.cat' holds weights that are NaN or Inf"):
            load_cat(path)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", r"empty \(zero bytes\)"),
        (b"PK\x03\x04" + b"torchscript" * 40, "only Nuke can open it"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 90, "not a PairCat .cat file"),
        (b"\x0a\x12\x0aCopyCat" * 90, "only Nuke can open it"),
        (b"\x10\0\0\0\0\0\0\0{broken", "truncated or damaged"),
    ],
)
def test_other_files_are_named(tmp_path: Path, content: bytes, sentence: str) -> None:
    """What is no .cat of ours is refused with the reason; Nuke's own is told apart from damage."""
    path = tmp_path / "a.cat"
    path.write_bytes(content)
    with pytest.raises(CheckpointError, match=sentence):
        load_cat(path)


def test_weights_of_another_program(tmp_path: Path) -> None:
    """A safetensors file without our header is not taken for a .cat."""
    save_file({"w": np.ones(2, np.float32)}, tmp_path / "a.cat")
    with pytest.raises(CheckpointError, match="another program"):
        load_cat(tmp_path / "a.cat")


def test_newer_versions_say_update(tmp_path: Path) -> None:
    """Files of a later format ask for a newer PairCat, whatever else changed in them."""
    import torch

    save_file({}, tmp_path / "a.cat", metadata={"paircat": json.dumps({"version": 2, "all": "new"})})
    with pytest.raises(CheckpointError, match="update PairCat"):
        read_header(tmp_path / "a.cat")
    torch.save({"format": "paircat.ost", "version": 2}, tmp_path / "a.ost")
    with pytest.raises(CheckpointError, match="update PairCat"):
        load_ost(tmp_path / "a.ost")


def test_missing_files(tmp_path: Path) -> None:
    """A path that leads nowhere, or to a folder, is named."""
    for load in (load_cat, load_ost, read_header):
        with pytest.raises(CheckpointError, match="There is no checkpoint file"):
            load(tmp_path / "gone.cat")
        with pytest.raises(CheckpointError, match="is a folder"):
            load(tmp_path)


def test_ost_round_trip(tmp_path: Path) -> None:
    """Nested tensors and plain values come back bit for bit."""
    import torch

    state = {"optimizer": {"exp": [torch.arange(4.0), None]}, "rng": torch.get_rng_state(), "step": 7, "frames": (1, 2)}
    save_ost(tmp_path / "a.7.ost", state)
    back = load_ost(tmp_path / "a.7.ost")
    assert torch.equal(back["optimizer"]["exp"][0], torch.arange(4.0)) and torch.equal(back["rng"], state["rng"])
    assert (back["step"], back["frames"], back["optimizer"]["exp"][1]) == (7, (1, 2), None)


def test_damaged_ost_is_refused(tmp_path: Path) -> None:
    """Truncated, foreign and empty .ost files each give a sentence; nothing inside one is ever run."""
    import torch

    path = tmp_path / "a.ost"
    save_ost(path, {"w": torch.ones(100)})
    whole = path.read_bytes()
    for length in (1, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(CheckpointError, match="truncated or damaged"):
            load_ost(path)
    path.write_bytes(b"")
    with pytest.raises(CheckpointError, match="zero bytes"):
        load_ost(path)
    torch.save({"weights": torch.ones(2)}, path)
    with pytest.raises(CheckpointError, match=r"not a PairCat \.ost"):
        load_ost(path)


def test_code_in_an_ost_is_not_run(tmp_path: Path) -> None:
    """A file that would run code when it is unpickled is refused, and the code does not run."""

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "ran",))

    (tmp_path / "a.ost").write_bytes(pickle.dumps({"format": "paircat.ost", "version": 1, "state": Evil()}, protocol=2))
    with pytest.raises(CheckpointError):
        load_ost(tmp_path / "a.ost")
    assert not (tmp_path / "ran").exists()


def test_killed_while_saving(tmp_path: Path, killed) -> None:
    """Killed at random moments of saving over and over, the file is always one whole .cat."""
    path = tmp_path / "a.1.cat"
    for seed in range(4):
        killed(SAVE_FOR_EVER, path, seed=seed)
        header, weights = load_cat(path)
        assert set(weights["w"]) == {header.step}


def test_full_disk_leaves_the_old_file(cat: Path) -> None:
    """A write that the disk cuts short says so; the file that was there is unharmed, with nothing beside it."""
    import torch

    resource = pytest.importorskip("resource")
    import signal

    ost = cat.with_suffix(".ost")
    save_ost(ost, {"step": 20})
    before = cat.read_bytes()
    signals, limits = signal.signal(signal.SIGXFSZ, signal.SIG_IGN), resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(PairCatError, match=r"could not be written: .*File too large"):
            save_cat(cat, HEADER, {"w": np.ones(100_000, np.float32)})
        with pytest.raises(PairCatError, match=r"could not be written: .*File too large"):
            save_ost(ost, {"w": torch.ones(100_000)})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, signals)
    assert cat.read_bytes() == before and load_ost(ost) == {"step": 20}
    assert sorted(path.name for path in cat.parent.iterdir()) == [cat.name, ost.name]


def test_the_loss_of_a_cat_is_that_of_its_last_steps() -> None:
    """As that of its run is; where there are none, that of the step itself."""
    header = CatHeader("a", 60, 100, "Small", {}, ("R",), ("R",), loss=9.0)
    assert header.recent_loss == 9.0
    assert dataclasses.replace(header, losses=(5.0,) * 10 + (1.0,) * 49 + (3.0,)).recent_loss == pytest.approx(1.04)
