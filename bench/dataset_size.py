"""Data-set size: steps a second and memory of a training whose pairs do not fit into memory, beside one whose do.

`python -m paircat.bench.dataset_size --pairs 2000` makes a few 2K half-float EXR files of noise and links them under as
many names; each name counts as a pair of its own, is decoded, and takes its room. Three trainings are compared: as many
pairs as fit into memory, all of them with what remains in the cache folder, and all of them with what remains decoded
anew each time. Resident memory is that of the process; the system may keep more of the files while it has room.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paircat.bench import memory
from paircat.bench.table_format import megabytes, number, percent, rows
from paircat.engine.events import Event, PairsRead, StepDone
from paircat.engine.picture.box import Box
from paircat.engine.picture.files import write_image
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.job import Job
from paircat.engine.settings import ModelSize, TrainingSettings
from paircat.engine.train import train

_REAL_FILES = 4
_LAST_STEPS = 40


@dataclass(frozen=True)
class Size:
    """What one training is asked for. Bounds are in megabytes, as TrainingSettings has them."""

    name: str
    pairs: int
    cache: int
    disk: int


def write_linked_pairs(folder: Path, width: int, height: int, pairs: int) -> None:
    """Pairs of half-float EXR files: a few real ones, with grain so that they compress as plates do."""
    random = np.random.default_rng(0)
    window = Box(0, 0, width, height)
    header = Header(("R", "G", "B"), window, window)
    soft = np.kron(random.random((height // 8 + 1, width // 8 + 1, 3), np.float32), np.ones((8, 8, 1), np.float32))
    for side, factor in (("input", 1.0), ("gt", 0.5)):
        (folder / side).mkdir(parents=True)
        for number_ in range(1, min(_REAL_FILES, pairs) + 1):
            grain = np.random.default_rng(number_).normal(0, 0.01, (height, width, 3)).astype(np.float32)
            pixels = (soft[:height, :width] * np.float32(factor) + grain).astype(np.float16).astype(np.float32)
            write_image(folder / side / f"plate.{number_:05d}.exr", Image(header, pixels), data_type="half")
        for number_ in range(_REAL_FILES + 1, pairs + 1):
            real = folder / side / f"plate.{(number_ - 1) % _REAL_FILES + 1:05d}.exr"
            (folder / side / f"plate.{number_:05d}.exr").symlink_to(real)


def trained(folder: Path, size: Size, settings: TrainingSettings) -> dict[str, float]:
    """Train in this process until every pair has been seen, and some steps more, which are measured."""
    runs = folder / f"runs-{size.name}"
    runs.mkdir()
    sides = [ReadOp(f"{folder}/{side}/plate.#####.exr") for side in ("input", "gt")]
    frames = FrameRange.between(1, size.pairs)
    times: list[float] = []
    read: list[PairsRead] = []

    def watch(event: Event, files: list[str]) -> None:
        if isinstance(event, StepDone):
            times.append(event.seconds)
        elif isinstance(event, PairsRead):
            read.append(event)

    memory.forget_peak()
    train(Job(sides[0], sides[1], None, frames, settings, str(runs), "size"), watch)
    seconds = times[-1] - times[-_LAST_STEPS - 1]
    return {
        "steps_per_second": _LAST_STEPS / seconds,
        "first_steps_per_second": (len(times) - _LAST_STEPS) / times[-_LAST_STEPS - 1],
        "waiting": (read[-1].waited - read[-2].waited) / seconds,
        "hit_rate": read[-1].hit_rate,
        "decode_threads": read[-1].decode_threads,
        "in_memory": read[-1].in_memory,
        "on_disk": read[-1].on_disk,
        "peak_bytes": memory.peak(),
    }


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    if given.only:
        size = Size(*json.loads(given.only))
        print(json.dumps(trained(given.folder, size, settings_for(size, given))))
        return 0
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        write_linked_pairs(Path(folder), given.width, given.height, given.pairs)
        a_pair = 2 * given.width * given.height * 3 * 2 / 2**20
        fitting = max(given.batch_size, int(given.cache_megabytes / a_pair))
        disk = int(a_pair * given.pairs) + 1024
        sizes = [
            Size("fits into memory", min(fitting, given.pairs), given.cache_megabytes, 0),
            Size("rest in the cache folder", given.pairs, given.cache_megabytes, disk),
            Size("rest decoded anew", given.pairs, given.cache_megabytes, 0),
        ]
        lines, fits = [], 0.0
        for size in sizes:
            found = _in_a_process(Path(folder), size, argv or sys.argv[1:])
            fits = fits or found["steps_per_second"]
            lines.append(
                [
                    size.name,
                    str(size.pairs),
                    number(found["steps_per_second"]),
                    percent(found["steps_per_second"] / fits, 0),
                    number(found["first_steps_per_second"]),
                    percent(found["waiting"], 0),
                    f"{found['in_memory']:.0f} / {found['on_disk']:.0f}",
                    percent(found["hit_rate"], 0),
                    f"{found['decode_threads']:.0f}",
                    megabytes(found["peak_bytes"]),
                ]
            )
            print(f"{size.name}: {json.dumps(found)}", file=sys.stderr, flush=True)
    print(
        f"{given.model_size}, {given.batch_size} crops of {given.crop_size}, {given.width}x{given.height} half EXR.\n"
    )
    header = ["", "pairs", "steps/s", "of fitting", "while decoding", "waiting", "in memory / on disk", "found decoded"]
    print(rows([*header, "decode threads", "resident at most"], lines))
    return 0


def settings_for(size: Size, given: argparse.Namespace) -> TrainingSettings:
    """Each pair comes twice, for its pixels and most likely for its importance map; then it is measured."""
    rounds = -(-2 * size.pairs // (given.batch_size * _LAST_STEPS))
    return TrainingSettings(
        steps=(rounds + 1) * _LAST_STEPS,
        model_size=ModelSize(given.model_size),
        crop_size=given.crop_size,
        batch_size=given.batch_size,
        multi_resolution=False,
        image_interval=1_000_000,
        checkpoint_interval=_LAST_STEPS,
        cache_megabytes=size.cache,
        disk_cache_megabytes=size.disk,
        device=given.device,
    )


def _in_a_process(folder: Path, size: Size, argv: Sequence[str]) -> dict[str, float]:
    question = json.dumps([size.name, size.pairs, size.cache, size.disk])
    command = [sys.executable, "-m", "paircat.bench.dataset_size", *argv, "--folder", str(folder), "--only", question]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m paircat.bench.dataset_size", description=__doc__)
    parser.add_argument("--pairs", type=int, default=2000, metavar="N")
    parser.add_argument("--width", type=int, default=2048, metavar="N")
    parser.add_argument("--height", type=int, default=1080, metavar="N")
    parser.add_argument("--cache-megabytes", type=int, default=2048, metavar="N", help="memory for decoded pairs")
    parser.add_argument("--model-size", default="Small", metavar="SIZE")
    parser.add_argument("--crop-size", type=int, default=128, metavar="N")
    parser.add_argument("--batch-size", type=int, default=8, metavar="N")
    parser.add_argument("--device", default="auto", metavar="auto|cpu|cuda")
    parser.add_argument("--folder", type=Path, metavar="DIR", help="where to write; without it the system's own")
    parser.add_argument("--only", default="", help=argparse.SUPPRESS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
