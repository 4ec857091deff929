"""The runs command: a table of the runs in a Data Directory, the newest first."""

from __future__ import annotations

import argparse
import json
import math
from typing import TYPE_CHECKING

from paircat.cli.options import Parser

if TYPE_CHECKING:
    from paircat.engine.runs.run import RunInfo

_TITLES = ("Name", "State", "Steps", "Time", "Mean loss")


def configure(parser: Parser) -> None:
    parser.add_argument(
        "folder",
        metavar="DIR",
        help="the Data Directory; the mean loss is that of a run's last 50 steps, or last 2 %% if that is more",
    )
    parser.offer_json()


def run(given: argparse.Namespace) -> int:
    from paircat.engine.runs.data_directory import DataDirectory

    found = DataDirectory(given.folder).infos()
    if given.json:
        for info in found:
            print(json.dumps(facts(info)))
    elif found:
        print("\n".join(table([_TITLES, *(_row(info) for info in found)])))
    else:
        print(f"There is no run in '{given.folder}' yet.")
    return 0


def facts(info: RunInfo) -> dict[str, object]:
    """A run as JSON values; null are a loss before the first step, and an end that is not known, as of minutes."""
    return {
        "name": info.name,
        "state": str(info.state),
        "steps": info.steps,
        "total_steps": info.total_steps or None,
        "seconds": info.seconds,
        "loss": info.loss if math.isfinite(info.loss) else None,
        "resumable": info.resumable,
        "resume_step": info.resume_step,
        "finishing": info.finishing,
    }


def table(rows: list[tuple[str, ...]]) -> list[str]:
    """Lines with the columns below each other, the first one to the left, the others to the right."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _row(info: RunInfo) -> tuple[str, ...]:
    steps = f"{info.steps}/{info.total_steps}" if info.total_steps else str(info.steps)
    if info.state in ("interrupted", "stopped") and info.resume_step is not None and info.resume_step != info.steps:
        steps += f" (resumes at {info.resume_step})"
    loss = f"{info.loss:.6f}" if math.isfinite(info.loss) else "-"
    state = "finishing" if info.finishing else str(info.state)
    return info.name, state, steps, duration(info.seconds), loss


def duration(seconds: float) -> str:
    """Hours, minutes and seconds, as 1:02:03."""
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"
