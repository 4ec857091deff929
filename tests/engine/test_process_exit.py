"""Process exit: a process of a distributed training ends before anything can abort it."""

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
from paircat.engine.process_exit import exit_process
atexit.register(print, "the interpreter's shutdown")
if sys.argv[1] == "distributed":
    import paircat.engine.learn.distributed_group
print("work done")
exit_process(3)
"""

ASKING = """
import sys
from paircat.engine.train import main
assert main(sys.argv[1:]) == 0
print("paircat.engine.learn.distributed_group" in sys.modules)
"""


@pytest.mark.parametrize(
    ("how", "lines"), [("alone", ["work done", "the interpreter's shutdown"]), ("distributed", ["work done"])]
)
def test_exit_status_and_output_are_kept(how: str, lines: list[str]) -> None:
    """Both are there either way; a distributed process skips the shutdown, in which gloo's threads may abort."""
    done = subprocess.run([sys.executable, "-c", ENDING, how], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines(), done.stderr) == (3, lines, "")


@pytest.mark.parametrize(("processes", "loaded"), [(1, False), (2, True)])
def test_only_a_distributed_training_ends_so(processes: int, loaded: bool, tmp_path: Path) -> None:
    """A training in one process does not even import torch.distributed's process group."""
    settings = dataclasses.replace(SETTINGS, processes=processes, batch_size=2, steps=1)
    pattern = PatternOp()
    for frame in pattern.frame_range():
        write_image(tmp_path / f"in.{frame:04d}.exr", pattern.render(frame))
    source = ReadOp(str(tmp_path / "in.####.exr"))
    Job(source, source, None, FrameRange(()), settings, str(tmp_path), "run").save(tmp_path / "run.job")
    asked = subprocess.run([sys.executable, "-c", ASKING, tmp_path / "run.job"], capture_output=True, text=True)
    assert asked.stdout.splitlines()[-1:] == [str(loaded)], asked.stderr
