"""Scaling: steps a second and memory of a training by the number of processes that share it.

`python -m paircat.bench.scaling --processes 1,2,4` prints a table. With `--device cuda:all` it is the GPUs that are
counted off, one process each.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import psutil

from paircat.bench.cost import write_pairs
from paircat.bench.table_format import megabytes, number, rows
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.job import Job
from paircat.engine.runs.run import Run
from paircat.engine.settings import ModelSize, TrainingSettings

_WARM_STEPS = 10
_LOOK_EVERY = 0.25


def measured(job: Job) -> tuple[float, int]:
    """Steps a second after the first few, and the most memory of all processes together, in bytes."""
    path = Path(job.data_directory) / "task.job"
    job.save(path)
    process = subprocess.Popen([sys.executable, "-m", "paircat.engine.train", str(path)], stdout=subprocess.DEVNULL)
    most = 0
    while process.poll() is None:
        most = max(most, _memory_of(process.pid))
        time.sleep(_LOOK_EVERY)
    if process.returncode:
        raise SystemExit(f"The training ended with status {process.returncode}.")
    seconds = Run(job.run, Path(job.data_directory)).read_summary().seconds
    steps = len(seconds) - _WARM_STEPS
    return steps / float(seconds[-1] - seconds[_WARM_STEPS - 1]), most


def _memory_of(pid: int) -> int:
    """Of a process and those that it started; what they share counts once where the system can tell."""
    total = 0
    try:
        whole = psutil.Process(pid)
        for process in [whole, *whole.children(recursive=True)]:
            memory = process.memory_full_info()
            total += getattr(memory, "pss", memory.rss)
    except psutil.Error:  # it has just ended
        return 0
    return total


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m paircat.bench.scaling", description=__doc__)
    parser.add_argument("--processes", default="1,2", metavar="N,N", help="how many at once, one after the other")
    parser.add_argument("--device", default="cpu", metavar="cpu|cuda", help="what to share")
    parser.add_argument("--steps", type=int, default=60, metavar="N", help="to train")
    parser.add_argument("--model-size", default="Small", metavar="SIZE")
    parser.add_argument("--crop-size", type=int, default=128, metavar="N")
    parser.add_argument("--batch-size", type=int, default=6, metavar="N", help="of all processes together")
    given = parser.parse_args(argv)
    lines = []
    for count in map(int, given.processes.split(",")):
        with tempfile.TemporaryDirectory() as folder:
            write_pairs(Path(folder), 1080, 1920, given.batch_size)
            runs = Path(folder) / "runs"
            runs.mkdir()
            cards = "cuda:" + ",".join(map(str, range(count)))
            settings = TrainingSettings(
                steps=_WARM_STEPS + given.steps,
                model_size=ModelSize(given.model_size),
                crop_size=given.crop_size,
                batch_size=given.batch_size,
                multi_resolution=False,
                image_interval=1_000_000,
                checkpoint_interval=1_000_000,
                device=given.device if given.device == "cpu" else cards,
                processes=count,
            )
            sides = [ReadOp(f"{folder}/{side}/noise.####.png") for side in ("input", "gt")]
            job = Job(sides[0], sides[1], None, FrameRange(()), settings, str(runs), f"scaling_{count}")
            speed, most = measured(job)
        lines.append([str(count), number(speed), megabytes(most)])
        print(f"{count} done", file=sys.stderr, flush=True)
    print(
        f"{given.model_size}, {given.batch_size} crops of {given.crop_size} pixels a step in all, on {given.device}; "
        f"threads are shared out among the processes.\n"
    )
    print(rows(["processes", "steps/s", "memory of all"], lines))
    return 0


if __name__ == "__main__":
    sys.exit(main())
