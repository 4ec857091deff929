"""PairStore: decoded pairs within stated bounds: memory first, then files on disk, then decoding again."""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path

import psutil

from paircat.engine.learn.compact import Compact, Filed
from paircat.engine.learn.dataset import DataSet


@dataclass(frozen=True)
class StoredPair:
    """A pair in memory or in two files."""

    input: Compact | Filed
    ground_truth: Compact | Filed

    @property
    def nbytes(self) -> int:
        return self.input.nbytes + self.ground_truth.nbytes


class PairStore:
    """Gives any part of any pair. Safe to use from several threads.

    Every pair is decoded when it is first wanted and kept in its smallest exact type. The bounds are fixed: the first
    pairs fill `memory_bytes`, the next fill `disk_bytes` of a private folder that goes away with the process's end, and
    whatever comes after is decoded each time. Random crops want all pairs equally often, so there is nothing to gain
    from pushing one pair out for another.
    """

    def __init__(self, data_set: DataSet, memory_bytes: int, disk_bytes: int = 0, folder: Path | None = None) -> None:
        self.data_set = data_set
        self.digests: dict[int, str] = {}
        self.asked = self.decoded = 0
        self._memory_left = memory_bytes
        self._disk_left = disk_bytes
        self._parent = folder
        self._folder: Path | None = None
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
            inputs, truths = Compact.pack(loaded.input), Compact.pack(loaded.ground_truth)
            packed = StoredPair(inputs, truths)
            with self._lock:
                self.decoded += 1
                if index not in self.digests:
                    self.digests[index] = loaded.digest
                in_memory, on_disk = self._place(packed.nbytes, Filed.of(inputs).nbytes + Filed.of(truths).nbytes)
            if on_disk:
                packed = StoredPair(self._filed(inputs, f"{index}.input"), self._filed(truths, f"{index}.truth"))
            if in_memory or on_disk:
                self._pairs[index] = packed
            return packed

    def _place(self, nbytes: int, filed: int) -> tuple[bool, bool]:
        """Take room for a pair: whether it is in memory, or else on the disk; neither has to be decoded again."""
        in_memory = nbytes <= self._memory_left
        on_disk = not in_memory and filed <= self._disk_left
        self._memory_left -= nbytes if in_memory else 0
        self._disk_left -= filed if on_disk else 0
        return in_memory, on_disk

    def _filed(self, compact: Compact, name: str) -> Compact | Filed:
        with self._lock:
            if self._folder is None:
                parent = self._parent or cache_folder()
                parent.mkdir(parents=True, exist_ok=True)
                _sweep(parent)
                self._folder = Path(tempfile.mkdtemp(prefix=f"pairs-{os.getpid()}-", dir=parent))
        path = self._folder / name
        try:
            return Filed.write(compact, path)
        except OSError:  # the disk is full: decoding again is slower, and nothing else is lost
            path.unlink(missing_ok=True)
            with self._lock:
                self._disk_left = 0
            return compact

    @property
    def memory_bytes(self) -> int:
        """Bytes held in memory now, files left out."""
        kept = [compact for pair in list(self._pairs.values()) for compact in (pair.input, pair.ground_truth)]
        return sum(compact.nbytes for compact in kept if isinstance(compact, Compact))

    @property
    def places(self) -> tuple[int, int]:
        """How many pairs are in memory, and how many on the disk."""
        pairs = list(self._pairs.values())
        in_memory = sum(isinstance(pair.input, Compact) for pair in pairs)
        return in_memory, len(pairs) - in_memory

    def close(self) -> None:
        """Forget everything and remove the folder of files."""
        self._pairs.clear()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            self._folder = None


def cache_folder() -> Path:
    """`PAIRCAT_CACHE`, else the user's cache folder."""
    given = os.environ.get("PAIRCAT_CACHE")
    if given:
        return Path(given).expanduser()
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "paircat"


def _sweep(parent: Path) -> None:
    """Remove files that a killed process of this machine left behind."""
    for folder in parent.glob("pairs-*-*"):
        pid = folder.name.split("-")[1]
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            shutil.rmtree(folder, ignore_errors=True)
