"""PairStore: any number of pairs within stated bounds."""

from __future__ import annotations

import errno
import os
import socket
import sys
from pathlib import Path

import numpy as np
import psutil
import pytest
from patterns import LookOp, PatternOp

from paircat.engine import pid_namespace
from paircat.engine.errors import FrameError
from paircat.engine.learn.compact_pixels import CompactPixels, PixelFile
from paircat.engine.learn.dataset import DataSet, ImagePair
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.picture.frames import FrameRange


def test_pairs_beyond_memory_go_to_the_disk_and_beyond_that_are_decoded_again(
    look_set: DataSet, tmp_path: Path
) -> None:
    """Two pairs fit into memory, one into files, the fourth is decoded each time; all give the same pixels."""
    first = PairStore(look_set, 1 << 30).pair(0)
    one, file_bytes = first.nbytes, sum(PixelFile.of(side).nbytes for side in (first.input, first.ground_truth))
    store = PairStore(look_set, 2 * one, file_bytes, tmp_path)
    for _ in range(2):
        for index in range(4):
            pair = store.pair(index)
            np.testing.assert_array_equal(pair.input.expand(0, 0, 40, 48), look_set.load(index).input)
    assert store.memory_bytes == 2 * one
    assert (store.decoded, store.asked) == (5, 8)
    assert store.places == (2, 1)
    files = list(tmp_path.glob("pairs-*/*"))
    assert len(files) == 2 and sum(file.stat().st_size for file in files) == file_bytes
    store.close()
    assert not list(tmp_path.iterdir())


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_more_pairs_than_files_may_be_open_find_room_on_the_disk(tmp_path: Path) -> None:
    """A hundred pairs in two hundred files, where a process may open a few: none of them has to be decoded again."""
    import resource

    pairs = DataSet.open(PatternOp(count=100), LookOp(PatternOp(count=100)), FrameRange(()))
    store = PairStore(pairs, 0, 1 << 30, tmp_path)
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    open_now = len(psutil.Process().open_files()) + psutil.Process().num_fds()
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_now + 40, before[1]))
    try:
        for _ in range(2):
            for index in range(100):
                assert store.pair(index).input.expand(4, 8, 16, 16).shape == (16, 16, 3)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert (store.places, store.decoded) == ((0, 100), 100)
    store.close()


def test_files_of_a_killed_process_are_swept_away(look_set: DataSet, tmp_path: Path) -> None:
    """Folders of processes of this machine that no longer exist do not pile up, also where the number is used again."""
    host, born = socket.gethostname(), psutil.Process().create_time()
    here = f"{host}-{pid_namespace.digest()}"
    names = {
        f"pairs-999999999-1000000000-{here}-abc": False,
        f"pairs-{os.getpid()}-{born - 1000:.0f}-{here}-abc": False,
        f"pairs-{os.getpid()}-{born:.0f}-{here}-abc": True,
        f"pairs-999999999-1000000000-another.{host}-00000000-abc": True,
        f"pairs-999999999-1000000000-{host}-00000000-abc": True,  # a container that shares the host's name
        f"pairs-999999999-1000000000-{host}-abc": True,  # of the first versions, which did not tell containers apart
        "pairs-of-mine": True,
    }
    for name in names:
        (tmp_path / name).mkdir()
    store = PairStore(look_set, 0, 1 << 30, tmp_path)
    store.pair(0)
    assert {name: (tmp_path / name).exists() for name in names} == names
    (own,) = [folder for folder in tmp_path.iterdir() if folder.name not in names]
    other = PairStore(look_set, 0, 1 << 30, tmp_path)
    other.pair(0)
    assert own.exists(), "a store that lives keeps its files when another one begins"
    for each in (store, other):
        each.close()
    assert {folder.name for folder in tmp_path.iterdir()} == {name for name, stays in names.items() if stays}


@pytest.mark.parametrize("full", [False, True])
def test_where_no_file_can_be_written_pairs_are_decoded_again(
    full: bool, look_set: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a home that cannot be written, or on a full disk: told once, and no more memory is taken than allowed."""
    place = tmp_path / "file" / "cache"
    if full:
        place = tmp_path

        def no_room(pixels: CompactPixels, path: Path) -> PixelFile:
            path.write_bytes(b"half")
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        monkeypatch.setattr(PixelFile, "write", no_room)
    else:
        place.parent.touch()
    store = PairStore(look_set, 0, 1 << 30, place)
    for _ in range(2):
        for index in range(4):
            np.testing.assert_array_equal(store.pair(index).input.expand(0, 0, 40, 48), look_set.load(index).input)
    assert (store.decoded, store.places, store.memory_bytes) == (8, (0, 0), 0)
    words = store.trouble()
    assert f"'{place}'" in words and "PAIRCAT_CACHE" in words and "decoded again" in words
    assert store.trouble() == ""
    assert not list(tmp_path.glob("pairs-*/*"))
    store.close()


def test_pairs_that_are_read_ahead_come_in_their_order(look_set: DataSet) -> None:
    """Each is decoded once, whatever threads are quickest, and who has seen enough may stop."""
    store = PairStore(look_set, 1 << 30)
    order = [3, 0, 2]
    for index, pair in zip(order, store.pairs(order), strict=True):
        np.testing.assert_array_equal(pair.input.expand(0, 0, 40, 48), look_set.load(index).input)
    assert store.decoded == 3
    next(iter(store.pairs(order)))
    assert list(store.pairs([])) == []


def test_a_pair_that_cannot_be_read_ahead_fails_where_it_is_wanted(look_set: DataSet) -> None:
    """Those before it are given out first; nothing is left hanging."""

    def fails(index: int) -> ImagePair:
        if index >= 2:
            raise FrameError(f"Frame {index} is damaged.", frame=index)
        return DataSet.load(look_set, index)

    store = PairStore(look_set, 1 << 30)
    object.__setattr__(look_set, "load", fails)
    pairs = store.pairs(range(4))
    next(pairs), next(pairs)
    with pytest.raises(FrameError, match="Frame 2 is damaged"):
        next(pairs)
