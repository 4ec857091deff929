"""EstimateProcess: asks a child process, which has PyTorch, what a training would come to and which GPU there is."""

from __future__ import annotations

import contextlib
import json
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import psutil
from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer

from paircat.engine.errors import PairCatError
from paircat.engine.runs.job import Job
from paircat.engine.training_estimate import TrainingEstimate

Then = Callable[[TrainingEstimate], None]

_IDLE_MILLISECONDS = 120_000
_COMMAND = ("-m", "paircat.engine.training_estimate")
_NICE = 10
_FAILED = TrainingEstimate(problem="The process that looks at the pairs has ended; check the installation of PyTorch.")


class EstimateProcess(QObject):
    """One process for the whole window. It starts with the first question and ends when none has come for a while."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: dict[str, tuple[Job | None, Then]] = {}
        self._asked: tuple[str, Then] | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: QProcess | None = None
        self._idle = QTimer(self, singleShot=True, interval=_IDLE_MILLISECONDS)
        self._idle.timeout.connect(self._end)

    def ask(self, who: str, job: Job | None, then: Then) -> None:
        """Have `then` called with the answer. Of several questions of one asker only the newest is answered.

        Args:
            job: what would be trained; None asks for the device alone.
        """
        self._waiting[who] = job, then
        self._ask_next()

    def close(self) -> None:
        """End the process and forget what was asked."""
        self._waiting.clear()
        self._asked = None
        self._end()
        if self._folder is not None:
            self._folder.cleanup()

    def _ask_next(self) -> None:
        if self._asked is not None or not self._waiting:
            return
        who = next(iter(self._waiting))
        job, then = self._waiting.pop(who)
        question = ""
        if job is not None:
            try:
                question = str(self._written(job))
            except PairCatError as error:
                then(TrainingEstimate(problem=str(error)))
                return
        self._asked = who, then
        self._idle.start()
        self._running().write(question.encode() + b"\n")

    def _written(self, job: Job) -> Path:
        """The question as a file; before the first one there is no folder, which a killed window would leave behind.

        Raises:
            PairCatError: there is no room for it.
        """
        if self._folder is None:
            try:
                self._folder = tempfile.TemporaryDirectory(prefix="paircat-estimate-", ignore_cleanup_errors=True)
            except OSError as error:
                raise PairCatError(f"The folder for temporary files cannot be written: {error.strerror}.") from error
        path = Path(self._folder.name) / "estimate.job"
        job.save(path)
        return path

    def _running(self) -> QProcess:
        if self._process is None:
            process = QProcess(self)
            environment = QProcessEnvironment.systemEnvironment()
            environment.insert("OMP_NUM_THREADS", "1")
            process.setProcessEnvironment(environment)
            process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
            process.readyReadStandardOutput.connect(self._read)
            process.finished.connect(self._died)
            process.errorOccurred.connect(self._failed)
            process.started.connect(lambda: _give_way(process.processId()))
            process.start(sys.executable, list(_COMMAND))
            self._process = process
        return self._process

    def _read(self) -> None:
        while self._process is not None and self._process.canReadLine():
            line = bytes(self._process.readLine().data())
            try:
                found = TrainingEstimate.from_json(json.loads(line))
            except (ValueError, TypeError):  # cut short, as where the process was killed
                continue
            self._answer(found)

    def _answer(self, found: TrainingEstimate) -> None:
        if self._asked is not None:
            who, then = self._asked
            self._asked = None
            if who not in self._waiting:  # otherwise the question has changed meanwhile
                then(found)
        self._ask_next()

    def _failed(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self._died()

    def _died(self) -> None:
        self._process = None
        self._answer(_FAILED)

    def _end(self) -> None:
        """Its input ends, and so does the process; where it does not heed that, it is killed."""
        if self._process is None or self._asked is not None:
            return
        process, self._process = self._process, None
        process.finished.disconnect(self._died)
        process.closeWriteChannel()
        process.finished.connect(process.deleteLater)
        if not process.waitForFinished(200):
            process.kill()
            process.waitForFinished(1000)


def _give_way(pid: int) -> None:
    """Loading PyTorch takes seconds of a processor; the window needs them more while it opens."""
    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process(pid).nice(psutil.BELOW_NORMAL_PRIORITY_CLASS if sys.platform == "win32" else _NICE)
