"""The delete command: delete all files of a run, for good."""

from __future__ import annotations

import argparse
import sys

from paircat.cli.options import Parser
from paircat.engine.errors import PairCatError


def configure(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", help="the Data Directory")
    parser.add_argument("name", metavar="RUN", help="the run")
    parser.add_argument("--yes", action="store_true", help="do not ask; needed where there is no terminal")


def run(given: argparse.Namespace) -> int:
    from paircat.engine.runs.data_directory import DataDirectory

    directory = DataDirectory(given.folder)
    found = directory.leftover(given.name) if given.name.strip() else directory.named("")
    files = directory.deletable(found)
    count, size = f"{len(files)} file{'s' * (len(files) != 1)}", _size(sum(file.stat().st_size for file in files))
    if not given.yes:
        if not sys.stdin.isatty():
            raise PairCatError(
                f"Deleting the {count} of '{found.name}' ({size}) needs --yes where nobody can be asked."
            )
        try:
            answer = input(f"Delete the {count} of '{found.name}' ({size}) for good? [y/N] ")
        except EOFError:  # Ctrl-D: whoever gives no answer has not agreed
            answer = ""
            print()
        if answer.strip().lower() not in ("y", "yes"):
            print("Nothing was deleted.")
            return 0
    freed = directory.delete(found)
    print(f"Deleted '{found.name}': {count}, {_size(freed)}.")
    return 0


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000 or unit == "GB":
            break
        count /= 1000
    return f"{count:.0f} {unit}" if unit == "bytes" else f"{count:.1f} {unit}"
