"""Piece: one thing to measure, in a process of its own, so that memory, threads and caches are its alone.

`python -m paircat.bench.piece PIECE ANSWER` reads the one as JSON and writes the other, a file, as JSON.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_SLACK_SECONDS = 900
_SLOWEST_STEP = 3.0


@dataclass(frozen=True)
class Piece:
    """What to measure. Fields that a kind does not need stay empty.

    Attributes:
        kind: learn, nothing (scores of the untouched input), fix, checkpoints, cost, infer, matmul, command or window.
        task, contestant: what is learnt, and by whom.
        seconds, steps: how much training time a learn has, and how many steps a fix or checkpoints.
        width, height: of the frames that a network is applied to, or whose cost of training is measured.
        pairs, crop, batch: how many pairs such a training has, and its crop and batch size.
        tile: edge of the tiles of inference; 0 as the contestant chooses, -1 the whole frame at once.
        repeat: which of several equal measurements this is, from 0.
    """

    kind: str
    task: str = ""
    contestant: str = ""
    seconds: float = 0.0
    steps: int = 0
    width: int = 0
    height: int = 0
    pairs: int = 0
    crop: int = 0
    batch: int = 0
    tile: int = 0
    repeat: int = 0

    def __str__(self) -> str:
        parts = (
            (self.seconds, f"{self.seconds:g} s"),
            (self.steps, f"{self.steps} steps"),
            (self.width, f"{self.width}x{self.height}"),
            (self.pairs, f"{self.pairs} pairs"),
            (self.crop, f"crop {self.crop}"),
            (self.batch, f"batch {self.batch}"),
            (self.tile, f"tiles of {self.tile}" if self.tile > 0 else "whole"),
            (self.repeat, f"#{self.repeat + 1}"),
        )
        words = [self.kind, self.task, self.contestant, *(text for there, text in parts if there)]
        return " ".join(word for word in words if word)


@dataclass(frozen=True)
class Place:
    """Where a piece finds what it needs.

    Attributes:
        data: the folder of the tasks. tunet: TuNet's checkout, or empty.
        threads: CPU threads for everybody; 0 is the library's choice.
    """

    data: str
    tunet: str = ""
    threads: int = 0


def run(piece: Piece, place: Place) -> dict[str, Any]:
    """Measure in a process of its own.

    Returns:
        What was measured, as JSON values; where it failed, {"error": why}: the last line that it said, or the signal
        that ended it.
    """
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        question = json.dumps({"piece": asdict(piece), "place": asdict(place)})
        command = [sys.executable, "-m", "paircat.bench.piece", question, str(answer)]
        environment = dict(os.environ)
        if place.threads:
            environment["OMP_NUM_THREADS"] = str(place.threads)
        started = time.monotonic()
        try:
            done = subprocess.run(
                command,
                env=environment,
                capture_output=True,
                text=True,
                check=False,
                timeout=piece.seconds * 2 + piece.steps * _SLOWEST_STEP + _SLACK_SECONDS,
            )
        except subprocess.TimeoutExpired as late:
            return {"error": f"not done after {late.timeout:.0f} s"}
        took = time.monotonic() - started
        if done.returncode or not answer.exists():
            return {"error": _reason(done.returncode, done.stderr), "process_seconds": took}
        return {**json.loads(answer.read_text(encoding="utf-8")), "process_seconds": took}


def _reason(status: int, output: str) -> str:
    """Why a process failed; a signal counts before its words, for one that was killed says nothing of it."""
    if status < 0:
        name = signal.Signals(-status).name if -status in set(signal.Signals) else f"signal {-status}"
        return f"ended by {name}" + (", as the system does where memory runs out" if name == "SIGKILL" else "")
    lines = output.strip().splitlines()
    return lines[-1] if lines else f"ended with status {status} and no answer"


def measure(piece: Piece, place: Place) -> dict[str, Any]:
    """Measure in this process. What a kind needs is imported when it is asked for."""
    match piece.kind:
        case "matmul":
            from paircat.bench import matmul

            return matmul.measured()
        case "command":
            from paircat.bench.startup import command_line

            return command_line()
        case "window":
            from paircat.bench.startup import window

            return window()
        case "infer":
            from paircat.bench.inference import applied

            return applied(piece, place)
        case "fix":
            from paircat.bench.fix import fixed

            return fixed(piece, place)
        case "checkpoints":
            from paircat.bench.checkpoints import margins

            return margins(piece, place)
        case "cost":
            from paircat.bench.cost import of_a_step

            return of_a_step(piece, place)
        case "learn" | "nothing":
            from paircat.bench.learning import learnt, untouched

            return learnt(piece, place) if piece.kind == "learn" else untouched(piece, place)
    raise ValueError(f"there is nothing to measure that is called '{piece.kind}'")


def main() -> int:
    question = json.loads(sys.argv[1])
    answer = measure(Piece(**question["piece"]), Place(**question["place"]))
    Path(sys.argv[2]).write_text(json.dumps(answer), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
