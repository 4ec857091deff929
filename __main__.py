"""`paircat` and `python -m paircat`: the command line. Each command lives in cli/, in a file of its name."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say. Returns the exit status, 130 for a Ctrl-C that nothing else has answered."""
    try:
        from paircat.cli.program import main as program  # loading it takes a moment, in which Ctrl-C may come

        return program(arguments)
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130


def run() -> NoReturn:
    """The command itself: does what its arguments say and ends the process."""
    status = main()
    from paircat.engine.process_exit import exit_process

    exit_process(status)


if __name__ == "__main__":
    run()
