"""Comparing sequences."""

import json
import shutil
from pathlib import Path

import numpy as np

from paircat.engine.picture.box import Box
from paircat.engine.picture.files import write_image
from paircat.engine.picture.image import Header, Image


def write_frame(path: Path, pixels: np.ndarray, channels: tuple[str, ...] = ("R", "G", "B")) -> None:
    window = Box(0, 0, pixels.shape[1], pixels.shape[0])
    write_image(path, Image(Header(channels, window, window), pixels.astype(np.float32)), data_type="float")


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
    assert rows[-1]["non_finite"] == [0, 6]


def test_the_mean_of_identical_frames_and_one_of_bad_values_is_not_identical(paircat, footage: Path) -> None:
    """Its psnr is null because it is infinite, with a difference of 0; where nothing can be compared, all is null."""
    pixels = np.zeros((8, 8, 3))
    for name in ("a.0001.exr", "b.0001.exr"):
        write_frame(footage / name, pixels)
    pixels[0, 0] = np.inf
    for name in ("a.0002.exr", "b.0002.exr"):
        write_frame(footage / name, pixels)
    answer = paircat("compare", "a.####.exr", "b.####.exr", "--json")
    mean = json.loads(answer.out.splitlines()[-1])
    assert (answer.status, mean["identical"], mean["non_finite"]) == (2, False, [3, 3])
    assert (mean["psnr"], mean["ssim"], mean["max_difference"]) == (None, 1.0, 0.0)
    answer = paircat("compare", "a.####.exr", "b.####.exr", "--frames", "2", "--json")
    mean = json.loads(answer.out.splitlines()[-1])
    assert (mean["frame"], mean["psnr"], mean["ssim"], mean["max_difference"]) == ("mean", None, None, None)
    answer = paircat("compare", "a.####.exr", "b.####.exr", "--frames", "2")
    assert [line.split()[0] for line in answer.out.splitlines()] == ["Frame", "2"]


def test_channels_that_one_side_lacks_are_named(paircat, footage: Path) -> None:
    """Behind each row and that of the mean; no frame is identical then, and one that has the same channels is."""
    pixels = np.full((8, 8, 5), 0.5)
    for frame in (1, 2, 3):
        write_frame(footage / f"a.{frame:04d}.exr", pixels, ("R", "G", "B", "A", "depth.Z"))
        write_frame(footage / f"b.{frame:04d}.exr", pixels[:, :, :3])
    write_frame(footage / "a.0003.exr", pixels[:, :, :3])
    write_frame(footage / "b.0002.exr", pixels[:, :, :4], ("R", "G", "B", "mask"))
    answer = paircat("compare", "a.####.exr", "b.####.exr")
    rows = answer.out.splitlines()[1:]
    assert answer.status == 0
    assert rows[0].endswith("  only in A: channels A, depth.Z")
    assert rows[1].endswith("  only in A: channels A, depth.Z; only in B: channel mask")
    assert rows[2].split() == ["3", "inf", "1.00000", "0.000000"] and rows[3].endswith(rows[1][-20:])
    rows = [json.loads(line) for line in paircat("compare", "a.####.exr", "b.####.exr", "--json").out.splitlines()]
    assert [row["identical"] for row in rows] == [False, False, True, False]
    assert [row["missing_channels"] for row in rows] == [
        [[], ["A", "depth.Z"]], [["mask"], ["A", "depth.Z"]], [[], []], [["mask"], ["A", "depth.Z"]],
    ]  # fmt: skip


def test_the_help_says_what_the_fields_of_json_mean(paircat) -> None:
    """Two kinds of null among them; the variables follow."""
    words = " ".join(paircat("compare", "--help").out.split())
    assert "A psnr of null is infinite where max_difference is 0" in words and "PAIRCAT_JSON" in words


def test_no_title_stands_above_nothing(paircat, footage: Path) -> None:
    """A first frame that cannot be compared leaves the error alone."""
    write_frame(footage / "gt.0001.exr", np.zeros((8, 8, 3)))
    answer = paircat("compare", "in.####.exr", "gt.####.exr")
    assert (answer.status, answer.out) == (2, "")
