"""The stop command: ask a training, wherever it runs, to finish its step, save and end."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from paircat.cli.options import Parser

if TYPE_CHECKING:
    from paircat.engine.runs.data_directory import DataDirectory
    from paircat.engine.runs.run import Run


def configure(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", help="the Data Directory")
    parser.add_argument("name", nargs="?", default="", metavar="RUN", help="the run; without it the newest in training")


def run(given: argparse.Namespace) -> int:
    from paircat.engine.runs.data_directory import DataDirectory

    chosen = chosen_run(DataDirectory(given.folder), given.name)
    chosen.ask_to_stop()
    print(f"Asked '{chosen.name}' to stop; it saves after its current step.")
    return 0


def chosen_run(directory: DataDirectory, name: str) -> Run:
    """The run of that name; without one the newest that is being trained, or else the newest.

    Raises:
        RunError: there is none.
    """
    chosen = directory.run(name)
    if name:
        return chosen
    return next((run for run in directory.runs() if run.holder() is not None), chosen)
