"""Tests of engine/picture/movies.py, with movies written by it and by PyAV itself."""

import sys
import threading

import numpy as np
import pytest
from movie_frames import COLOURS, written

from paircat.engine.errors import FrameError, MissingFrameError, PairCatError
from paircat.engine.picture import movies
from paircat.engine.picture.box import Box
from paircat.engine.picture.movie_writer import MovieWriter
from paircat.engine.picture.sequence import ImageSequence

av = pytest.importorskip("av")


def number_of(image):
    """The number that a frame's grey level says."""
    return round((float(image.pixels[24:40, 8:56].mean()) - 0.05) / 0.03)


@pytest.mark.parametrize(("name", "stored", "tolerance"), [("a.mp4", "uint8", 0.03), ("a.mov", "uint16", 0.01)])
def test_a_movie_comes_back_frame_by_frame_in_the_right_colours(tmp_path, name, stored, tolerance):
    """H.264 with 8 bits and ProRes with 10: the patches survive matrix and range, in any order of frames."""
    path = written(tmp_path / name)
    assert movies.count(path) == 24 and movies.fps(path) == 24
    header = movies.read_header(path)
    assert header.channels == ("R", "G", "B") and header.formats == (stored,) * 3
    assert header.data_window == header.display_window == Box(0, 0, 64, 48)
    for frame in (*range(1, 25), 7, 3, 24, 1, 13):
        image = movies.read_frame(path, frame)
        assert number_of(image) == frame - 1
    for place, colour in enumerate(COLOURS):
        patch = image.pixels[4:12, place * 16 + 4 : place * 16 + 12].mean(axis=(0, 1))
        assert np.abs(patch - colour).max() < tolerance


def test_going_on_decodes_each_frame_once(tmp_path, monkeypatch):
    """Frames in order come from one decoder that never seeks."""
    path = written(tmp_path / "a.mp4")
    made = []
    real = movies._Decoder.__init__
    monkeypatch.setattr(movies._Decoder, "__init__", lambda self, clip: made.append(clip) or real(self, clip))
    seen = []
    until = movies._Decoder._decode_until
    monkeypatch.setattr(movies._Decoder, "_decode_until", lambda self, t: seen.append(t) or until(self, t))
    for frame in range(1, 25):
        movies.read_frame(path, frame)
    assert len(made) == 1 and len(seen) == 24


def test_many_threads_read_the_right_frames(tmp_path):
    """Decoders are not shared by two threads, and few stay open."""
    path = written(tmp_path / "a.mp4")
    wrong = []

    def read(seed):
        for frame in np.random.default_rng(seed).integers(1, 25, 12):
            if number_of(movies.read_frame(path, int(frame))) != frame - 1:
                wrong.append(frame)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong and len(movies._idle) <= 4


def test_a_replaced_movie_is_read_anew(tmp_path):
    """Neither the list of frames nor an open decoder outlives the file."""
    path = written(tmp_path / "a.mp4", 10)
    movies.read_frame(path, 3)
    written(path, 5)
    assert movies.count(path) == 5 and number_of(movies.read_frame(path, 5)) == 4


def encode(path, codec, pixel_format, frames, options=None, array_format="rgb24", context=()):
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=25, options=options or {})
        stream.height, stream.width = frames[0].shape[:2]
        stream.pix_fmt = pixel_format
        for name, value in context:
            setattr(stream.codec_context, name, value)
        for pixels in frames:
            for packet in stream.encode(av.VideoFrame.from_ndarray(pixels, format=array_format)):
                container.mux(packet)
        for packet in stream.encode(None):
            container.mux(packet)


def test_alpha_of_prores_4444_is_kept(tmp_path):
    """A codec with alpha gives a fourth channel."""
    pixels = np.full((48, 64, 4), 40000, np.uint16)
    pixels[:, :32, 3] = 0
    pixels[:, 32:, 3] = 65535
    encode(tmp_path / "a.mov", "prores_ks", "yuva444p10le", [pixels], {"profile": "4"}, "rgba64le")
    image = movies.read_frame(tmp_path / "a.mov", 1)
    assert image.header.channels == ("R", "G", "B", "A")
    assert image.pixels[:, :30, 3].max() < 0.01 and image.pixels[:, 34:, 3].min() > 0.99


@pytest.mark.parametrize("height", [480, 720])
def test_a_movie_that_says_no_matrix_gets_the_one_of_its_size(tmp_path, height):
    """Pure red through raw YUV codes: BT.601 below 720 lines, BT.709 from there on."""
    # Red in video range by each standard's own luma weights.
    red, blue = (0.299, 0.114) if height < 720 else (0.2126, 0.0722)
    luma = 16 + 219 * red
    cb = 128 + 224 * (0 - red) / (2 * (1 - blue))
    cr = 128 + 224 * 0.5
    planes = np.concatenate(
        [np.full(height * 64, luma), np.full(height * 16, cb), np.full(height * 16, cr)]
    )  # fmt: skip
    frame = np.rint(planes).astype(np.uint8).reshape(height * 3 // 2, 64)
    with av.open(str(tmp_path / "a.mkv"), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, height, "yuv420p"
        for packet in (*stream.encode(av.VideoFrame.from_ndarray(frame, format="yuv420p")), *stream.encode(None)):
            container.mux(packet)
    pixels = movies.read_frame(tmp_path / "a.mkv", 1).pixels[8:-8, 8:-8].mean(axis=(0, 1))
    assert np.abs(pixels - (1, 0, 0)).max() < 0.01


def test_full_range_and_key_frames_far_apart_are_respected(tmp_path):
    """Full-range grey stays what it was, and frames between distant key frames are found by number."""
    frames = [np.full((48, 64, 3), 10 + 8 * number, np.uint8) for number in range(30)]
    encode(
        tmp_path / "a.mkv", "libx264", "yuvj420p", frames, {"g": "250", "bf": "3", "crf": "1"},
        context=[("color_range", 2)],
    )  # fmt: skip
    for frame in (30, 2, 17, 1, 29):
        assert abs(movies.read_frame(tmp_path / "a.mkv", frame).pixels.mean() * 255 - (10 + 8 * (frame - 1))) < 2


@pytest.mark.parametrize("name", ["a.avi", "a.mxf", "a.mp4", "a.mkv"])
def test_frames_that_are_shown_in_another_order_than_stored_are_found(tmp_path, name):
    """Also in containers that state no times of presentation, each is the picture of its number, in any order."""
    path, frames = tmp_path / name, [np.full((48, 64, 3), 10 + 5 * number, np.uint8) for number in range(40)]
    encode(path, "libx264", "yuv420p", frames, {"g": "12", "bf": "3", "b-adapt": "0", "crf": "1"})
    assert movies.count(path) == 40
    for frame in (*range(1, 41), 40, 13, 12, 2, 26, 27, 25, 1, *range(38, 0, -5)):
        assert abs(movies.read_frame(path, frame).pixels.mean() * 255 - (5 + 5 * frame)) < 2


def test_frames_whose_order_cannot_be_found_are_refused(tmp_path):
    """A number that could mean another picture is worse than none."""
    path, frames = tmp_path / "a.avi", [np.full((48, 64, 3), 10 + 5 * number, np.uint8) for number in range(40)]
    encode(path, "libx264", "yuv420p", frames, {"g": "12", "bf": "3", "b-adapt": "0", "crf": "1"})
    with av.open(str(path)) as container:
        packet = [packet for packet in container.demux(video=0) if packet.pts is not None][14]
    whole = bytearray(path.read_bytes())
    whole[packet.pos + 8 : packet.pos + 8 + packet.size] = bytes(packet.size)
    path.write_bytes(whole)
    with pytest.raises(FrameError, match=r"a\.avi.*opy it again"):
        movies.read_frame(path, 3)


def test_bad_movies_each_give_a_sentence(tmp_path):
    """Missing, empty, truncated, no movie, and a frame that it does not have."""
    with pytest.raises(MissingFrameError, match="does not exist"):
        movies.count(tmp_path / "nope.mov")
    (tmp_path / "empty.mov").touch()
    with pytest.raises(FrameError, match=r"empty\.mov.*0 bytes"):
        movies.count(tmp_path / "empty.mov")
    (tmp_path / "text.mp4").write_text("this is no movie" * 100)
    with pytest.raises(FrameError, match=r"text\.mp4.*cannot be read.*copy it again"):
        movies.count(tmp_path / "text.mp4")
    path = written(tmp_path / "a.mov", 10)
    whole = path.read_bytes()
    (tmp_path / "cut.mov").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(FrameError, match=r"cut\.mov"):
        for frame in range(1, 11):
            movies.read_frame(tmp_path / "cut.mov", frame)
    for frame in (0, 11):
        with pytest.raises(MissingFrameError, match=rf"Frame {frame} of .*1-10"):
            movies.read_frame(path, frame)
    with pytest.raises(PairCatError, match=r"\.mp4.*\.mov"):
        MovieWriter(tmp_path / "a.avi", 24, 64, 48)


def test_sequences_read_movies_too(tmp_path):
    """A movie's path, and a folder with one movie, are sequences from frame 1 on."""
    path = written(tmp_path / "a.mov", 4)
    for given in (path, tmp_path):
        found = ImageSequence.find(str(given))
        assert found.is_movie and str(found.frames) == "1-4" and found.file(3) == path
        assert number_of(found.read(3)) == 2 and found.header(1).channels == ("R", "G", "B")


def test_without_pyav_the_sentence_says_how_to_get_it(tmp_path, monkeypatch):
    """Movies are an extra."""
    path = written(tmp_path / "a.mov", 2)
    movies._scan.cache_clear()
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(PairCatError, match=r"pip install 'paircat\[movies\]'"):
        movies.read_frame(path, 1)
    with pytest.raises(PairCatError, match="PyAV"), MovieWriter(tmp_path / "b.mov", 24, 64, 48):
        pass
