"""RunLock: one training a run, on this machine or any other that sees the Data Directory.

`<run>.lock` says who trains: host, process, when that process started and where its number holds, as JSON. Its time of
change is the heartbeat. On the same host, and of containers in the same one, the process itself is looked for; from
elsewhere the heartbeat must be younger than a minute. An empty file, or one whose holder is dead, is free. Looking and
taking happen under an operating-system lock on the file, so that of two processes that find the same dead holder only
one takes over.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

from paircat.engine.errors import RunError
from paircat.engine.pid_namespace import numbers_hold, pid_namespace
from paircat.engine.process_alive import process_alive

BEAT_SECONDS = 10.0
STALE_SECONDS = 60.0
_ATTEMPTS = 100


@dataclass(frozen=True)
class Holder:
    """Who holds a lock.

    Attributes:
        started: the process's start in seconds since 1970.
        namespace: where its number holds on the host; empty also in files of the first versions, which did not say.
    """

    host: str
    pid: int
    started: float
    namespace: str = ""

    @classmethod
    def myself(cls) -> Holder:
        return cls(socket.gethostname(), os.getpid(), psutil.Process().create_time(), pid_namespace())

    @property
    def here(self) -> bool:
        """Whether its process can be looked for on this machine."""
        return numbers_hold(self.host, self.namespace)

    def alive(self, heartbeat: float, now: float = math.nan) -> bool:
        """Whether the holder still trains.

        Args:
            heartbeat: when it was last heard of, in seconds since 1970. now: by the same clock; without it, by ours.
        """
        if self.here:
            return process_alive(self.pid, self.started)
        return (time.time() if math.isnan(now) else now) - heartbeat < STALE_SECONDS


def holder_of(path: str | Path) -> Holder | None:
    """Who trains under this lock file now, or None if nobody does."""
    try:
        content = Path(path).read_bytes()
        heartbeat = Path(path).stat().st_mtime
    except OSError:
        return None
    holder = _parse(content)
    return holder if holder and holder.alive(heartbeat) else None


class RunLock:
    """Holds a run for training from `acquire` to `release`; a thread keeps the heartbeat going.

    >>> with RunLock("/shows/abc/Training_240420_220542.lock"):  # doctest: +SKIP
    ...     train()
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        self._me: Holder | None = None
        self._done = threading.Event()
        self._beats: threading.Thread | None = None

    def acquire(self) -> None:
        """Take the lock; that of a dead process is taken over.

        Raises:
            RunError: somebody trains this run now, or the file cannot be written.
        """
        me = Holder.myself()
        try:
            with _exclusive(self.path) as file:
                holder = _parse(_read(file))
                now = math.nan if holder is None or holder.here else _drive_time(self.path.parent)
                if holder and holder.alive(os.fstat(file).st_mtime, now):
                    raise RunError(
                        f"'{self.path.stem}' is already being trained on {holder.host} (process {holder.pid}); "
                        "stop it first, or train under another name."
                    )
                _write(file, json.dumps(asdict(me)).encode())
        except OSError as error:
            raise RunError(f"'{self.path}' cannot be written: {error.strerror or error}. Check its folder.") from error
        self._me = me
        self._done.clear()
        self._beats = threading.Thread(target=self._beat_until_done, name="heartbeat", daemon=True)
        self._beats.start()

    def release(self) -> None:
        """Give the lock back; a lock that another has taken over meanwhile is left alone."""
        if self._me is None:
            return
        me, self._me = self._me, None
        self._done.set()
        with contextlib.suppress(OSError), _exclusive(self.path) as file:
            if _parse(_read(file)) == me:
                _write(file, b"")  # an empty lock is a free one, for systems that cannot remove an open file
                with contextlib.suppress(OSError):
                    self.path.unlink()

    @property
    def held(self) -> bool:
        """Whether the file still names this process: a machine that slept for long may have lost its run."""
        try:
            return self._me is not None and _parse(self.path.read_bytes()) == self._me
        except OSError:
            return False

    def take_again(self) -> bool:
        """Name this process in a lock file that was deleted, emptied or damaged; False if it names another one.

        Whoever took the run over and let it go again leaves no lock file either: the caller has to know better.

        Raises:
            OSError: the file cannot be read or written.
        """
        if self._me is None:
            return False
        with _exclusive(self.path) as file:
            holder = _parse(_read(file))
            if holder is None:
                _write(file, json.dumps(asdict(self._me)).encode())
            return holder in (None, self._me)

    def __enter__(self) -> Self:
        self.acquire()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.release()

    def _beat_until_done(self) -> None:
        while not self._done.wait(BEAT_SECONDS):
            if self.held:
                with contextlib.suppress(OSError):
                    os.utime(self.path)


def _drive_time(folder: Path) -> float:
    """What time it is for the drive, which times the heartbeats: a server's clock may be minutes from ours."""
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(b".")
        file.flush()
        return os.fstat(file.fileno()).st_mtime


@contextlib.contextmanager
def _exclusive(path: Path) -> Iterator[int]:
    """The lock file, created if need be, guarded against others for the moment the block takes."""
    for attempt in range(_ATTEMPTS):
        file = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        try:
            _guard(file)
            # Who held the guard before may have removed the file; what is open here is then nobody's file any more.
            if _is_named(file, path) or attempt == _ATTEMPTS - 1:
                yield file
                return
        finally:
            os.close(file)  # ends the guard too


def _is_named(file: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file), path.stat())
    except FileNotFoundError:
        return False


def _guard(file: int) -> None:
    """Wait for the operating system's lock on the open file. Drives that know no locks go without."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            import msvcrt

            os.lseek(file, 1 << 30, os.SEEK_SET)  # far behind the content, which others may read meanwhile
            msvcrt.locking(file, msvcrt.LK_LOCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX)


def _read(file: int) -> bytes:
    os.lseek(file, 0, os.SEEK_SET)
    return os.read(file, 4096)


def _write(file: int, content: bytes) -> None:
    os.lseek(file, 0, os.SEEK_SET)
    os.ftruncate(file, 0)
    os.write(file, content)
    os.fsync(file)


def _parse(content: bytes) -> Holder | None:
    """The holder that a lock file names; None for an empty or torn one, which is free."""
    try:
        data = json.loads(content)
        return Holder(str(data["host"]), int(data["pid"]), float(data["started"]), str(data.get("namespace", "")))
    except (ValueError, KeyError, TypeError):
        return None
