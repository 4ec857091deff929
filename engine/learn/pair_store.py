"""PairStore: decoded pairs within stated bounds: memory first, then files on disk, then decoding again."""

from __future__ import annotations

import collections
import contextlib
import os
import re
import shutil
import tempfile
import threading
import weakref
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from paircat.engine import pid_namespace
from paircat.engine.home_folder import from_home
from paircat.engine.learn.compact_pixels import CompactPixels, PixelFile
from paircat.engine.learn.dataset import DataSet
from paircat.engine.process_alive import process_alive
from paircat.engine.runs.lock import Holder

_FOLDER = re.compile(r"pairs-(?P<pid>\d+)-(?P<started>\d+)-.+-(?P<place>[0-9a-f]{8})-[a-z0-9_]+")
_MOST_READERS = 4


@dataclass(frozen=True)
class StoredPair:
    """A pair in memory or in two files."""

    input: CompactPixels | PixelFile
    ground_truth: CompactPixels | PixelFile

    @property
    def nbytes(self) -> int:
        return self.input.nbytes + self.ground_truth.nbytes


class PairStore:
    """Gives any part of any pair. Safe to use from several threads.

    Every pair is decoded when it is first wanted and kept in its smallest exact type. The bounds are fixed: the first
    pairs fill `memory_bytes`, the next fill `disk_bytes` of a private folder, and whatever comes after is decoded each
    time. `close`, or else the end of store or process, removes the folder; that of a process that was killed goes when
    another one here needs one. Random crops want all pairs equally often, so there is nothing to gain from pushing one
    pair out for another.
    """

    def __init__(self, data_set: DataSet, memory_bytes: int, disk_bytes: int = 0, folder: Path | None = None) -> None:
        self.data_set = data_set
        self.digests: dict[int, str] = {}
        self.asked = self.decoded = 0
        self._memory_left = memory_bytes
        self._disk_left = disk_bytes
        self._parent = folder
        self._folder: Path | None = None
        self._trouble: str | None = None  # empty once it was reported
        self._pairs: dict[int, StoredPair] = {}
        self._lock = threading.Lock()
        self._busy = [threading.Lock() for _ in range(len(data_set))]

    def pair(self, index: int) -> StoredPair:
        """A whole pair; decodes it if no bound has room for it.

        Raises:
            DataSetError, FrameError: as DataSet.load.
        """
        with self._busy[index]:
            found = self._pairs.get(index)
            with self._lock:
                self.asked += 1
            if found is not None:
                return found
            loaded = self.data_set.load(index)
            inputs, truths = CompactPixels.pack(loaded.input), CompactPixels.pack(loaded.ground_truth)
            packed = StoredPair(inputs, truths)
            with self._lock:
                self.decoded += 1
                if index not in self.digests:
                    self.digests[index] = loaded.digest
                in_memory, on_disk = self._place(
                    packed.nbytes, PixelFile.of(inputs).nbytes + PixelFile.of(truths).nbytes
                )
            kept = packed if in_memory else self._filed(packed, index) if on_disk else None
            if kept is not None:
                self._pairs[index] = kept
            return kept or packed

    def pairs(self, indices: Sequence[int]) -> Iterator[StoredPair]:
        """Whole pairs in the order that is given; the next ones are decoded ahead, on up to four threads.

        Raises:
            DataSetError, FrameError: as DataSet.load, for the first pair in that order.
        """
        workers = max(1, min(_MOST_READERS, os.cpu_count() or 1, len(indices)))
        with ThreadPoolExecutor(workers, "pairs") as readers:
            ahead: collections.deque[Future[StoredPair]] = collections.deque()
            try:
                for index in indices:
                    ahead.append(readers.submit(self.pair, index))
                    if len(ahead) > workers:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                readers.shutdown(wait=False, cancel_futures=True)

    def _place(self, nbytes: int, file_bytes: int) -> tuple[bool, bool]:
        """Take room for a pair: whether it is in memory, or else on the disk; neither has to be decoded again."""
        in_memory = nbytes <= self._memory_left
        on_disk = not in_memory and file_bytes <= self._disk_left
        self._memory_left -= nbytes if in_memory else 0
        self._disk_left -= file_bytes if on_disk else 0
        return in_memory, on_disk

    def _filed(self, pair: StoredPair, index: int) -> StoredPair | None:
        """The pair in files; None where they cannot be written: decoding again is slower, and nothing else is lost."""
        assert isinstance(pair.input, CompactPixels) and isinstance(pair.ground_truth, CompactPixels)
        where, paths = "the cache folder", list[Path]()
        try:
            parent = self._parent or cache_folder()
            where = f"'{parent}'"
            with self._lock:
                if self._folder is None:
                    self._folder = _make_folder(parent)
                    # Also where nobody closes it: a training that cannot begin has no end either.
                    self._remove_folder = weakref.finalize(self, shutil.rmtree, self._folder, ignore_errors=True)
                paths = [self._folder / f"{index}.{side}" for side in ("input", "truth")]
            return StoredPair(PixelFile.write(pair.input, paths[0]), PixelFile.write(pair.ground_truth, paths[1]))
        except (OSError, RuntimeError) as error:  # a full disk, a home that is not writable, a user who has none
            for path in paths:
                with contextlib.suppress(OSError):
                    path.unlink()
            with self._lock:
                self._disk_left = 0
                if self._trouble is None:
                    self._trouble = (
                        f"Decoded pairs cannot be kept in {where} ({error}). Those that memory has no room for are "
                        "decoded again whenever they are needed, which takes longer; free some space there, or set "
                        "PAIRCAT_CACHE to another folder, and resume the run."
                    )
            return None

    def trouble(self) -> str:
        """Why pairs are not kept on the disk although they should be, the first time that it is asked; else empty."""
        with self._lock:
            trouble = self._trouble or ""
            self._trouble = "" if trouble else self._trouble
        return trouble

    @property
    def memory_bytes(self) -> int:
        """Bytes held in memory now, files left out."""
        kept = [pixels for pair in list(self._pairs.values()) for pixels in (pair.input, pair.ground_truth)]
        return sum(pixels.nbytes for pixels in kept if isinstance(pixels, CompactPixels))

    @property
    def places(self) -> tuple[int, int]:
        """How many pairs are in memory, and how many on the disk."""
        pairs = list(self._pairs.values())
        in_memory = sum(isinstance(pair.input, CompactPixels) for pair in pairs)
        return in_memory, len(pairs) - in_memory

    def close(self) -> None:
        """Forget everything and remove the folder of files."""
        self._pairs.clear()
        if self._folder is not None:
            self._remove_folder()
            self._folder = None


def cache_folder() -> Path:
    """`PAIRCAT_CACHE`, else the user's cache folder."""
    given = os.environ.get("PAIRCAT_CACHE")
    if given:
        return from_home(given)
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "paircat"


def _make_folder(parent: Path) -> Path:
    """A folder of this process's own, whose name says whose it is. Those of dead processes are removed.

    Raises:
        OSError: it cannot be made.
    """
    parent.mkdir(parents=True, exist_ok=True)
    _sweep(parent)
    me = Holder.myself()
    name = f"pairs-{me.pid}-{me.started:.0f}-{me.host}-{pid_namespace.digest()}-"
    return Path(tempfile.mkdtemp(prefix=name, dir=parent))


def _sweep(parent: Path) -> None:
    """Remove files that a killed process left behind here; a home may be that of other machines and containers, too."""
    for folder in parent.glob("pairs-*"):
        owner = _FOLDER.fullmatch(folder.name)
        if owner is None or owner["place"] != pid_namespace.digest():
            continue
        if not process_alive(int(owner["pid"]), float(owner["started"])):
            shutil.rmtree(folder, ignore_errors=True)
