"""Report: events as lines for logs and farm tools, plain text or JSON."""

from __future__ import annotations

import dataclasses
import json
import time
from collections.abc import Sequence
from typing import Any, TextIO

from paircat.engine.events import Event, Finished, Grown, Notice, PairsRead, StageChanged, Started, StepDone
from paircat.engine.output_stream import OutputStream

_SECONDS_BETWEEN_LINES = 1.0


class LineReport:
    """Writes a training's events as they come: `[Step:10/30] Loss:0.022428` and a line for everything that was saved.

    Steps that follow each other within a second share a line, the last one. With `json_lines` each event is one JSON
    object instead, and no step is left out. When nobody takes them any more, it falls silent.
    """

    def __init__(self, out: TextIO, json_lines: bool = False) -> None:
        self._out = OutputStream(out)
        self._json = json_lines
        self._total = 0
        self._written = 0.0
        self._held: StepDone | None = None

    def __call__(self, event: Event, files: Sequence[str] = ()) -> None:
        if isinstance(event, Started):
            self._total = event.total_steps
        if self._json:
            self._out.write_line(json.dumps({**facts(event, self._total), "files": list(files)}))
            return
        if isinstance(event, StepDone):
            self._held = event
            if time.monotonic() - self._written < _SECONDS_BETWEEN_LINES and event.step != self._total:
                return
        self._release()
        for line in [*sentences(event), *(f"Wrote {path}" for path in files)]:
            self._out.write_line(line)

    def say(self, sentence: str) -> None:
        self._out.write_line(sentence_line(sentence, self._json))

    def _release(self) -> None:
        if self._held is not None:
            self._out.write_line(step_line(self._held, self._total))
            self._held = None
            self._written = time.monotonic()


def sentence_line(sentence: str, as_json: bool) -> str:
    """A sentence that no event brought; whoever reads JSON gets it as a Notice."""
    return json.dumps({"event": "Notice", "text": sentence, "files": []}) if as_json else sentence


def step_line(event: StepDone, total_steps: int) -> str:
    """The line that farm tools read: steps done, all steps (`?` where a time limit decides), loss."""
    return f"[Step:{event.step}/{total_steps or '?'}] Loss:{event.loss:.6f}"


def sentences(event: Event) -> list[str]:
    """What an event says beside the steps themselves."""
    match event:
        case Started(step=step, notes=notes):
            return [*notes, f"Training starts at step {step}."]
        case StageChanged(scale=scale):
            return [f"Training at 1/{scale} of the resolution." if scale > 1 else "Training at full resolution."]
        case Grown(size=size):
            return [
                f"The network has grown to {size}, and goes on with what it has learnt. Steps take longer from here."
            ]
        case Notice(text=text):
            return [text]
        case PairsRead() if event.in_memory < event.pairs:
            return [pairs_line(event)]
        case Finished(step=step, reason=reason, scale=scale):
            why = {"done": "finished", "minutes": "ended with its time", "stopped": "stopped as asked"}[reason]
            lines = [f"Training {why} at step {step}."]
            if scale > 1:
                lines.append(
                    f"It has only seen 1/{scale} of the resolution yet; resume it to train at full resolution."
                )
            return lines
    return []


def pairs_line(event: PairsRead) -> str:
    """Where the pairs are, for a data set that is larger than memory."""
    rest = event.pairs - event.in_memory - event.on_disk
    threads = "1 thread reads" if event.decode_threads == 1 else f"{event.decode_threads} threads read"
    return (
        f"Of {event.pairs} pairs {event.in_memory} are in memory, {event.on_disk} in the cache folder and {rest} "
        f"decoded each time; {100 * event.hit_rate:.0f} % of looks found one decoded. {threads} {event.steps_ahead} "
        f"steps ahead; training waited {event.waited:.1f} s for it so far."
    )


def facts(event: Event, total_steps: int) -> dict[str, Any]:
    """An event as JSON values; pictures and weights are in the run's files, not here."""
    names = ("step", "total_steps", "notes", "loss", "seconds", "scale", "size", "reason", "text")
    values = {name: getattr(event, name) for name in names if hasattr(event, name)}
    if isinstance(event, PairsRead):
        values = dataclasses.asdict(event)
    if isinstance(event, StepDone):
        values["total_steps"] = total_steps
    return {"event": type(event).__name__, **values}
