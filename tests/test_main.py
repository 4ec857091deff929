"""The way in: `python -m paircat` and the command itself start quickly and take a Ctrl-C at any moment."""

from __future__ import annotations

import subprocess
import sys

import pytest

INTERRUPTED = """
import builtins, sys
import paircat.__main__ as way_in
load = builtins.__import__
def interrupted(name, *rest, **more):
    if name == "paircat.cli.program":
        raise KeyboardInterrupt
    return load(name, *rest, **more)
builtins.__import__ = interrupted
sys.exit(way_in.main(["--help"]))
"""


def test_ctrl_c_while_it_loads_is_answered() -> None:
    """No traceback, and the status that shells know."""
    done = subprocess.run([sys.executable, "-c", INTERRUPTED], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "Interrupted.\n")


@pytest.mark.parametrize("words", [["--help"], ["runs", "."], ["stop", "."]])
def test_quick_commands_load_neither_torch_nor_scipy(words: list[str]) -> None:
    """What only lists or asks does not wait for what only learns or blurs."""
    code = (
        "import sys; from paircat.__main__ import main; main(sys.argv[1:]);"
        "sys.exit(any(name in sys.modules for name in ('torch', 'scipy', 'skimage')))"
    )
    assert subprocess.run([sys.executable, "-c", code, *words], capture_output=True, check=False).returncode == 0
