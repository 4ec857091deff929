"""Tests of engine/picture/read.py."""

import os
import time

import numpy as np
import pytest

from paircat.engine.errors import FrameError, GraphError, MissingFrameError
from paircat.engine.picture import color, read
from paircat.engine.picture.box import Box
from paircat.engine.picture.cache import FrameCache
from paircat.engine.picture.files import read_header, write_image
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.merge_ops import MergeOp
from paircat.engine.picture.metadata import Attribute
from paircat.engine.picture.op import Op, from_json, to_json
from paircat.engine.picture.output import WriteSettings
from paircat.engine.picture.read import ReadOp, frames_read, read_ops
from paircat.engine.picture.sequence import ImageSequence
from paircat.engine.picture.time_ops import AppendClipOp, TimeOffsetOp
from paircat.engine.picture.write import write_frames

BOX = Box(0, 0, 8, 6)


def write(folder, *frames, value=None, name="sh"):
    for frame in frames:
        pixels = np.full((6, 8, 3), frame if value is None else value, np.float32)
        write_image(folder / f"{name}.{frame}.exr", Image(Header(("R", "G", "B"), BOX, BOX), pixels), data_type="float")
    return str(folder / f"{name}.####.exr")


def value(op, frame):
    return float(op.render(frame).pixels[0, 0, 0])


def test_the_range_is_the_frames_that_exist(tmp_path):
    """With the policy error, holes stay holes; a frame in a hole is an error with what exists and the remedy."""
    op = ReadOp(write(tmp_path, 1001, 1002, 1005))
    assert str(op.frame_range()) == "1001-1002,1005"
    assert value(op, 1005) == 1005
    with pytest.raises(MissingFrameError, match=r"Frame 1003 .*####\.exr.*1001-1002,1005.*hold or black") as caught:
        op.render(1003)
    assert caught.value.frame == 1003
    with pytest.raises(MissingFrameError):
        op.header(1003)


def test_many_frames_are_checked_without_reading_them(tmp_path):
    """Those that are missing are named together; with a policy that makes them up, none is."""
    path = write(tmp_path, 1001, 1002, 1005)
    (tmp_path / "sh.1005.exr").write_bytes(b"")
    ReadOp(path).check_frames(FrameRange.parse("1001-1002,1005"))
    with pytest.raises(MissingFrameError, match=r"Frames 1003-1004,1006 of '.*' do not exist; .*Render them") as caught:
        ReadOp(path).check_frames(FrameRange.between(1001, 1006))
    assert caught.value.frame == 1003
    ReadOp(path, missing="black").check_frames(FrameRange.between(1, 9))


def test_the_files_behind_a_frame_are_found_once_each(tmp_path):
    """With the numbers that they have there, however often the recipe comes back to them."""
    source = ReadOp(write(tmp_path, 1001, 1002))
    recipe = MergeOp(source, TimeOffsetOp(source, 1))
    assert sorted(frames_read(recipe, 1002), key=lambda pair: pair[1]) == [(source, 1001), (source, 1002)]
    with pytest.raises(FrameError, match="outside of the appended clips"):
        frames_read(AppendClipOp((recipe,)), 3)


def test_limits_are_the_range_and_hide_other_frames(tmp_path):
    """First and last say what is asked for, whether it exists or not."""
    path = write(tmp_path, 1001, 1002, 1004, 1005)
    op = ReadOp(path, 1002, 1006)
    assert str(op.frame_range()) == "1002-1006"
    assert value(op, 1004) == 1004
    for frame in (1001, 1003, 1006):
        with pytest.raises(MissingFrameError, match=rf"Frame {frame} .*1002-1006"):
            op.render(frame)
    bracketed = ReadOp(str(tmp_path / "sh.[1002-1006].exr"))
    assert str(bracketed.frame_range()) == "1002-1006" and value(bracketed, 1002) == 1002


def test_hold_takes_the_nearest_earlier_frame(tmp_path):
    """Before the first frame, where there is none earlier, the nearest later one; limits hold too."""
    path = write(tmp_path, 1001, 1002, 1005, 1006)
    op = ReadOp(path, missing="hold")
    assert str(op.frame_range()) == "1001-1006"
    assert [value(op, frame) for frame in (990, 1001, 1003, 1004, 1005, 2000)] == [1001, 1001, 1002, 1002, 1005, 1006]
    limited = ReadOp(path, 1002, 1005, missing="hold")
    assert [value(limited, frame) for frame in (1000, 1001, 1004, 1006)] == [1002, 1002, 1002, 1005]


def test_black_is_a_picture_like_its_neighbour(tmp_path):
    """Zero in all channels, with the windows of the nearest frame."""
    op = ReadOp(write(tmp_path, 1001, 1003), missing="black")
    image = op.render(1002)
    assert image.header.data_window == BOX and image.pixels.max() == 0
    assert value(op, 1003) == 1003 and str(op.frame_range()) == "1001-1003"


def test_an_unknown_policy_is_refused():
    """Only error, hold and black exist."""
    with pytest.raises(GraphError, match=r"'skip'.*error, hold, black"):
        ReadOp("/a.####.exr", missing="skip")


def test_limits_without_any_file_are_an_error(tmp_path):
    """Even hold needs something to hold."""
    with pytest.raises(MissingFrameError, match=r"Frame 3 "):
        ReadOp(write(tmp_path, 1001), 1, 10, missing="hold").render(3)


def test_new_and_removed_files_are_noticed(tmp_path):
    """The folder's list is not older than the folder, however soon the change came."""
    path = write(tmp_path, 1001)
    op = ReadOp(path)
    assert str(op.frame_range()) == "1001"
    write(tmp_path, 1002)
    assert str(op.frame_range()) == "1001-1002"
    (tmp_path / "sh.1001.exr").unlink()
    assert str(op.frame_range()) == "1002"


@pytest.fixture
def listings(monkeypatch):
    """The folders that are listed, one after another."""
    calls = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda folder: calls.append(folder) or scandir(folder))
    return calls


def test_a_quiet_folder_is_listed_once(tmp_path, listings):
    """Asking again and again costs no further list."""
    op = ReadOp(write(tmp_path, 1001, 1002))
    os.utime(tmp_path, (1, 1))
    op.frame_range()
    listings.clear()
    for frame in (1001, 1002, 1001):
        op.render(frame)
        op.frame_key(frame)
    assert not listings


@pytest.mark.parametrize("missing", ["error", "hold"])
def test_a_folder_that_is_written_into_is_not_listed_for_each_frame(tmp_path, listings, missing, monkeypatch):
    """A render may go into the folder of its source; what comes there is seen as soon as it is asked for."""
    monkeypatch.setattr(read, "_LISTING_PAUSE", 10**6)
    op = ReadOp(write(tmp_path, 1001, 1002, 1003), missing=missing)
    assert len(op.frame_range()) == 3
    listings.clear()
    for frame in (1001, 1002, 1003):
        write(tmp_path, frame, name="out")
        op.frame_key(frame)
        assert value(op, frame) == frame
        op.frame_key(1004)
    assert not listings
    write(tmp_path, 1004)
    assert value(op, 1004) == 1004 and str(op.frame_range()) == "1001-1004"
    (tmp_path / "sh.1003.exr").unlink()
    if missing == "hold":
        assert value(op, 1003) == 1002
    else:
        with pytest.raises(MissingFrameError, match=r"Frame 1003 .* there are 1001-1002,1004"):
            op.render(1003)


def test_a_relative_path_follows_the_current_folder(tmp_path, monkeypatch):
    """Also into one that looks the same but for its frames."""
    for name, frame in (("first", 1001), ("second", 1002)):
        write(tmp_path / name, frame)
        os.utime(tmp_path / name, (1, 1))
        monkeypatch.chdir(tmp_path / name)
        assert str(ReadOp("sh.####.exr").frame_range()) == str(frame)


def test_a_replaced_file_has_another_key_and_is_read_again(tmp_path):
    """The key follows the file's time and size; frames of the same file share it."""
    path = write(tmp_path, 1001, 1002)
    op = ReadOp(path, missing="hold")
    cache = FrameCache(1 << 20)
    assert cache.render(op, 1001).pixels[0, 0, 0] == 1001
    before = op.frame_key(1001), op.frame_key(1002)
    assert op.frame_key(1003) == before[1] == ReadOp(path, 1001, 1002, "error").frame_key(1002)
    write(tmp_path, 1001, value=7)
    os.utime(tmp_path / "sh.1001.exr", ns=(1, 1))
    assert op.frame_key(1001) != before[0] and op.frame_key(1002) == before[1]
    assert cache.render(op, 1001).pixels[0, 0, 0] == 7


def test_a_black_frame_is_not_the_frame_that_lent_its_size(tmp_path):
    """Their keys differ though one file decides both; a missing frame has a key as well."""
    path = write(tmp_path, 1001, 1003)
    black = ReadOp(path, missing="black")
    assert black.frame_key(1002) != black.frame_key(1001) == ReadOp(path).frame_key(1001)
    assert ReadOp(path).frame_key(1002) != ReadOp(path).frame_key(1004)


def test_a_truncated_frame_names_itself(tmp_path):
    """The error carries frame and file to whoever shows it."""
    path = write(tmp_path, 1001, 1002)
    file = tmp_path / "sh.1002.exr"
    file.write_bytes(file.read_bytes()[:200])
    with pytest.raises(FrameError, match=r"Frame 1002, .*sh\.1002\.exr.*cannot be read"):
        ReadOp(path).render(1002)


def test_a_colour_space_is_converted_to_scene_linear(tmp_path):
    """Colours of every layer are converted; alpha and depth are not; the picture counts as linear from there on."""
    names = ("R", "G", "B", "A", "Z", "diffuse.R", "diffuse.G", "diffuse.B")
    pixels = np.random.default_rng(0).random((6, 8, 8), np.float32)
    write_image(tmp_path / "a.exr", Image(Header(names, BOX, BOX), pixels), data_type="float")
    op = ReadOp(str(tmp_path / "a.exr"), colorspace="sRGB Encoded Rec.709 (sRGB)")
    image = op.render(1)
    expected = color.convert(pixels[..., :3], "sRGB Encoded Rec.709 (sRGB)", "scene_linear")
    assert np.allclose(image.select(("R", "G", "B")), expected, atol=1e-6)
    assert not np.allclose(expected, pixels[..., :3], atol=0.05)
    for name in ("A", "Z"):
        assert np.array_equal(image.select((name,))[..., 0], pixels[..., names.index(name)])
    assert not np.allclose(image.select(("diffuse.R",))[..., 0], pixels[..., 5], atol=0.05)
    assert op.header(1) == image.header
    assert op.frame_key(1) != ReadOp(str(tmp_path / "a.exr")).frame_key(1)


def test_a_converted_exr_is_written_without_the_primaries_it_had(tmp_path):
    """They would be wrong of its new colours, whether they are converted as they are read or as they are written."""
    primaries = Attribute("float[8]", (0.7347, 0.2653, 0.0, 1.0, 0.0001, -0.077, 0.32168, 0.33767))
    header = Header(("R", "G", "B"), BOX, BOX, metadata={"chromaticities": primaries})
    source = str(write_image(tmp_path / "a.exr", Image(header, np.full((6, 8, 3), 0.5, np.float32))))
    for read_as, written_as, has in (("", "", True), ("ACES2065-1", "", False), ("", "ACEScct", False)):
        op = ReadOp(source, colorspace=read_as)
        assert op.header(1) == op.render(1).header
        write_frames(op, [1], WriteSettings(str(tmp_path / "b.exr"), colorspace=written_as))
        assert ("chromaticities" in read_header(tmp_path / "b.exr").metadata) == has


def test_eight_bit_pictures_become_linear_ones(tmp_path):
    """After the conversion a PNG is shown and stored as linear light is."""
    path = write_image(tmp_path / "a.png", Image(Header(("Y",), BOX, BOX), np.full((6, 8, 1), 0.5, np.float32)))
    op = ReadOp(str(path), colorspace="sRGB Encoded Rec.709 (sRGB)")
    assert color.view_for(op.header(1)) == "sRGB" and abs(value(op, 1) - 0.214) < 0.01


def test_a_read_survives_the_journey_to_another_process(tmp_path):
    """JSON and back is the same recipe, with the same key."""
    op = ReadOp(write(tmp_path, 1001), 1001, None, "hold", "ACEScg")
    assert from_json(to_json(op)) == (op,)
    assert from_json(to_json(op))[0].frame_key(1001) == op.frame_key(1001)


def test_files_of_a_recipe_are_found_once(tmp_path):
    """However many ways lead to them: twenty diamonds in a row have a million."""
    first, second = ReadOp(write(tmp_path, 1001)), ReadOp(str(tmp_path / "other.####.exr"))
    op: Op = MergeOp(first, second)
    for _ in range(20):
        op = MergeOp(op, op)
    found = read_ops(op)
    assert len(found) == 2 and {id(each) for each in found} == {id(first), id(second)}


@pytest.fixture
def purged(tmp_path):
    """Frames 1001-1003 as links to renders, of which 1002 is gone."""
    write(tmp_path / "renders", 1001, 1002, 1003)
    for frame in (1001, 1002, 1003):
        (tmp_path / f"sh.{frame}.exr").symlink_to(tmp_path / "renders" / f"sh.{frame}.exr")
    (tmp_path / "renders" / "sh.1002.exr").unlink()
    return str(tmp_path / "sh.####.exr")


def test_a_link_to_a_file_that_is_gone_is_a_missing_frame(purged):
    """Its name is still in the folder, but a purged render is as missing as one that was never made."""
    op = ReadOp(purged)
    assert str(op.frame_range()) == "1001,1003"
    for ask in (op.header, op.render):
        with pytest.raises(MissingFrameError, match=r"Frame 1002 of '.*' does not exist; there are 1001,1003\."):
            ask(1002)
    hold, black = ReadOp(purged, missing="hold"), ReadOp(purged, missing="black")
    assert str(hold.frame_range()) == str(black.frame_range()) == "1001-1003"
    assert (value(hold, 1002), value(black, 1002), value(black, 1003)) == (1001, 0, 1003)
    assert hold.header(1002).channels == black.header(1002).channels == ("R", "G", "B")
    assert len({each.frame_key(1002) for each in (op, hold, black)}) == 3
    with pytest.raises(MissingFrameError, match=r"sh\.1002\.exr' does not exist"):
        ReadOp(purged.replace("####", "1002")).header(1002)


@pytest.mark.parametrize("missing", ["error", "hold", "black"])
def test_what_a_link_leads_to_may_go_and_come_back(purged, tmp_path, missing, monkeypatch):
    """The folder of the links does not change with it."""
    op = ReadOp(purged, missing=missing)
    os.utime(tmp_path, (1, 1))
    render = tmp_path / "renders" / "sh.1003.exr"
    assert value(op, 1003) == 1003
    render.rename(tmp_path / "away.exr")
    if missing == "error":
        with pytest.raises(MissingFrameError, match=r"Frame 1003 .* there are 1001\."):
            op.header(1003)
        assert str(op.frame_range()) == "1001"
    else:
        assert (op.header(1003).metadata, value(op, 1003)) == (op.header(1001).metadata, 1001 * (missing == "hold"))
    (tmp_path / "away.exr").rename(render)
    os.utime(tmp_path / "renders", (1, 1))
    monkeypatch.setattr(read, "_FRESH_NS", 0)  # two seconds later
    monkeypatch.setattr(read, "_LISTING_PAUSE", 0)
    assert value(op, 1003) == 1003 and op.frame_range().last == 1003


def test_a_folder_whose_links_take_long_to_follow_is_not_listed_all_the_time(purged, tmp_path, monkeypatch):
    """Over a network that would take most of a playback's time."""
    listings = []
    find = ImageSequence.find

    def slow(path):
        listings.append(path)
        time.sleep(0.05)
        return find(path)

    monkeypatch.setattr(ImageSequence, "find", slow)
    monkeypatch.setattr(read, "_FRESH_NS", 0)
    os.utime(tmp_path, (1, 1))
    op = ReadOp(purged)
    for _ in range(20):
        op.frame_range()
    assert len(listings) == 1


def test_a_link_in_a_circle_leads_to_no_frame(tmp_path):
    """It hides no other frame of its folder."""
    path = write(tmp_path, 1001)
    (tmp_path / "sh.1002.exr").symlink_to(tmp_path / "sh.1002.exr")
    assert str(ReadOp(path).frame_range()) == "1001"


def test_a_frame_that_a_drive_still_lists_is_reported(tmp_path, monkeypatch):
    """Network drives show for a while what is gone; the sentence names frame and file."""
    op = ReadOp(write(tmp_path, 1001))
    listed = op.sequence()
    monkeypatch.setattr(read, "_found", lambda path, frame=None: listed)
    (tmp_path / "sh.1001.exr").unlink()
    for ask in (op.header, op.render):
        with pytest.raises(MissingFrameError, match=r"1001.*does not exist"):
            ask(1001)
