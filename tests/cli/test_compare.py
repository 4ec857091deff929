"""Comparing sequences."""

import json
import shutil
from pathlib import Path

import numpy as np

from paircat.engine.picture.box import Box
from paircat.engine.picture.files import write_image
from paircat.engine.picture.image import Header, Image


def write_frame(path: Path, pixels: np.ndarray) -> None:
    window = Box(0, 0, pixels.shape[1], pixels.shape[0])
    write_image(path, Image(Header(("R", "G", "B"), window, window), pixels.astype(np.float32)), data_type="float")


def test_frames_and_their_mean(paircat, footage: Path) -> None:
    """A row a frame, then the mean."""
    answer = paircat("compare", "in.####.exr", "gt.####.exr", "--frames", "2-3")
    assert answer.status == 0
    assert [line.split()[0] for line in answer.out.splitlines()] == ["Frame", "2", "3", "mean"]


def test_a_sequence_equals_itself(paircat, footage: Path) -> None:
    """Identical frames have no finite PSNR: null in JSON, which every reader of JSON can read."""
    answer = paircat("compare", "in.####.exr", "in.%04d.exr", "--json")
    rows = [json.loads(line, parse_constant=lambda name: 1 / 0) for line in answer.out.splitlines()]
    assert [row["frame"] for row in rows] == [1, 2, 3, 4, "mean"]
    assert all(row["psnr"] is None and row["max_difference"] == 0 and row["identical"] for row in rows)


def test_frames_without_a_partner_are_counted(paircat, footage: Path) -> None:
    """Those in common are compared; asking for one that is missing is a mistake."""
    (footage / "gt.0003.exr").unlink()
    answer = paircat("compare", "in.####.exr", "gt.####.exr")
    assert answer.status == 0
    assert "1 frames of 'in.####.exr' have no partner" in answer.err
    answer = paircat("compare", "in.####.exr", "gt.####.exr", "--frames", "1-4")
    assert answer.status == 2
    assert "Frame 3 of 'gt.####.exr' does not exist" in answer.err


def test_two_pictures_are_a_pair_whatever_they_are_called(paircat, footage: Path) -> None:
    """Frame numbers count in sequences only."""
    assert paircat("compare", "in.0001.exr", "gt.0004.exr").status == 0
    shutil.copy("in.0001.exr", "late.0100.exr")
    shutil.copy("in.0002.exr", "late.0101.exr")
    answer = paircat("compare", "in.####.exr", "late.####.exr")
    assert answer.status == 2
    assert "none in common" in answer.err


def test_bad_values_are_reported_with_frame_and_side(paircat, footage: Path) -> None:
    """The rows of the others, and their mean, are there all the same; the status says that something is wrong."""
    pixels = np.full((48, 64, 3), 0.5)
    pixels[3, 4:6] = np.nan
    write_frame(footage / "gt.0002.exr", pixels)
    answer = paircat("compare", "in.####.exr", "gt.####.exr")
    assert answer.status == 2
    assert answer.err.startswith("Frame 2 of 'gt.####.exr' has 6 values of NaN or Inf") and answer.err.count("\n") == 1
    assert "nan" not in answer.out.splitlines()[-1] and answer.out.splitlines()[-1].split()[0] == "mean"
    rows = [json.loads(line) for line in paircat("compare", "in.####.exr", "gt.####.exr", "--json").out.splitlines()]
    assert [row["non_finite"] for row in rows[:3]] == [[0, 0], [0, 6], [0, 0]]
    assert rows[1]["psnr"] is None and rows[1]["identical"] is False and rows[-1]["psnr"] is not None


def test_no_title_stands_above_nothing(paircat, footage: Path) -> None:
    """A first frame that cannot be compared leaves the error alone."""
    write_frame(footage / "gt.0001.exr", np.zeros((8, 8, 3)))
    answer = paircat("compare", "in.####.exr", "gt.####.exr")
    assert (answer.status, answer.out) == (2, "")
