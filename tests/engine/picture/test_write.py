"""Tests of engine/picture/write.py."""

import subprocess
import sys
import threading
import time
from dataclasses import dataclass, replace

import numpy as np
import pytest

from paircat.engine.errors import GraphError, PairCatError
from paircat.engine.picture import color, movies
from paircat.engine.picture.box import Box
from paircat.engine.picture.cache import FrameCache
from paircat.engine.picture.files import read_header, read_image, write_image
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.metadata import Attribute
from paircat.engine.picture.op import Op
from paircat.engine.picture.read import ReadOp
from paircat.engine.picture.sequence import ImageSequence
from paircat.engine.picture.write import WriteSettings, existing_frames, write_frames

DISPLAY = Box(0, 0, 32, 24)
NAMES = ("R", "G", "B", "A", "depth.Z")
FORMATS = ("half", "half", "half", "half", "float")


@dataclass(frozen=True)
class DoubledOp(Op):
    """Twice its source, from frame `fails_at` on an error."""

    source: Op
    fails_at: int = 10**9

    def compute(self, frame, render):
        if frame >= self.fails_at:
            raise PairCatError("The network is not there. Load one.")
        image = render(self.source, frame)
        return image.with_pixels(image.pixels * 2)


@pytest.fixture
def plate(tmp_path):
    """Six frames with a moving data window, overscan, depth and timecode."""
    folder = tmp_path / "plate"
    for frame in range(1001, 1007):
        step = frame - 1001
        window = Box(-4 + 2 * step, step - 2, 36, 20)
        rng = np.random.default_rng(frame)
        pixels = rng.uniform(-0.5, 2, (20, 36, 5)).astype(np.float16).astype(np.float32)
        pixels[..., 4] += np.float32(1e-5)
        metadata = {"smpte:TimeCode": Attribute("timecode", (step, 0)), "compression": "piz"}
        write_image(folder / f"sh.{frame}.exr", Image(Header(NAMES, window, DISPLAY, 2.0, FORMATS, metadata), pixels))
    return str(folder / "sh.####.exr")


def test_reading_and_writing_a_sequence_changes_nothing(tmp_path, plate):
    """Values, names, types, moving windows, aspect and timecode of every frame; progress tells each one."""
    received = []
    out = str(tmp_path / "out" / "new.####.exr")
    done = write_frames(
        ReadOp(plate), FrameRange.parse("1001-1006"), WriteSettings(out), progress=lambda *a: received.append(a)
    )
    assert str(done) == "1001-1006"
    assert received == [(1000 + number, number, 6) for number in range(1, 7)]
    before, after = ImageSequence.find(plate), ImageSequence.find(out)
    for frame in done:
        assert after.header(frame) == before.header(frame)
        assert np.array_equal(after.read(frame).pixels, before.read(frame).pixels)


def test_an_op_is_computed_from_its_sources(tmp_path, plate):
    """The written frames are the recipe's, only the frames that were asked for, with every file read once."""
    cache = FrameCache(1 << 24)
    op = DoubledOp(ReadOp(plate))
    done = write_frames(op, [1002, 1005], WriteSettings(str(tmp_path / "o.####.exr")), cache.render)
    assert done.frames == (1002, 1005)
    assert sorted(item.name for item in tmp_path.glob("*.exr")) == ["o.1002.exr", "o.1005.exr"]
    source = ImageSequence.find(plate).read(1005)
    assert np.array_equal(read_image(tmp_path / "o.1005.exr").pixels, source.pixels * 2)
    assert str(cache.cached_frames(ReadOp(plate), range(1001, 1007))) == "1002,1005"


@pytest.mark.parametrize(
    ("channels", "name", "stored"),
    [
        ("rgb", "o.exr", ("R", "G", "B")),
        ("alpha", "o.exr", ("A",)),
        ("depth", "o.exr", ("depth.Z",)),
        ("", "o.png", ("R", "G", "B", "A")),
        ("", "o.jpg", ("R", "G", "B")),
        ("alpha", "o.png", ("Y",)),
    ],
)
def test_channels_are_those_chosen_or_those_that_fit(tmp_path, plate, channels, name, stored):
    """A selection is written as such; without one a small format gets the main picture."""
    write_frames(ReadOp(plate), [1001], WriteSettings(str(tmp_path / name), channels=channels))
    assert read_header(tmp_path / name).channels == stored


def test_channels_that_were_asked_for_and_do_not_fit_are_an_error(tmp_path, plate):
    """What the artist asked for is not dropped."""
    with pytest.raises(PairCatError, match=r"cannot hold.*R, G, B, A.*Choose R, G, B"):
        write_frames(ReadOp(plate), [1001], WriteSettings(str(tmp_path / "o.jpg"), channels="rgba"))


def test_types_and_compression_go_to_the_files(tmp_path, plate):
    """Write's settings are the file's."""
    write_frames(ReadOp(plate), [1001], WriteSettings(str(tmp_path / "o.exr"), "float", "rle"))
    header = read_header(tmp_path / "o.exr")
    assert header.formats == ("float",) * 5 and header.metadata["compression"] == "rle"


def test_a_colour_space_is_converted_from_scene_linear(tmp_path, plate):
    """Colours only; alpha and depth stay."""
    space = "Linear Rec.709 (sRGB)"
    write_frames(ReadOp(plate), [1001], WriteSettings(str(tmp_path / "o.exr"), "float", colorspace=space))
    source, result = ImageSequence.find(plate).read(1001), read_image(tmp_path / "o.exr")
    expected = color.convert(source.pixels[..., :3].copy(), "scene_linear", space)
    assert np.allclose(result.pixels[..., :3], expected, atol=1e-5)
    assert np.array_equal(result.pixels[..., 3:], source.pixels[..., 3:])


def test_grey_light_is_converted_too(tmp_path):
    """What Read makes linear, Write makes display-referred again; it says so of both."""
    grey = Image(Header(("Y",), DISPLAY, DISPLAY), np.full((24, 32, 1), 0.5, np.float32))
    write_image(tmp_path / "in.1.png", grey)
    source = ReadOp(str(tmp_path / "in.#.png"), colorspace="sRGB Encoded Rec.709 (sRGB)")
    settings = WriteSettings(str(tmp_path / "o.#.png"), colorspace="sRGB Encoded Rec.709 (sRGB)")
    write_frames(source, [1], settings)
    assert source.render(1).pixels[0, 0, 0] < 0.3
    assert read_image(tmp_path / "o.1.png").pixels == pytest.approx(0.5, abs=1e-3)


def test_an_error_names_the_frame_and_what_is_safe(tmp_path, plate):
    """The frames before the broken one are on the disk and are counted."""
    op = DoubledOp(ReadOp(plate), fails_at=1004)
    received = []
    with pytest.raises(PairCatError, match=r"Frame 1004 was not written: The network.*Frames 1001-1003 had been"):
        write_frames(
            op,
            range(1001, 1007),
            WriteSettings(str(tmp_path / "o.####.exr")),
            progress=lambda *a: received.append(a[0]),
        )
    assert received == [1001, 1002, 1003]
    assert sorted(item.name for item in tmp_path.glob("*.exr")) == ["o.1001.exr", "o.1002.exr", "o.1003.exr"]


def test_a_fault_of_the_program_stays_one(tmp_path, plate):
    """Only an artist's mistakes become sentences."""

    def render(op, frame):
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_frames(ReadOp(plate), [1001], WriteSettings(str(tmp_path / "o.exr")), render)


def test_a_failing_disk_stops_the_work(tmp_path, plate):
    """A folder that cannot be used ends the sequence with its frame, and no thread stays behind."""
    (tmp_path / "file").write_text("x")
    before = threading.active_count()
    with pytest.raises(PairCatError, match=r"Frame 1001 was not written: The folder '.*file' could not be"):
        write_frames(ReadOp(plate), range(1001, 1007), WriteSettings(str(tmp_path / "file" / "o.####.exr")))
    assert threading.active_count() == before


def test_stopping_keeps_the_frames_so_far(tmp_path, plate):
    """What was computed is written, the rest is not begun."""
    count = []
    done = write_frames(
        ReadOp(plate), range(1001, 1007), WriteSettings(str(tmp_path / "o.####.exr")),
        stop=lambda: count.append(1) or len(count) > 2,
    )  # fmt: skip
    assert done.frames == (1001, 1002)
    assert len(list(tmp_path.glob("*.exr"))) == 2


def test_reading_computing_and_writing_overlap(tmp_path, plate):
    """While a frame is computed, the next is read; the reading thread stays at most a few frames ahead."""
    read, events = ReadOp(plate), []
    cache = FrameCache(1 << 24)

    def render(op, frame):
        if op == read:
            events.append((threading.current_thread().name, frame))
            return cache.render(op, frame)
        # Computing begins only when the frame after has been read by the other thread (there is none at the end).
        limit = time.monotonic() + 10
        while frame < 1006 and ("reading", frame + 1) not in events and time.monotonic() < limit:
            time.sleep(0.001)
        assert max(number for _, number in events) <= frame + 3
        return op.compute(frame, render)

    done = write_frames(DoubledOp(read), range(1001, 1007), WriteSettings(str(tmp_path / "o.####.exr")), render)
    assert len(done) == 6
    assert {number for name, number in events if name == "reading"} == set(range(1002, 1007))


@pytest.mark.parametrize("name", ["sh.####.exr", "sh.%04d.exr", "../plate/sh.[1001-1006].exr"])
def test_a_source_is_never_written_over(plate, name):
    """However the name is spelt, the result may not replace a file that the recipe reads."""
    folder = ImageSequence.find(plate).file(1001).parent
    before = ImageSequence.find(plate).file(1001).read_bytes()
    with pytest.raises(GraphError, match=r"sh\.1001\.exr' is read and would be written over.*another name"):
        write_frames(DoubledOp(ReadOp(plate)), [1001, 1002], WriteSettings(str(folder / name)))
    assert ImageSequence.find(plate).file(1001).read_bytes() == before


def test_a_source_behind_a_link_is_not_written_over_either(tmp_path, plate):
    """A folder's other name leads to the same files."""
    (tmp_path / "link").symlink_to(tmp_path / "plate")
    with pytest.raises(GraphError, match="written over"):
        write_frames(ReadOp(plate), [1001, 1002], WriteSettings(str(tmp_path / "link" / "sh.####.exr")))


@pytest.mark.parametrize("linked", ["output", "input"])
def test_a_source_behind_links_of_its_frames_is_not_written_over(tmp_path, plate, linked):
    """As asset systems publish: each frame is a symbolic link, and what is written there replaces its target."""
    found = ImageSequence.find(plate)
    before = found.file(1001).read_bytes()
    links = tmp_path / "published"
    links.mkdir()
    for frame in found.frames:
        (links / f"v2.{frame}.exr").symlink_to(found.file(frame))
    published = str(links / "v2.####.exr")
    source, target = (plate, published) if linked == "output" else (published, plate)
    with pytest.raises(GraphError, match=r"1001\.exr' is read and would be written over.*another name"):
        write_frames(DoubledOp(ReadOp(source)), [1001, 1002], WriteSettings(target))
    with pytest.raises(GraphError, match="written over"):
        existing_frames(ReadOp(source), FrameRange.parse("1001-1002"), WriteSettings(target))
    assert found.file(1001).read_bytes() == before


@pytest.mark.parametrize(
    ("file", "frames", "says"),
    [
        ("", [1001], "no file name"),
        ("o.####.exr", [], "no frames to write"),
        ("o.exr", [1001, 1002], "no place for the frame number"),
        ("o.####.xyz", [1001], r"'\.xyz' is no format"),
    ],
)
def test_impossible_settings_are_refused_before_any_work(tmp_path, plate, file, frames, says):
    """Nothing is rendered for a name that cannot be written."""

    def render(op, frame):
        raise AssertionError("rendered")

    with pytest.raises(PairCatError, match=says):
        write_frames(ReadOp(plate), frames, WriteSettings(str(tmp_path / file) if file else ""), render)


@dataclass(frozen=True)
class GreyOp(Op):
    """Grey of a level by frame, as if stored linear or as integers."""

    stored: str = "half"
    fails: bool = False

    def frame_range(self):
        return FrameRange.between(1, 4)

    def frame_state(self, frame):
        return frame

    def header(self, frame):
        box = Box(0, 0, 64, 48)
        header = Header(("R", "G", "B", "A"), box, box, 1.0, (self.stored,) * 4)
        return replace(header, metadata={"FramesPerSecond": Attribute("rational", (30000, 1001))})

    def compute(self, frame, render):
        if self.fails and frame == 3:
            raise PairCatError("Lost.")
        return Image(self.header(frame), np.full((48, 64, 4), 0.1 * frame, np.float32))


@pytest.mark.parametrize(("stored", "expected"), [("half", 0.4845), ("uint8", 0.2)])
def test_a_movie_shows_what_a_viewer_shows(tmp_path, stored, expected):
    """Linear pictures go through the sRGB curve, others as they are; the rate is the source's."""
    pytest.importorskip("av")
    path = tmp_path / "o.mov"
    done = write_frames(GreyOp(stored), range(1, 5), WriteSettings(str(path)))
    assert str(done) == "1-4" and movies.count(path) == 4
    assert str(movies.fps(path)) == "30000/1001"
    assert abs(movies.read_frame(path, 2).pixels[20:28, 20:40, :3].mean() - expected) < 0.01


@pytest.mark.parametrize(
    ("name", "channels", "expected"),
    [("o.mov", "", ("R", "G", "B", "A")), ("o.mov", "rgb", ("R", "G", "B")), ("o.mp4", "", ("R", "G", "B"))],
)
def test_a_movie_keeps_the_alpha_where_it_can(tmp_path, name, channels, expected):
    """ProRes has one, unless only the colours are asked for; H.264 has none. Being coverage it goes through no view."""
    pytest.importorskip("av")
    path = tmp_path / name
    write_frames(GreyOp("half"), range(1, 5), WriteSettings(str(path), channels=channels))
    image = movies.read_frame(path, 2)
    assert image.header.channels == expected
    assert len(expected) == 3 or abs(image.pixels[20:28, 20:40, 3].mean() - 0.2) < 0.01


def test_an_alpha_alone_is_a_grey_movie(tmp_path):
    """As black and white as the matte is."""
    pytest.importorskip("av")
    path = tmp_path / "o.mov"
    write_frames(GreyOp("half"), range(1, 5), WriteSettings(str(path), channels="alpha"))
    assert abs(movies.read_frame(path, 2).pixels[20:28, 20:40].mean() - 0.2) < 0.01


def test_an_unfinished_movie_does_not_replace_the_old_one(tmp_path):
    """Neither an error nor a stop puts half a movie in place."""
    pytest.importorskip("av")
    path = tmp_path / "o.mov"
    write_frames(GreyOp(), range(1, 5), WriteSettings(str(path)))
    before = path.read_bytes()
    with pytest.raises(PairCatError, match=r"Frame 3 was not written: Lost\. Nothing had been written"):
        write_frames(GreyOp(fails=True), range(1, 5), WriteSettings(str(path)))
    count = []
    stopped = write_frames(
        GreyOp("float"), range(1, 5), WriteSettings(str(path)), stop=lambda: count.append(1) or len(count) > 2
    )
    assert len(stopped) == 0
    assert path.read_bytes() == before and [item.name for item in tmp_path.iterdir()] == ["o.mov"]


@pytest.mark.parametrize("name", ["shot.mov", "shot.####.exr"])
def test_what_a_killed_writer_left_goes_when_the_same_is_written(tmp_path, name):
    """Of these files alone: a neighbour's part file is not looked into."""
    if name.endswith(".mov"):
        pytest.importorskip("av")
    out = tmp_path / name
    code = (
        "import os, signal, sys; from pathlib import Path; from paircat.engine import atomic\n"
        "with atomic.replacing(sys.argv[1]) as beside: beside.touch(); os.kill(os.getpid(), signal.SIGKILL)"
    )
    for target in (str(out).replace("####", "0002"), tmp_path / "other.mov"):
        subprocess.run([sys.executable, "-c", code, str(target)])
    assert len(list(tmp_path.glob(".*.part.*"))) == 2
    write_frames(GreyOp(), FrameRange.parse("1-2"), WriteSettings(str(out)))
    (left,) = tmp_path.glob(".*.part.*")
    assert left.name.startswith(".other.")


def test_an_interruption_leaves_no_thread_behind(tmp_path, plate):
    """Ctrl-C while frames are written ends all threads, and each file that has its name is whole."""

    def interrupt(frame, done, total):
        raise KeyboardInterrupt

    before = threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        write_frames(ReadOp(plate), range(1001, 1007), WriteSettings(str(tmp_path / "o.####.exr")), progress=interrupt)
    assert threading.active_count() == before
    for file in tmp_path.glob("o.*.exr"):
        read_image(file)
    assert not list(tmp_path.glob(".*"))


def test_files_that_would_be_overwritten_are_known(tmp_path):
    """Of a sequence those frames whose file is there, of a movie all; a folder that is not there has none."""
    frames = FrameRange.parse("1-5")
    for frame in (2, 4):
        (tmp_path / f"out.{frame:04d}.exr").write_bytes(b"a picture")
    (tmp_path / "out.mov").write_bytes(b"a movie")

    def there(name: str) -> FrameRange:
        return existing_frames(GreyOp(), frames, WriteSettings(str(tmp_path / name)))

    assert str(there("out.####.exr")) == "2,4"
    assert there("out.mov") == frames
    assert not there("new/out.####.exr")


def test_an_empty_file_is_no_frame(tmp_path):
    """It is what a full disk, another program's kill or a placeholder leaves; nothing is lost with it."""
    for frame, content in ((1, b"a picture"), (2, b"")):
        (tmp_path / f"out.{frame:04d}.exr").write_bytes(content)
    (tmp_path / "out.mov").touch()
    for name, there in (("out.####.exr", "1"), ("out.mov", "")):
        settings = WriteSettings(str(tmp_path / name))
        assert str(existing_frames(GreyOp(), FrameRange.parse("1-3"), settings)) == there


def test_a_plate_is_not_called_a_file_that_may_be_overwritten(plate):
    """Nobody is asked whether to replace what is read: it is refused at once."""
    with pytest.raises(GraphError, match="written over"):
        existing_frames(ReadOp(plate), FrameRange.parse("1001-1003"), WriteSettings(plate))


def test_a_frame_is_named_once(tmp_path, plate):
    """Where what is wrong names it already."""
    folder = ImageSequence.find(plate).file(1001).parent
    ImageSequence.find(plate).file(1002).write_bytes(b"")
    with pytest.raises(PairCatError) as error:
        write_frames(ReadOp(plate), [1002], WriteSettings(str(tmp_path / "o.####.exr")))
    assert str(error.value).count("1002") - str(error.value).count(str(folder)) <= 1
