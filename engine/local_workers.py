"""Crew: the other processes of this machine that learn a run together with this one, which starts and ends them."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from paircat.engine.distributed_config import Rank
from paircat.engine.errors import PairCatError
from paircat.engine.runs.job import Job

_LEAVE_SECONDS = 20.0


class Crew:
    """Ranks 1 and up of a world whose rank 0 is this process. They find it by `rank`'s address and port."""

    def __init__(self, job: Job, rank: Rank) -> None:
        self._job = job
        self._rank = rank
        self._folder = tempfile.TemporaryDirectory(prefix="paircat-crew-", ignore_cleanup_errors=True)
        self._members: list[tuple[subprocess.Popen[bytes], IO[bytes]]] = []

    def __enter__(self) -> Self:
        path = Path(self._folder.name) / "task.job"
        self._job.save(path)
        for number in range(1, self._rank.size):
            rank = replace(self._rank, number=number, local_number=number)
            words = (Path(self._folder.name) / f"{number}.log").open("w+b")
            process = subprocess.Popen(
                [sys.executable, "-m", "paircat.engine.train", str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=words,
                env={**_plain_environment(), **rank.environment()},
                start_new_session=os.name != "nt",  # Ctrl-C is for rank 0, which tells the others
            )
            self._members.append((process, words))
        return self

    def check(self) -> None:
        """
        Raises:
            PairCatError: one of them ended before the training began, with the reason that it gave.
        """
        for number, (process, words) in enumerate(self._members, 1):
            if process.poll() not in (None, 0):
                reason = _read(words).strip() or f"it ended with status {process.returncode}"
                raise PairCatError(f"Process {number} of {self._rank.size} could not start: {reason}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process, words in self._members:
            try:
                process.wait(_LEAVE_SECONDS if error is None else 1.0)
            except subprocess.TimeoutExpired:  # such as one that waits for rank 0, which has failed
                process.kill()
                process.wait()
            if process.returncode == 1:  # a fault of the program is for whoever mends it
                with contextlib.suppress(OSError):
                    sys.stderr.write(_read(words))
            words.close()
        self._folder.cleanup()


def _read(words: IO[bytes]) -> str:
    words.seek(0)
    return words.read().decode(errors="replace")


def _plain_environment() -> dict[str, str]:
    """This process's environment without what makes processes part of a world."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("COPYCAT_", "TORCHELASTIC_"))}
