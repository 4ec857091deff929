"""The main job on real footage: learn to deblur a clip from six of its frames, apply it to all 250, and measure.

Run it with `make demo`. It drives the same commands that you would type, and shows each of them.
"""

from __future__ import annotations

import argparse
import math
import os
import shlex
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import clip
import demo_window
import numpy as np

from paircat.cli.program import main as paircat
from paircat.engine import atomic
from paircat.engine.picture.box import Box
from paircat.engine.picture.files import write_image
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.metrics import compare
from paircat.engine.picture.movie_writer import MovieWriter
from paircat.engine.picture.op import Op
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.data_directory import DataDirectory
from paircat.nodes.script import Script

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / "examples" / "deblur.pcat"
OUT = ROOT / "demo_out"
CLIP = ROOT / "demo_data" / "bikes.mp4"
SHOWN_FRAME = 222


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=1.0, help="how long to train")
    minutes = parser.parse_args().minutes
    started = time.perf_counter()
    clip.fetch(CLIP)
    training = OUT / "training"
    training.mkdir(parents=True, exist_ok=True)
    run("train", str(SCRIPT), "-X", "CopyCat1", "--minutes", f"{minutes:g}")
    newest = DataDirectory(training).run().newest_cat()
    assert newest is not None
    atomic.write_bytes(OUT / "deblur.cat", newest.read_bytes())
    print(f"\n{newest.name} is now demo_out/deblur.cat, the Model File of Inference1.")
    run("render", str(SCRIPT), "-X", "Write1")
    script = Script.load(SCRIPT)
    result = ReadOp(str(OUT / "frames" / "deblur.####.exr"))
    trained = FrameRange.parse(str(script.node("CopyCat1").value("frames")))
    before, truth = script.op("Blur1"), script.op("Read1")
    unseen = FrameRange.of(set(truth.frame_range()) - set(trained))
    report(len(trained), len(unseen), measure(before, truth, unseen), measure(result, truth, unseen))
    show(before, result, truth)
    print(f"\nAll of it took {time.perf_counter() - started:.0f} s. Your own footage:\n" + OWN_FOOTAGE)
    if demo_window.has_screen(os.environ, sys.platform) and demo_window.has_qt():
        demo_window.start(SCRIPT, OUT / "window.log")
        print("The window opens on examples/deblur.pcat; if it does not appear, demo_out/window.log says why.")
    return 0


OWN_FOOTAGE = """
  mkdir training
  paircat train --input 'before.####.exr' --groundtruth 'after.####.exr' --frames 1001,1020,1040 \\
                --preview 'plate.####.exr' --data-dir training
  paircat infer --model training/NAME.STEP.cat --input 'plate.####.exr' --output 'result/shot.####.exr'

  (.venv/bin/paircat, or `source .venv/bin/activate` first; before and after are the same frames with and without the
  work that the network is to learn, and NAME.STEP.cat is what the first command prints in the end.)
"""


def run(*arguments: str) -> None:
    """Run a paircat command in this process, showing it as one would type it."""
    print(f"\n$ paircat {shlex.join(arguments)}", flush=True)
    status = paircat(list(arguments))
    if status:
        sys.exit(status)


def measure(op: Op, truth: Op, frames: FrameRange) -> tuple[float, float]:
    """Mean PSNR in dB and mean SSIM over the frames."""

    def score(frame: int) -> tuple[float, float]:
        one, other = rgb(op.render(frame)), rgb(truth.render(frame))
        scores = compare(one, other)
        return scores.psnr, scores.ssim

    with ThreadPoolExecutor(2) as workers:
        scores = list(workers.map(score, frames))
    return math.fsum(score[0] for score in scores) / len(scores), math.fsum(score[1] for score in scores) / len(scores)


def rgb(image: Image) -> Image:
    """The colours alone, in the range that a screen shows."""
    names = ("R", "G", "B")
    header = Header(names, image.header.data_window, image.header.display_window, image.header.pixel_aspect)
    return Image(header, image.select(names).clip(0, 1))


def report(trained: int, unseen: int, before: tuple[float, float], after: tuple[float, float]) -> None:
    print(f"\n{unseen} frames that were never trained on ({trained} were), against the original:\n")
    print(f"  {'':10}{'PSNR':>10}{'SSIM':>10}")
    for name, (decibels, similarity) in (("before", before), ("after", after)):
        print(f"  {name:10}{decibels:>7.2f} dB{similarity:>10.4f}")
    print(f"  {'gain':10}{after[0] - before[0]:>+7.2f} dB{after[1] - before[1]:>+10.4f}")


def show(before: Op, after: Op, truth: Op) -> None:
    """Write the side-by-side picture and movie."""
    picture, movie = OUT / "side_by_side.png", OUT / "side_by_side.mp4"
    height, width, _ = side_by_side(before, after, truth, SHOWN_FRAME).shape
    window = Box(0, 0, width, height)
    pixels = side_by_side(before, after, truth, SHOWN_FRAME)
    write_image(picture, Image(Header(("R", "G", "B"), window, window), pixels), data_type="uint8")
    with MovieWriter(movie, 25, width, height) as writer, ThreadPoolExecutor(2) as workers:
        frames: Iterable[int] = truth.frame_range()
        for strip in workers.map(lambda frame: side_by_side(before, after, truth, frame), frames):
            writer.write(strip)
    print("\nBefore, after and original side by side:")
    for path in (picture, movie):
        print(f"  {path}")


def side_by_side(before: Op, after: Op, truth: Op, frame: int) -> np.ndarray:
    """Three upright thirds of the frame's middle, (height, width, 3), with thin lines between."""
    pictures = [rgb(op.render(frame)).pixels for op in (before, after, truth)]
    height, width, _ = pictures[0].shape
    part = slice(width // 3, width // 3 * 2 - width // 3 % 2)
    line = np.ones((height, 2, 3), np.float32)
    return np.concatenate([pictures[0][:, part], line, pictures[1][:, part], line, pictures[2][:, part]], axis=1)


if __name__ == "__main__":
    sys.exit(main())
