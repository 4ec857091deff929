"""Comparing sequences."""

import json
import shutil
from pathlib import Path


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
    assert all(row["psnr"] is None and row["max_difference"] == 0 for row in rows)


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
