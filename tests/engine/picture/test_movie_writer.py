"""Movies as they are written, read back."""

from fractions import Fraction

import numpy as np
import pytest
from movie_frames import frame_pixels, written

from paircat.engine.errors import PairCatError
from paircat.engine.picture import movies
from paircat.engine.picture.movie_writer import MovieWriter

pytest.importorskip("av")


def test_ten_bits_are_more_than_eight(tmp_path):
    """A faint ramp keeps more levels in ProRes than 8 bits could tell apart."""
    ramp = np.repeat(np.linspace(0.4, 0.5, 256, dtype=np.float32)[None, :, None], 64, axis=0).repeat(3, axis=2)
    with MovieWriter(tmp_path / "a.mov", 24, 256, 64) as movie:
        movie.write(ramp)
    levels = np.unique(np.round(movies.read_frame(tmp_path / "a.mov", 1).pixels[32, :, 1] * 1023))
    assert len(levels) > 0.1 * 255 * 2


def test_odd_sizes_become_even_for_h264(tmp_path):
    """The last row and column are doubled; the picture itself stays in its place."""
    path = written(tmp_path / "a.mp4", 2, height=47, width=63)
    image = movies.read_frame(path, 1)
    assert image.pixels.shape == (48, 64, 3)
    assert np.abs(image.pixels[24:40, 8:56] - 0.05).max() < 0.02


@pytest.mark.parametrize(("rate", "exact"), [(23.976, Fraction(24000, 1001)), (25, 25), (29.97, Fraction(30000, 1001))])
def test_frame_rates_are_exact(tmp_path, rate, exact):
    """The rates that are written with three digits are the broadcast ones."""
    path = written(tmp_path / "a.mov", 3, fps=rate)
    assert movies.fps(path) == exact
    assert movies.read_header(path).metadata["FramesPerSecond"].value == (exact.numerator, 1 if exact == 25 else 1001)


def test_a_movie_that_fails_leaves_the_old_one(tmp_path):
    """Only a whole movie takes the name, and a frame of another size is refused with the remedy."""
    path = written(tmp_path / "a.mp4", 3)
    before = path.read_bytes()
    says = r"movie of 64x48, but a frame is 32x32.*Reformat"
    with pytest.raises(PairCatError, match=says), MovieWriter(path, 24, 64, 48) as movie:
        movie.write(frame_pixels(0))
        movie.write(np.zeros((32, 32, 3), np.float32))
    assert path.read_bytes() == before and [item.name for item in tmp_path.iterdir()] == ["a.mp4"]


@pytest.mark.parametrize("name", ["a.mp4", "a.mov"])
def test_pixels_that_are_not_square_stay_so(tmp_path, name):
    """An anamorphic plate is not squeezed by being written as a movie."""
    with MovieWriter(tmp_path / name, 24, 64, 48, pixel_aspect=2.0) as movie:
        movie.write(frame_pixels(0))
    assert movies.read_header(tmp_path / name).pixel_aspect == 2.0
