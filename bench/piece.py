"""Piece: one thing to measure, in a process of its own, so that memory, threads and caches are its alone.

`python -m paircat.bench.piece PIECE ANSWER` reads the one as JSON and writes the other, a file, as JSON.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

_SLACK_SECONDS = 900


@dataclass(frozen=True)
class Piece:
    """What to measure. Fields that a kind does not need stay empty.

    Attributes:
        kind: learn, nothing (scores of the untouched input), infer, matmul, command or window.
        task, contestant, seconds: what is learnt, by whom, and in how much training time.
        width, height: of the frame that a network is applied to.
        repeat: which of several equal measurements this is, from 0.
    """

    kind: str
    task: str = ""
    contestant: str = ""
    seconds: float = 0.0
    width: int = 0
    height: int = 0
    repeat: int = 0

    def __str__(self) -> str:
        size = f"{self.width}x{self.height}" if self.width else ""
        time_given = f"{self.seconds:g} s" if self.seconds else ""
        again = f"#{self.repeat + 1}" if self.repeat else ""
        return " ".join(part for part in (self.kind, self.task, self.contestant, time_given, size, again) if part)


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
        What was measured, as JSON values; where it failed, {"error": the last line that it said}.
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
                timeout=piece.seconds * 2 + _SLACK_SECONDS,
            )
        except subprocess.TimeoutExpired as late:
            return {"error": f"not done after {late.timeout:.0f} s"}
        took = time.monotonic() - started
        if done.returncode or not answer.exists():
            said = done.stderr.strip().splitlines() or [f"ended with status {done.returncode}"]
            return {"error": said[-1], "process_seconds": took}
        return {**json.loads(answer.read_text(encoding="utf-8")), "process_seconds": took}


def measure(piece: Piece, place: Place) -> dict[str, Any]:
    """Measure in this process. What a kind needs is imported when it is asked for."""
    match piece.kind:
        case "matmul":
            from paircat.bench.matmul import best_gflops

            return {"gflops": best_gflops()}
        case "command":
            from paircat.bench.startup import command_line

            return command_line()
        case "window":
            from paircat.bench.startup import window

            return window()
        case "infer":
            from paircat.bench.inference import applied

            return applied(piece, place)
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
