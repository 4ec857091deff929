"""Frames of movies that can be told apart after a codec."""

import numpy as np

from paircat.engine.picture.movie_writer import MovieWriter

COLOURS = np.array([[0.8, 0.1, 0.1], [0.1, 0.7, 0.2], [0.1, 0.2, 0.9], [0.9, 0.9, 0.2]], np.float32)


def frame_pixels(number, height=48, width=64):
    """Four patches of colour, and a grey level that says the number in the rest."""
    pixels = np.full((height, width, 3), 0.05 + 0.03 * number, np.float32)
    for place, colour in enumerate(COLOURS):
        pixels[:16, place * 16 : place * 16 + 16] = colour
    return pixels


def written(path, count=24, height=48, width=64, fps=24):
    with MovieWriter(path, fps, width, height) as movie:
        for number in range(count):
            movie.write(frame_pixels(number, height, width))
    return path
