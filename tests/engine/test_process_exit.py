"""Leaving: a process that learnt together with others ends before anything can abort it."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pytest
from patterns import PatternOp
from trainings import SETTINGS

from paircat.engine.picture.files import write_image
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.job import Job

ENDING = """
import atexit, sys
from paircat.engine.process_exit import leave
atexit.register(print, "the interpreter's own end")
if sys.argv[1] == "together":
    import paircat.engine.learn.distributed_group
print("work done")
leave(3)
"""

ASKING = """
import sys
from paircat.engine.train import main
assert main(sys.argv[1:]) == 0
print("paircat.engine.learn.distributed_group" in sys.modules)
"""


@pytest.mark.parametrize(
    ("how", "said"), [("alone", ["work done", "the interpreter's own end"]), ("together", ["work done"])]
)
def test_status_and_words_get_out(how: str, said: list[str]) -> None:
    """Both are there either way; the interpreter's end, in which gloo's threads may abort, comes only to one alone."""
    done = subprocess.run([sys.executable, "-c", ENDING, how], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines(), done.stderr) == (3, said, "")


@pytest.mark.parametrize(("processes", "loaded"), [(1, False), (2, True)])
def test_only_what_learns_together_ends_so(processes: int, loaded: bool, tmp_path: Path) -> None:
    """A training that is alone does not even load what the end is shortened for."""
    settings = dataclasses.replace(SETTINGS, processes=processes, batch_size=2, steps=1)
    pattern = PatternOp()
    for frame in pattern.frame_range():
        write_image(tmp_path / f"in.{frame:04d}.exr", pattern.render(frame))
    source = ReadOp(str(tmp_path / "in.####.exr"))
    Job(source, source, None, FrameRange(()), settings, str(tmp_path), "run").save(tmp_path / "run.job")
    asked = subprocess.run([sys.executable, "-c", ASKING, tmp_path / "run.job"], capture_output=True, text=True)
    assert asked.stdout.splitlines()[-1:] == [str(loaded)], asked.stderr
