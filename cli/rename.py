"""The rename command: give a run, and all its files, another name."""

from __future__ import annotations

import argparse

from paircat.cli.options import Parser


def configure(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", help="the Data Directory")
    parser.add_argument("name", metavar="RUN", help="the run")
    parser.add_argument("new", metavar="NEW", help="its new name")


def run(given: argparse.Namespace) -> int:
    from paircat.engine.runs.data_directory import DataDirectory

    directory = DataDirectory(given.folder)
    renamed = directory.rename(directory.named(given.name), given.new)
    print(f"'{given.name}' is now '{renamed.name}'.")
    return 0
