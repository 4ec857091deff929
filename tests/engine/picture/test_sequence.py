"""Tests of engine/picture/sequence.py."""

import os

import numpy as np
import pytest

from paircat.engine.errors import FrameError, MissingFrameError, PairCatError
from paircat.engine.picture.box import Box
from paircat.engine.picture.files import write_image
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.sequence import ImageSequence, output_file


def touch(folder, *names):
    """Empty files: finding a sequence reads none of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / name).touch()


@pytest.mark.parametrize(
    "pattern",
    ["sh.####.exr", "sh.%04d.exr", "sh.@@@@.exr", "sh.[0001-0005].exr", "sh.0001-0005####.exr", "sh.[1-5].exr"],
)
def test_every_notation_finds_the_same_frames(tmp_path, pattern):
    """Marks, printf and bracketed ranges mean the files that exist."""
    touch(tmp_path, "sh.0001.exr", "sh.0002.exr", "sh.0005.exr", "sh.0001.png", "sh.abcd.exr", "other.0003.exr")
    found = ImageSequence.find(str(tmp_path / pattern))
    assert (str(found.frames), found.is_movie) == ("1-2,5", False)
    assert found.path == str(tmp_path / pattern)
    assert found.file(5) == tmp_path / "sh.0005.exr"


def test_a_bracketed_range_limits_the_frames(tmp_path):
    """Only what lies within the brackets is the sequence."""
    touch(tmp_path, *(f"sh.{frame}.exr" for frame in range(998, 1010)))
    found = ImageSequence.find(str(tmp_path / "sh.[1001-1004].exr"))
    assert str(found.frames) == "1001-1004" and found.limits == (1001, 1004)


def test_digits_are_a_minimum(tmp_path):
    """Frame 10000 belongs to ####; a longer number with leading zeros, or a shorter one, does not."""
    touch(tmp_path, "a.9999.exr", "a.10000.exr", "a.00007.exr", "a.8.exr")
    assert str(ImageSequence.find(str(tmp_path / "a.####.exr")).frames) == "9999-10000"
    assert str(ImageSequence.find(str(tmp_path / "a.#.exr")).frames) == "8,9999-10000"
    assert str(ImageSequence.find(str(tmp_path / "a.%d.exr")).frames) == "8,9999-10000"


def test_negative_frames_are_found_in_either_width(tmp_path):
    """-001 as printf writes it, and -0001 as others do."""
    touch(tmp_path, "a.-001.exr", "a.-0002.exr", "a.0000.exr", "a.0001.exr")
    found = ImageSequence.find(str(tmp_path / "a.####.exr"))
    assert list(found.frames) == [-2, -1, 0, 1] and found.file(-2).name == "a.-0002.exr"
    assert list(ImageSequence.find(str(tmp_path / "a.[-2-0].exr")).frames) == [-2, -1, 0]


def test_brackets_signs_and_spaces_in_folders_are_just_names(tmp_path):
    """Only the file's own name holds a frame field."""
    folder = tmp_path / "take [1-3] #2 100% d"
    touch(folder, "my shot_0001.exr", "my shot_0002.exr")
    assert str(ImageSequence.find(str(folder / "my shot_####.exr")).frames) == "1-2"


def test_the_last_field_of_a_name_is_the_frame(tmp_path):
    """A name may hold marks of its own before the frame."""
    touch(tmp_path, "v#2_0001.exr", "v#2_0002.exr")
    assert str(ImageSequence.find(str(tmp_path / "v#2_####.exr")).frames) == "1-2"


def test_a_single_file_is_one_frame(tmp_path):
    """Its number is the one before the ending, or 1; signs in its name do not matter."""
    touch(tmp_path, "sh.1003.exr", "plate_v002.png", "odd[1-2].exr")
    assert list(ImageSequence.find(str(tmp_path / "sh.1003.exr")).frames) == [1003]
    assert list(ImageSequence.find(str(tmp_path / "plate_v002.png")).frames) == [1]
    assert ImageSequence.find(str(tmp_path / "odd[1-2].exr")).file(1).name == "odd[1-2].exr"


@pytest.mark.parametrize("name", ["take1-2####.exr", "o_2024-01-15####.exr"])
def test_numbers_in_a_name_are_no_range_of_frames(tmp_path, name):
    """A take or a date before the frame field stays in the name, written and read."""
    file = output_file(str(tmp_path / name), 7)
    assert file.name == name.replace("####", "0007")
    touch(tmp_path, file.name)
    assert str(ImageSequence.find(str(tmp_path / name)).frames) == "7"


@pytest.mark.parametrize("name", ["plate.20240131.exr", "plate.20240131154500.png"])
def test_a_date_is_no_frame(tmp_path, name):
    """Nobody's shot has ten million frames: a single file with such a number is frame 1."""
    touch(tmp_path, name)
    assert str(ImageSequence.find(str(tmp_path / name)).frames) == "1"


def test_a_folder_with_one_sequence_is_that_sequence(tmp_path):
    """Files that are no pictures, hidden files and folders do not count."""
    touch(tmp_path, "sh.0001.exr", "sh.0002.exr", "notes.txt", ".sh.0003.exr")
    (tmp_path / "sub").mkdir()
    found = ImageSequence.find(str(tmp_path))
    assert str(found.frames) == "1-2" and found.path == str(tmp_path) and found.file(2).name == "sh.0002.exr"


def test_a_folder_with_one_picture_is_that_picture(tmp_path):
    """A still needs no number."""
    touch(tmp_path, "plate.exr")
    assert ImageSequence.find(str(tmp_path)).file(1).name == "plate.exr"


def test_a_folder_with_several_or_no_sequences_says_what_is_there(tmp_path):
    """The sentence lists the sequences, so that one can be named."""
    with pytest.raises(FrameError, match=r"holds no pictures"):
        ImageSequence.find(str(tmp_path))
    touch(tmp_path, "a.0001.exr", "a.0002.exr", "b.0001.exr", "b.0002.exr")
    with pytest.raises(FrameError, match=r"holds a\.####\.exr 1-2, b\.####\.exr 1-2, .*Name it"):
        ImageSequence.find(str(tmp_path))


def test_what_is_most_like_the_name_is_named_first(tmp_path):
    """In a folder of many sequences, a letter too few is seen at once."""
    for name in ("alpha", "beta", "depth", "gamma", "matte", "plate", "zone"):
        (tmp_path / f"{name}.0001.png").touch()
    with pytest.raises(MissingFrameError, match=r"its folder holds plate\.0001\.png, .* and 2 more"):
        ImageSequence.find(str(tmp_path / "plat.####.png"))


def test_names_that_differ_in_their_digits_alone_come_first(tmp_path):
    """What is listed can be typed as it stands, and scripts are no pictures."""
    touch(
        tmp_path, *(f"{name}.{frame}.exr" for name in ("u", "under", "run", "out", "unit", "sun") for frame in (1, 2))
    )
    touch(tmp_path, "u.0001.pcat", "notes.txt", "u.mov")
    with pytest.raises(MissingFrameError, match=r"its folder holds u\.#\.exr 1-2, ") as caught:
        ImageSequence.find(str(tmp_path / "u.####.exr"))
    assert "pcat" not in str(caught.value) and "notes" not in str(caught.value)
    assert list(ImageSequence.find(str(tmp_path / "u.#.exr")).frames) == [1, 2]


def test_nothing_there_says_what_is(tmp_path):
    """A wrong name, padding or folder is answered with what the folder holds."""
    touch(tmp_path, "sh.0001.exr", "sh.0002.exr")
    with pytest.raises(MissingFrameError, match=r"No frame of .*shot\.####\.exr.*holds sh\.####\.exr 1-2"):
        ImageSequence.find(str(tmp_path / "shot.####.exr"))
    with pytest.raises(MissingFrameError, match=r"folder '.*nope' does not exist"):
        ImageSequence.find(str(tmp_path / "nope" / "shot.####.exr"))
    with pytest.raises(MissingFrameError, match=r"plate\.exr' does not exist"):
        ImageSequence.find(str(tmp_path / "plate.exr"))


def test_a_name_that_cannot_be_looked_for_is_not_called_missing(tmp_path):
    """Too long to be a file's name; as where a folder may not be entered, the system's reason is told."""
    with pytest.raises(FrameError, match="cannot be looked at: File name too long"):
        ImageSequence.find(str(tmp_path / ("long" * 200 + ".exr")))


def test_variables_home_and_base_are_expanded(tmp_path, monkeypatch):
    """$VARS, ~ and relative paths lead to the files; a variable that is not set is named."""
    touch(tmp_path / "show" / "shots", "sh.0001.exr")
    monkeypatch.setenv("SHOW", str(tmp_path / "show"))
    monkeypatch.setenv("HOME", str(tmp_path / "show"))
    monkeypatch.delenv("NO_SHOW", raising=False)
    for path in ("$SHOW/shots/sh.####.exr", "${SHOW}/shots/sh.####.exr", "~/shots/sh.####.exr"):
        assert ImageSequence.find(path).file(1) == tmp_path / "show" / "shots" / "sh.0001.exr"
    assert ImageSequence.find("../shots/sh.####.exr", base=tmp_path / "show" / "scripts").frames.frames == (1,)
    with pytest.raises(MissingFrameError, match=r"set the variable \$NO_SHOW"):
        ImageSequence.find("$NO_SHOW/sh.####.exr")


def test_thousands_of_files_are_listed_once(tmp_path, monkeypatch):
    """Finding five thousand frames asks the file system for one list, not for each file."""
    touch(tmp_path, *(f"sh.{frame:05d}.exr" for frame in range(5000)))
    calls = []
    scandir = os.scandir
    monkeypatch.setattr(os, "scandir", lambda folder: calls.append(folder) or scandir(folder))
    assert len(ImageSequence.find(str(tmp_path / "sh.#####.exr")).frames) == 5000
    assert len(calls) == 1


def test_frames_are_read_and_missing_ones_named(tmp_path):
    """The frame's own pixels and header; for another frame the sentence says which exist."""
    box = Box(0, 0, 4, 3)
    for frame in (1001, 1002, 1004):
        pixels = np.full((3, 4, 1), frame, np.float32)
        write_image(tmp_path / f"sh.{frame}.exr", Image(Header(("Y",), box, box), pixels), data_type="float")
    found = ImageSequence.find(str(tmp_path / "sh.####.exr"))
    assert found.read(1002).pixels[0, 0, 0] == 1002 and found.header(1004).channels == ("Y",)
    with pytest.raises(MissingFrameError, match=r"Frame 1003 .*1001-1002,1004") as caught:
        found.read(1003)
    assert caught.value.frame == 1003


@pytest.mark.parametrize(
    ("pattern", "frame", "name"),
    [
        ("o.####.exr", 7, "o.0007.exr"),
        ("o.%04d.exr", 12345, "o.12345.exr"),
        ("o.[1001-1040].exr", 1003, "o.1003.exr"),
        ("o.#.exr", 7, "o.7.exr"),
        ("o.####.exr", -1, "o.-001.exr"),
        ("a#b/o.%03d.exr", 7, "o.007.exr"),
    ],
)
def test_a_written_frame_has_the_name_that_finds_it(tmp_path, pattern, frame, name):
    """output_file fills the frame in, and the same pattern finds the file again."""
    file = output_file(str(tmp_path / pattern), frame)
    assert file.name == name
    touch(file.parent, file.name)
    assert list(ImageSequence.find(str(tmp_path / pattern)).frames) == [frame]


@pytest.mark.parametrize("name", ["still@2x.exr", "a@b_still.exr", "plate_v1@.exr"])
def test_a_sign_within_a_word_is_no_frame_field(tmp_path, name):
    """A still that is named so has that name, written and read."""
    assert output_file(str(tmp_path / name), 1, several=False).name == name
    with pytest.raises(PairCatError, match="no place for the frame number"):
        output_file(str(tmp_path / name), 1)
    with pytest.raises(MissingFrameError, match=f"{name}' does not exist"):
        ImageSequence.find(str(tmp_path / name))
    numbered = name.replace(".exr", ".####.exr")
    assert output_file(str(tmp_path / numbered), 7).name == name.replace(".exr", ".0007.exr")


@pytest.mark.parametrize("pattern", ["o.@.exr", "o_@.exr", "o-@_x.exr", "@.exr", "o.1-9@.exr", "o@@.exr", "o.@@.exr"])
def test_a_sign_between_separators_is_the_frame(pattern):
    """Several signs are one wherever they stand."""
    assert output_file(pattern, 12).name == pattern.replace("1-9", "").replace("@@", "@").replace("@", "12")


def test_several_frames_need_a_frame_field():
    """One name for many frames would lose all but the last."""
    assert output_file("/out/still.exr", 5, several=False).name == "still.exr"
    with pytest.raises(PairCatError, match=r"still\.exr.*no place for the frame number.*####"):
        output_file("/out/still.exr", 5)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may look everywhere")
def test_a_link_to_what_may_not_be_looked_at_is_a_frame(tmp_path):
    """It hides no other frame, and reading it says that it may not be read."""
    touch(tmp_path / "private", "sh.1002.exr")
    touch(tmp_path, "sh.1001.exr")
    (tmp_path / "sh.1002.exr").symlink_to(tmp_path / "private" / "sh.1002.exr")
    (tmp_path / "private").chmod(0o000)
    try:
        found = ImageSequence.find(str(tmp_path / "sh.####.exr"))
        assert str(found.frames) == "1001-1002"
        with pytest.raises(FrameError, match="Check who may read the file"):
            found.header(1002)
    finally:
        (tmp_path / "private").chmod(0o700)
