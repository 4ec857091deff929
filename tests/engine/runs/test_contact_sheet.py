"""Contact sheets: layout, what each tile shows, and the file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import OpenImageIO as oiio
import pytest

from paircat.engine.errors import PairCatError
from paircat.engine.events import PreviewReady, SheetReady, SheetRow
from paircat.engine.picture.box import Box
from paircat.engine.picture.color import display_view
from paircat.engine.picture.files import read_header
from paircat.engine.picture.image import Header, Image
from paircat.engine.runs.contact_sheet import (
    FRAME_NOTE,
    compose_preview,
    compose_sheet,
    is_sheet,
    tile_kinds,
    write_sheet,
)

RGB = ("R", "G", "B")
SIZE = 32
STRIP, GAP = 18, 2


def row(
    before: float, after: float, out: float, names_in: Sequence[str] = RGB, names_out: Sequence[str] = RGB
) -> SheetRow:
    def flat(value: float, names: Sequence[str]) -> np.ndarray:
        return np.full((SIZE, SIZE, len(names)), value, np.float32)

    return SheetRow(
        flat(before, names_in), flat(after, names_out), flat(out, names_out), tuple(names_in), tuple(names_out), "none"
    )


def tile(pixels: np.ndarray, line: int, column: int) -> np.ndarray:
    """The tile in a line and column of a sheet whose bands have one layer or are counted by tiles."""
    y, x = STRIP + line * (SIZE + GAP), column * (SIZE + GAP)
    return pixels[y : y + SIZE, x : x + SIZE]


def test_three_rows_and_three_columns() -> None:
    """Each crop is a row of input, ground truth and output, with tiles as large as the crops."""
    rows = tuple(row(0.1 * k, 0.2 * k, 0.3 * k) for k in (1, 2, 3))
    sheet = compose_sheet(SheetReady(100, rows))
    assert sheet.pixels.shape == (STRIP + 3 * SIZE + 2 * GAP, 3 * SIZE + 2 * GAP, 3)
    for k in (1, 2, 3):
        for column, factor in enumerate((0.1, 0.2, 0.3)):
            assert tile(sheet.pixels, k - 1, column) == pytest.approx(np.float32(factor * k), abs=1e-6)


@pytest.mark.parametrize(("title", "as_without"), [("shot", False), ("Training_261124_222613", True)])
def test_no_word_of_the_title_is_cut_off(title: str, as_without: bool) -> None:
    """What does not fit above small crops is left out, the run's name before the step, down to the step alone."""
    titled, plain = (compose_sheet(SheetReady(650, (row(0, 0, 0),)), words).pixels[:STRIP] for words in (title, ""))
    assert np.ptp(titled[:, -2:]) == 0 and np.ptp(titled) > 0.3
    assert np.array_equal(titled, plain) is as_without


def test_colour_goes_through_the_view() -> None:
    """Colour is seen through the view that the row names; what leaves the display's range is clipped there only."""
    crop = row(0.18, 5.0, -1.0)
    sheet = compose_sheet(SheetReady(1, (SheetRow(crop.input, crop.groundtruth, crop.output, RGB, RGB, "sRGB"),)))
    assert np.allclose(tile(sheet.pixels, 0, 0), display_view(crop.input, "sRGB"), atol=1e-6)
    assert tile(sheet.pixels, 0, 1).min() == 1 and tile(sheet.pixels, 0, 2).max() == 0


def test_a_tile_for_each_layer() -> None:
    """Layers stand below each other; alpha is grey as it is, depth is stretched over the sheet and says so."""
    names_out = ("R", "G", "B", "A", "depth.Z")
    crop = row(0.5, 0.5, 0.5, RGB, names_out)
    crop.groundtruth[:, :, 3] = 0.25
    crop.output[:, :, 3] = 1.5
    crop.groundtruth[:, :, 4] = np.linspace(100, 300, SIZE, dtype=np.float32)
    crop.output[:, :, 4] = 150
    sheet = compose_sheet(SheetReady(1, (crop,)))
    assert [kind.label for kind in tile_kinds(names_out)] == ["rgb", "A", "depth.Z"]
    assert sheet.pixels.shape[0] == STRIP + 3 * SIZE + 2 * GAP
    assert tile(sheet.pixels, 1, 1) == pytest.approx(0.25) and tile(sheet.pixels, 1, 2) == pytest.approx(1.0)
    assert tile(sheet.pixels, 2, 1)[0, :, 0] == pytest.approx(np.linspace(0, 1, SIZE), abs=1e-5)
    assert tile(sheet.pixels, 2, 2) == pytest.approx(0.25)
    assert sheet.notes == ("depth.Z is shown from 100 to 300",)


def test_of_an_input_its_colours_are_shown_and_what_comes_out_too() -> None:
    """Depth and motion beside them would make the sheet a narrow strip; where there is nothing else, they are shown."""
    names = ("R", "G", "B", "A", "depth.Z", "forward.u", "forward.v")
    sheet = compose_sheet(SheetReady(1, (row(0.5, 0.5, 0.5, names, ("R", "G", "B", "A")),)))
    assert sheet.pixels.shape[0] == STRIP + 2 * SIZE + GAP and sheet.notes == ()
    assert tile(sheet.pixels, 1, 0) == pytest.approx(0.5)
    alone = compose_sheet(SheetReady(1, (row(0.5, 0.5, 0.5, ("forward.u", "forward.v"), ("A",)),)))
    assert alone.pixels.shape[0] == STRIP + 2 * SIZE + GAP


def test_an_alpha_that_is_1_everywhere_is_not_shown() -> None:
    """Its tiles would be white, and half of the sheet; with a hole in any of them, all are shown."""
    names = (*RGB, "A")
    crop = row(0.5, 0.5, 0.5, names, names)
    for pixels in (crop.input, crop.groundtruth, crop.output):
        pixels[:, :, 3] = 1
    sheet = compose_sheet(SheetReady(1, (crop, crop)))
    assert sheet.pixels.shape[0] == STRIP + 2 * SIZE + GAP
    assert sheet.notes == ("A is 1 everywhere and not shown",)
    crop.output[3, 4, 3] = 0.99
    sheet = compose_sheet(SheetReady(1, (row(1, 1, 1, names, names), crop)))
    assert sheet.pixels.shape[0] == STRIP + 4 * SIZE + 3 * GAP and sheet.notes == ()


@pytest.mark.parametrize("names_in", [RGB, (*RGB, "A")])
def test_a_white_matte_is_shown(names_in: tuple[str, ...]) -> None:
    """What is to be learnt is looked at, also where a figure fills the crops."""
    crop = row(1, 1, 1, names_in, ("A", "depth.Z"))
    sheet = compose_sheet(SheetReady(1, (crop,)))
    assert tile(sheet.pixels, 0, 1).min() == tile(sheet.pixels, 1, 1).min() == 1 and sheet.notes == ()


def test_not_finite_values_are_shown() -> None:
    """NaN is black and infinity white, and neither spoils the stretch of the rest."""
    crop = row(0, 0, 0, ("depth.Z",), ("depth.Z",))
    crop.groundtruth[0, 0], crop.groundtruth[0, 1], crop.groundtruth[0, 2] = np.nan, np.inf, 4.0
    shown = tile(compose_sheet(SheetReady(1, (crop,))).pixels, 0, 1)
    assert shown[0, :4, 0].tolist() == [0, 1, 1, 0]


def test_labels_on_tiles_with_room() -> None:
    """The line above the sheet has words, and so have tiles that are wide enough; a middle line of pixels is bare."""
    crop = np.zeros((128, 128, 3), np.float32)
    pixels = compose_sheet(SheetReady(1500, (SheetRow(crop, crop, crop, RGB, RGB, "none"),)), "shot.v2").pixels
    assert np.ptp(pixels[:STRIP]) > 0.3
    assert pixels[STRIP : STRIP + 14, :128].max() > 0.3 and pixels[STRIP + 64, :128].max() == 0


def test_no_view_has_no_word() -> None:
    """Where the values are shown as they are, the line above the sheet ends with the step."""
    crop = np.zeros((128, 128, 3), np.float32)
    ends = []
    for view in ("none", "sRGB"):
        sheet = compose_sheet(SheetReady(150, (SheetRow(crop, crop, crop, RGB, RGB, view),)), "a")
        ends.append(np.flatnonzero(np.ptp(sheet.pixels[:STRIP], (0, 2))).max())
    assert ends[0] < 60 < 80 < ends[1]


def test_file_is_16_bit_and_says_what_it_is(tmp_path: Path) -> None:
    """The PNG holds 16 bits a channel, and step, view and notes in its text."""
    ramp = np.linspace(0, 1, SIZE * SIZE, dtype=np.float32).reshape(SIZE, SIZE, 1).repeat(3, axis=2)
    sheet = compose_sheet(SheetReady(1500, (SheetRow(ramp, ramp, ramp, RGB, RGB, "none"),)))
    write_sheet(tmp_path / "a.1500.png", sheet, 1500)
    source = oiio.ImageInput.open(str(tmp_path / "a.1500.png"))
    spec = source.spec()
    assert spec.format == oiio.UINT16
    assert spec.get_string_attribute("paircat:step") == "1500" and spec.get_string_attribute("paircat:view") == "none"
    assert "step 1500; view none" in spec.get_string_attribute("ImageDescription")
    assert np.abs(source.read_image(oiio.FLOAT) - sheet.pixels).max() < 1e-5


def test_no_foreign_frame_is_written_over(tmp_path: Path) -> None:
    """A sheet replaces a sheet of its step; any other picture of that name stays, and is named with what to do."""
    sheet = compose_sheet(SheetReady(1001, (row(0, 0, 0),)))
    path = tmp_path / "shot.1001.png"
    for _ in range(2):
        write_sheet(path, sheet, 1001)
    assert is_sheet(path, 1001) and not is_sheet(path, 1002)
    frame = oiio.ImageBuf(oiio.ImageSpec(8, 8, 3, oiio.UINT8))
    assert frame.write(str(path)) and not is_sheet(path, 1001)
    before = path.read_bytes()
    with pytest.raises(PairCatError, match=r"shot\.1001\.png' is not this training's picture"):
        write_sheet(path, sheet, 1001)
    assert path.read_bytes() == before and [file.name for file in tmp_path.iterdir()] == [path.name]
    path.write_bytes(b"no picture")
    assert not is_sheet(path, 1001) and not is_sheet(tmp_path / "gone.1001.png", 1001)


@pytest.mark.parametrize(("view", "shown"), [("sRGB", 0.4613561), ("none", 0.18)])
def test_preview_covers_the_display_window_through_its_view(view: str, shown: float) -> None:
    """What lies beyond the data window is black."""
    header = Header(RGB, Box(8, 8, 16, 16), Box(0, 0, SIZE, SIZE))
    sheet = compose_preview(PreviewReady(5, Image(header, np.full((16, 16, 3), 0.18, np.float32)), view))
    assert sheet.pixels.shape == (SIZE, SIZE, 3)
    assert sheet.pixels[12, 12] == pytest.approx(shown, abs=1e-4) and sheet.pixels[0, 0].max() == 0


def test_the_file_of_a_preview_says_its_frame(tmp_path: Path) -> None:
    """Whoever shows it can tell which one it is; a sheet has none."""
    window = Box(0, 0, SIZE, SIZE)
    image = Image(Header(RGB, window, window), np.zeros((SIZE, SIZE, 3), np.float32))
    for frame, text in ((1012, "1012"), (None, None)):
        write_sheet(tmp_path / "a.5.preview.png", compose_preview(PreviewReady(5, image, "none", frame)), 5)
        assert read_header(tmp_path / "a.5.preview.png").metadata.get(FRAME_NOTE) == text
