"""Progress: what a training or a rendering says while it works: a bar on a terminal, else lines for logs and farms."""

from __future__ import annotations

import argparse
import contextlib
import json
import time
from collections.abc import Iterator, Sequence
from typing import Any, Protocol, TextIO

from tqdm import tqdm

from paircat.engine.errors import PairCatError
from paircat.engine.events import Event, StageChanged, Started, StepDone
from paircat.engine.output_stream import OutputStream
from paircat.engine.report import LineReport, sentence_line, sentences, step_line
from paircat.farm import openjd_lines

FORMS = ("auto", "lines", "json", "openjd")
"""How progress is reported: auto is a bar on a terminal and lines elsewhere."""
_BAR = "{percentage:3.0f}%|{bar}| {n_fmt}/{total_fmt} {unit}s [{elapsed}<{remaining}, {rate_fmt}{postfix}]"
_SECONDS_BETWEEN_LINES = 1.0
_TIMED_BAR = "{percentage:3.0f}%|{bar}| {elapsed}<{remaining}{postfix}"


class TrainingProgress(Protocol):
    """Takes a training's events with the files that each brought."""

    def __call__(self, event: Event, files: Sequence[str]) -> None: ...

    def say(self, sentence: str) -> None: ...


class Bar:
    """A bar with steps a second, loss, resolution and time left; sentences and saved files stand above it.

    Where minutes decide, the bar measures them; otherwise steps.
    """

    def __init__(self, out: TextIO) -> None:
        self._out = OutputStream(out)
        self._bar: Any = None
        self._start: Started | None = None
        self._seconds_before: float | None = None
        self._stage = ""

    def __call__(self, event: Event, files: Sequence[str]) -> None:
        if isinstance(event, Started):
            self._begin(event)
        elif isinstance(event, StepDone):
            self._step(event)
            return
        elif isinstance(event, StageChanged):
            self._stage = f"1/{event.scale} resolution" if event.scale > 1 else "full resolution"
            return
        for line in [*sentences(event), *(f"Wrote {path}" for path in files)]:
            self.say(line)

    def say(self, sentence: str) -> None:
        tqdm.write(sentence, file=self._out)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()

    def _begin(self, event: Started) -> None:
        self._start = event
        timed = bool(event.seconds_left) and not event.total_steps
        self._bar = tqdm(
            total=event.seconds_left if timed else event.total_steps,
            initial=0 if timed else event.step,
            bar_format=_TIMED_BAR if timed else _BAR,
            unit="step",
            file=self._out,
            dynamic_ncols=True,
        )

    def _step(self, event: StepDone) -> None:
        assert self._start is not None
        if self._seconds_before is None:
            self._seconds_before = event.seconds
        text = f"loss={event.loss:.5f}, {self._stage}".rstrip(", ")
        if self._start.total_steps:
            self._bar.set_postfix_str(text, refresh=False)
            self._bar.update()
            return
        spent = event.seconds - self._seconds_before
        rate = (event.step - self._start.step - 1) / spent if spent > 0 else 0.0
        self._bar.set_postfix_str(f"step {event.step}, {rate:.2f} steps/s, {text}", refresh=False)
        self._bar.update(min(spent, self._bar.total) - self._bar.n)


class SchedulerLines:
    """What an Open Job Description scheduler shows of a training: how much is done, and what it does now."""

    def __init__(self, out: TextIO) -> None:
        self._out = OutputStream(out)
        self._total, self._seconds_left = 0, 0.0
        self._written = 0.0
        self._seconds_before: float | None = None

    def __call__(self, event: Event, files: Sequence[str]) -> None:
        if isinstance(event, StepDone):
            self._step(event)
        elif isinstance(event, Started):
            self._total, self._seconds_left = event.total_steps, event.seconds_left
        for sentence in sentences(event):
            self.say(openjd_lines.status(sentence))
        for path in files:
            self.say(f"Wrote {path}")

    def say(self, sentence: str) -> None:
        self._out.write_line(sentence)

    def _step(self, event: StepDone) -> None:
        if self._seconds_before is None:
            self._seconds_before = event.seconds
        if event.step != self._total and time.monotonic() - self._written < _SECONDS_BETWEEN_LINES:
            return
        self._written = time.monotonic()
        spent = event.seconds - self._seconds_before
        self.say(openjd_lines.status(step_line(event, self._total)))
        if self._total or self._seconds_left:
            self.say(openjd_lines.progress(event.step / self._total if self._total else spent / self._seconds_left))


def form_of(given: argparse.Namespace) -> str:
    """How a command line wants progress to be reported.

    Raises:
        PairCatError: in no way that there is.
    """
    form = getattr(given, "progress", None)
    if form is not None and form not in FORMS:
        raise PairCatError(f"--progress cannot be '{form}'; it must be one of {', '.join(FORMS)}.")
    if given.json and form not in (None, "auto", "json"):
        raise PairCatError(f"--json and --progress {form} contradict each other; leave one of them out.")
    return "json" if given.json else form or "auto"


@contextlib.contextmanager
def training_progress(out: TextIO, form: str) -> Iterator[TrainingProgress]:
    """One of FORMS."""
    if form == "openjd":
        yield SchedulerLines(out)
        return
    if form != "auto" or not out.isatty():
        yield LineReport(out, form == "json")
        return
    bar = Bar(out)
    try:
        yield bar
    finally:
        bar.close()


class FrameProgress:
    """Frames as they are written: a bar on a terminal, else `[Frame:3/40] 1003` lines, or one JSON object a frame.

    Frames that follow each other within a second share a line, the last one.
    """

    def __init__(self, out: TextIO, form: str) -> None:
        self._out = OutputStream(out)
        self._form = form
        self._bar: Any = None
        self._terminal = form == "auto" and out.isatty()
        self._written = 0.0

    def __call__(self, frame: int, done: int, total: int) -> None:
        if self._terminal:
            if self._bar is None:
                self._bar = tqdm(total=total, bar_format=_BAR, unit="frame", file=self._out, dynamic_ncols=True)
            self._bar.update(done - self._bar.n)
        elif self._form == "json":
            self._out.write_line(json.dumps({"event": "FrameWritten", "frame": frame, "done": done, "total": total}))
        elif done == total or time.monotonic() - self._written >= _SECONDS_BETWEEN_LINES:
            line = f"[Frame:{done}/{total}] {frame}"
            if self._form == "openjd":
                self._out.write_line(openjd_lines.progress(done / total))
                line = openjd_lines.status(line)
            self._out.write_line(line)
            self._written = time.monotonic()

    def say(self, sentence: str) -> None:
        self._out.write_line(sentence_line(sentence, self._form == "json"))

    def finished(self, facts: dict[str, Any], sentence: str) -> None:
        """How it ended, as an object or in a sentence."""
        self._out.write_line(json.dumps({"event": "Finished", **facts}) if self._form == "json" else sentence)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()
