"""`paircat` and `python -m paircat`: the command line. Each command lives in cli/, in a file of its name."""

from __future__ import annotations

import sys


def main() -> int:
    """Do what the command line says. Returns the exit status."""
    try:
        # Inside, so that Ctrl-C while numpy and the rest are loaded ends as it does later.
        from paircat.cli.program import main as program

        return program()
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    sys.exit(main())
