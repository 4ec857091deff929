"""Tests of engine/picture/files.py: files that are cut, empty, missing or forbidden, and writes that fail half way."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from paircat.engine.errors import FrameError, MissingFrameError, PairCatError
from paircat.engine.picture.box import Box
from paircat.engine.picture.files import read_header, read_image, write_image
from paircat.engine.picture.image import Header, Image


def picture():
    """A picture of random values between -1 and 3."""
    pixels = np.random.default_rng(3).uniform(-1, 3, (32, 48, 3)).astype(np.float32)
    box = Box(0, 0, 48, 32)
    return Image(Header(("R", "G", "B"), box, box), pixels)


@pytest.mark.parametrize("suffix", [".exr", ".tif", ".png", ".jpg", ".dpx", ".hdr"])
def test_a_truncated_file_is_an_error_never_a_picture(tmp_path, suffix):
    """Whatever the format and wherever it was cut, the file is named with the remedy."""
    whole = write_image(tmp_path / f"whole{suffix}", picture()).read_bytes()
    for part in (0.03, 0.4, 0.9):
        cut = tmp_path / f"cut{suffix}"
        cut.write_bytes(whole[: int(len(whole) * part)])
        with pytest.raises(
            FrameError, match=r"Frame 7, .*cut\.\w+.*cannot be read.*Render it or copy it again"
        ) as caught:
            read_image(cut, 7)
        assert caught.value.path == str(cut) and caught.value.frame == 7


@pytest.mark.parametrize("content", [b"", b"this is no picture" * 20, b"\x00" * 500])
@pytest.mark.parametrize("read", [read_image, read_header])
def test_empty_files_and_files_that_are_no_pictures_are_named(tmp_path, content, read):
    """Zero bytes, text and nonsense behind a picture's name."""
    for suffix in (".exr", ".png", ".jpg", ".tif", ".dpx", ".txt"):
        path = tmp_path / f"a{suffix}"
        path.write_bytes(content)
        with pytest.raises(FrameError, match=rf"'{path}'.*cannot be read.*copy it again"):
            read(path)


def test_missing_files_folders_and_forbidden_files_are_distinguished(tmp_path, monkeypatch):
    """Each gets its own sentence; only the missing one is a MissingFrameError."""
    with pytest.raises(MissingFrameError, match=r"nope\.exr.*does not exist"):
        read_image(tmp_path / "nope.exr")
    with pytest.raises(FrameError, match="is no file"):
        read_image(tmp_path)

    def refuse(self, *args, **kwargs):
        raise PermissionError(13, "Permission denied")

    path = write_image(tmp_path / "a.exr", picture())
    monkeypatch.setattr(Path, "open", refuse)  # the superuser, who may run this test, can open every file
    with pytest.raises(FrameError, match=r"cannot be opened: Permission denied.*Check who may read"):
        read_image(path)


def test_folders_of_the_output_are_created(tmp_path):
    """An artist names the folder, the program makes it."""
    assert write_image(tmp_path / "new" / "folder" / "a.exr", picture()).is_file()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    """A file in the place of a folder."""
    (tmp_path / "file").write_text("x")
    with pytest.raises(PairCatError, match=r"folder '.*file/sub' could not be created"):
        write_image(tmp_path / "file" / "sub" / "a.exr", picture())


@pytest.mark.parametrize("suffix", [".exr", ".png", ".tif", ".dpx", ".jpg", ".hdr"])
def test_a_write_that_fails_half_way_leaves_the_old_file(tmp_path, suffix):
    """With no room for the new file, the old one stays whole, no rest is left, and there is a sentence."""
    old = write_image(tmp_path / f"a{suffix}", picture()).read_bytes()
    program = f"""
import numpy as np, resource, signal
from paircat.engine.errors import PairCatError
from paircat.engine.picture.box import Box
from paircat.engine.picture.files import write_image
from paircat.engine.picture.image import Header, Image
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
pixels = np.random.default_rng(0).random((256, 256, 3), np.float32)
box = Box(0, 0, 256, 256)
try:
    write_image(r"{tmp_path / f"a{suffix}"}", Image(Header(("R", "G", "B"), box, box), pixels))
except PairCatError as error:
    print("SAID", error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert "SAID" in done.stdout and "could not be written" in done.stdout, done.stdout + done.stderr
    assert (tmp_path / f"a{suffix}").read_bytes() == old
    assert [item.name for item in tmp_path.iterdir()] == [f"a{suffix}"]
