"""`paircat` and `python -m paircat`: the command line. Each command lives in cli/, in a file of its name."""

from __future__ import annotations

import sys

from paircat.cli.program import main

__all__ = ["main"]

if __name__ == "__main__":
    sys.exit(main())
