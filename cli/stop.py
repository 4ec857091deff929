"""The stop command: ask a training, wherever it runs, to finish its step, save and end."""

from __future__ import annotations

import argparse

from paircat.cli.options import Parser


def configure(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", help="the Data Directory")
    parser.add_argument("name", nargs="?", default="", metavar="RUN", help="the run; without it the newest in training")


def run(given: argparse.Namespace) -> int:
    from paircat.engine.runs.data_directory import DataDirectory

    directory = DataDirectory(given.folder)
    chosen = directory.run(given.name)
    if not given.name:
        chosen = next((run for run in directory.runs() if run.holder() is not None), chosen)
    chosen.ask_to_stop()
    print(f"Asked '{chosen.name}' to stop; it saves after its current step.")
    return 0
