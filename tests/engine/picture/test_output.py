"""What is wrong with an output is told before the first frame is made."""

from __future__ import annotations

import errno
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from plates import plate, write_plates

from paircat.engine.errors import PairCatError
from paircat.engine.picture import movies
from paircat.engine.picture.box import Box
from paircat.engine.picture.files import write_image
from paircat.engine.picture.image import Header
from paircat.engine.picture.output import WriteSettings, remark
from paircat.engine.picture.read import ReadOp
from paircat.engine.picture.write import write_frames

RGB, RGBA = ("R", "G", "B"), ("R", "G", "B", "A")


def refused(folder: Path, **settings: object) -> str:
    """The sentence; making a frame fails the test."""

    def render(op: object, frame: int) -> None:
        raise AssertionError("a frame was made")

    source = ReadOp(write_plates(folder, "in", range(1, 3)))
    with pytest.raises(PairCatError) as error:
        write_frames(source, [1, 2], WriteSettings(**settings), render)  # type: ignore[arg-type]
    assert "was not written" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"file": "o"}, "its name does not end in a format"),
        ({"file": "o.####.xyz"}, "'.xyz' is no format that PairCat writes"),
        ({"file": "o.####.xyz"}, ".mp4 or .mov for a movie"),
        ({"file": "o.avi"}, "let the name end in .mp4"),
        ({"file": "o.####.png", "data_type": "half"}, "cannot hold 'half'; choose auto, uint8 or uint16"),
        ({"file": "o.####.exr", "compression": "zap"}, "cannot be compressed as 'zap'"),
        ({"file": "o.####.exr", "colorspace": "blue"}, "no colour space 'blue'"),
        ({"file": "o.mov", "colorspace": "blue"}, "no colour space 'blue'"),
        ({"file": "o.####.exr", "channels": "depth"}, "no channel or layer 'depth'"),
        ({"file": "o.mov", "channels": "depth"}, "no channel or layer 'depth'"),
        ({"file": "o.####.jpg", "channels": "rgba"}, "cannot hold the channels R, G, B, A"),
        ({"file": "o.mp4", "channels": "rgba"}, "cannot hold the channels R, G, B, A"),
        ({"file": "o.mov", "data_type": "half"}, "cannot hold 'half'; choose auto, uint10"),
    ],
)
def test_settings_that_do_not_fit(tmp_path: Path, settings: dict[str, str], says: str) -> None:
    """Type, compression, colour space and channels, of pictures and of movies."""
    assert says in refused(tmp_path, **{**settings, "file": str(tmp_path / settings["file"])})


def test_a_folder_is_no_name(tmp_path: Path) -> None:
    """It is said what to write behind it."""
    (tmp_path / "o").mkdir()
    assert "o' is a folder; write a file's name behind it" in refused(tmp_path, file=f"{tmp_path / 'o'}/")


def test_a_movie_without_pyav(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The library that is missing is named at once."""
    monkeypatch.setitem(sys.modules, "av", None)
    assert "Movies need PyAV" in refused(tmp_path, file=str(tmp_path / "o.mov"))


def test_a_movie_whose_folder_cannot_be(tmp_path: Path) -> None:
    """The movie is opened before the first frame."""
    pytest.importorskip("av")
    (tmp_path / "file").write_text("x")
    assert "could not be created" in refused(tmp_path, file=str(tmp_path / "file" / "o.mov"))


def test_a_movie_on_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There has to be room for its beginning, and nothing is left behind where there is none."""
    pytest.importorskip("av")

    def full(self: Path, data: bytes) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    assert "the disk is full" in refused(tmp_path, file=str(tmp_path / "o.mp4"))
    assert not list(tmp_path.glob("*.mp4")) and not list(tmp_path.glob(".*"))


@pytest.mark.parametrize(("first", "second"), [(RGBA, RGB), (RGB, RGBA), (RGBA, ("A",)), (RGB, ("Y", "A"))])
def test_a_movie_of_frames_with_and_without_alpha(tmp_path: Path, first: tuple[str], second: tuple[str]) -> None:
    """The first frame says whether it has one; a frame without is opaque then."""
    pytest.importorskip("av")
    for frame, channels in ((1, first), (2, second)):
        image = plate(32, channels=channels)
        image = image.with_pixels(np.full_like(image.pixels, 0.25))
        write_image(tmp_path / f"in.{frame}.exr", image)
    write_frames(ReadOp(str(tmp_path / "in.#.exr")), [1, 2], WriteSettings(str(tmp_path / "o.mov")))
    images = [movies.read_frame(tmp_path / "o.mov", frame) for frame in (1, 2)]
    assert all(image.header.channels == first for image in images)
    if first == RGBA:
        assert [float(image.pixels[..., 3].mean().round(2)) for image in images] == [0.25, 1]


def test_the_first_frame_that_is_missing_is_reported_once(tmp_path: Path) -> None:
    """Nothing stands around its sentence."""
    source = ReadOp(write_plates(tmp_path, "in", range(1, 3)))
    with pytest.raises(PairCatError, match=r"^Frame 7 of '.*' does not exist; there are 1-2\. Render it,[^.]*\.$"):
        write_frames(source, [7, 8], WriteSettings(str(tmp_path / "o.####.exr")))
    with pytest.raises(PairCatError, match=r"^Frame 3 of '.*' does not exist;.* Frames 1-2 had been written before\.$"):
        write_frames(source, [1, 2, 3], WriteSettings(str(tmp_path / "o.####.exr")))


@pytest.mark.parametrize(
    ("settings", "remarked"),
    [
        ({"file": "o.####.png"}, True),
        ({"file": "o.####.exr"}, False),
        ({"file": "o.####.png", "colorspace": "sRGB Encoded Rec.709 (sRGB)"}, False),
        ({"file": "o.####.tif"}, False),
        ({"file": "o.####.tif", "data_type": "uint16"}, True),
        ({"file": "o.mov"}, False),
        ({"file": "o.####.png", "channels": "depth.Z"}, False),
    ],
)
def test_light_in_files_for_the_screen_is_remarked(settings: dict[str, str], remarked: bool) -> None:
    """Other programs would show it too dark; what is stored as light, or converted, is as it looks here."""
    window = Box(0, 0, 8, 8)
    light = Header(("R", "G", "B", "depth.Z"), window, window, formats=("half",) * 4)
    assert ("linear light" in remark(WriteSettings(**settings), light)) == remarked
    assert "linear" not in remark(WriteSettings(**settings), replace(light, formats=("uint8",) * 4))


def test_channels_that_have_no_room_are_remarked() -> None:
    """Unless others were asked for; who asks for one that has none is refused."""
    window = Box(0, 0, 8, 8)
    header = Header(("R", "G", "B", "A", "depth.Z"), window, window, formats=("uint8",) * 5)
    assert remark(WriteSettings("shots/o.####.png"), header) == "'o.####.png' has no room for depth.Z."
    assert remark(WriteSettings("o.mp4"), header) == "'o.mp4' has no room for A, depth.Z."
    assert remark(WriteSettings("o.####.png", channels="rgb"), header) == ""
    assert remark(WriteSettings("o.####.exr"), header) == ""
