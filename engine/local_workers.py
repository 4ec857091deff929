"""LocalWorkers: the worker processes that rank 0 of a training starts on its own machine, and ends."""

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

from paircat.engine.distributed_config import DistributedConfig
from paircat.engine.errors import PairCatError
from paircat.engine.runs.job import Job

_EXIT_SECONDS = 20.0


class LocalWorkers:
    """Ranks 1 and up of a training whose rank 0 is this process. They connect to the address and port of `config`."""

    def __init__(self, job: Job, config: DistributedConfig) -> None:
        self._job = job
        self._config = config
        self._folder = tempfile.TemporaryDirectory(prefix="paircat-workers-", ignore_cleanup_errors=True)
        self._processes: list[tuple[subprocess.Popen[bytes], IO[bytes]]] = []

    def __enter__(self) -> Self:
        path = Path(self._folder.name) / "task.job"
        self._job.save(path)
        for rank in range(1, self._config.world_size):
            config = replace(self._config, rank=rank, local_rank=rank)
            log = (Path(self._folder.name) / f"{rank}.log").open("w+b")
            process = subprocess.Popen(
                [sys.executable, "-m", "paircat.engine.train", str(path)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=log,
                env={**_plain_environment(), **config.environment()},
                start_new_session=os.name != "nt",  # Ctrl-C is for rank 0, which stops the others
            )
            self._processes.append((process, log))
        return self

    def check(self) -> None:
        """
        Raises:
            PairCatError: one of them ended before the training began, with the reason that it gave.
        """
        for rank, (process, log) in enumerate(self._processes, 1):
            if process.poll() not in (None, 0):
                reason = _read(log).strip() or f"it ended with status {process.returncode}"
                raise PairCatError(f"Process {rank} of {self._config.world_size} could not start: {reason}")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process, log in self._processes:
            try:
                process.wait(_EXIT_SECONDS if error is None else 1.0)
            except subprocess.TimeoutExpired:  # such as one that waits for rank 0, which has failed
                process.kill()
                process.wait()
            if process.returncode == 1:  # a fault of the program is for whoever mends it
                with contextlib.suppress(OSError):
                    sys.stderr.write(_read(log))
            log.close()
        self._folder.cleanup()


def _read(log: IO[bytes]) -> str:
    log.seek(0)
    return log.read().decode(errors="replace")


def _plain_environment() -> dict[str, str]:
    """This process's environment without the variables of a distributed training."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("COPYCAT_", "TORCHELASTIC_"))}
