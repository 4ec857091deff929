"""CropSampler: which pairs and which squares of them a step trains on. A function of seed and step, with no state.

So a resumed run draws what the unbroken one would have drawn, and the next batch can be prepared while a step trains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
import torch

from paircat.engine.learn.pair_store import PairStore

# Streams of random numbers that must not repeat each other.
_ORDER, _PLACE, _SHEET, _PASTE = 0, 1, 2, 3

CELL = 16
"""Edge of the cells of an importance map, in pixels."""


@dataclass(frozen=True)
class Crop:
    """A square of a pair, in pixels at full resolution, and how it is turned."""

    pair: int
    top: int
    left: int
    size: int
    flip: bool = False
    quarter_turns: int = 0


@dataclass(frozen=True)
class CropSampler:
    """Draws crops; every pair comes once before any comes again.

    A part of the crops is drawn uniformly from the frame, so that what has to stay as it is is learnt, too. The others
    are drawn by importance sampling.

    Attributes:
        pairs: number of pairs. frame: their height and width. crop_size: edge at full resolution.
        importance: gives a pair's probabilities by cell, as ImportanceMap does; None draws all crops uniformly.
        uniform_share: share of the crops that are drawn uniformly, 0..1.
        grid: crops begin at multiples of so many pixels.
    """

    pairs: int
    frame: tuple[int, int]
    crop_size: int
    batch_size: int
    seed: int
    flips: bool = False
    quarter_turns: bool = False
    importance: Callable[[int], np.ndarray] | None = None
    uniform_share: float = 0.5
    grid: int = 1

    def batch(self, step: int, share: slice = slice(None)) -> list[Crop]:
        """The crops of a step, counted from 0, or a share of them; no pair beyond the share is looked at."""
        random = self._random(_PLACE, step)
        places = range(step * self.batch_size, (step + 1) * self.batch_size)
        drawn = [(place, self._draw(random)) for place in places]
        return [self._crop(draw, self._pair(place)) for place, draw in drawn[share]]

    def paste_random(self, step: int, place: int) -> np.random.Generator:
        """Random numbers for what else is done to the crop at a place of a step's batch."""
        return np.random.Generator(np.random.Philox(np.random.SeedSequence((self.seed, _PASTE, step, place))))

    def sheet(self, step: int, rows: int) -> list[Crop]:
        """Crops for a contact sheet, not turned, of different pairs where there are enough.

        They show where there is something to learn; the last of several may be anywhere, as in training.
        """
        random = self._random(_SHEET, step)
        order = random.permutation(self.pairs)
        anywhere = replace(self, flips=False, quarter_turns=False)
        important = replace(anywhere, uniform_share=0.0)
        samplers = [*[important] * (rows - 1), anywhere if rows > 1 else important]
        draws = [(sampler, sampler._draw(random)) for sampler in samplers]
        return [sampler._crop(draw, int(order[row % self.pairs])) for row, (sampler, draw) in enumerate(draws)]

    def _pair(self, place: int) -> int:
        epoch, position = divmod(place, self.pairs)
        return int(self._random(_ORDER, epoch).permutation(self.pairs)[position])

    def _draw(self, random: np.random.Generator) -> tuple[np.ndarray, bool, int]:
        """The random numbers of a crop: down, across and where; whether to flip; how to turn."""
        # All numbers are drawn every time, so that one choice does not shift the stream of the others.
        places = random.random(3)
        flip = self.flips and bool(random.integers(2))
        return places, flip, int(random.integers(4)) if self.quarter_turns else 0

    def _crop(self, draw: tuple[np.ndarray, bool, int], pair: int) -> Crop:
        (down, across, where), flip, turns = draw
        height, width = self.frame
        free = height - self.crop_size, width - self.crop_size
        # Asked for each crop, so that a pair is measured when it is first read, and not once more as a whole later.
        probabilities = None if self.importance is None else self.importance(pair)
        if probabilities is None or where < self.uniform_share:
            top, left = (int(place * (most // self.grid + 1)) for place, most in zip((down, across), free, strict=True))
        else:
            row, column = _pick(probabilities, (where - self.uniform_share) / (1 - self.uniform_share))
            top, left = (
                _clamp(round((middle - place * self.crop_size) / self.grid), most // self.grid)
                for middle, place, most in zip((row, column), (down, across), free, strict=True)
            )
        return Crop(pair, self.grid * top, self.grid * left, self.crop_size, flip, turns)

    def _random(self, stream: int, number: int) -> np.random.Generator:
        return np.random.Generator(np.random.Philox(np.random.SeedSequence((self.seed, stream, number))))


def _pick(probabilities: np.ndarray, place: float) -> tuple[float, float]:
    """The middle of the cell at `place`, 0..1, of the summed probabilities: row and column in pixels."""
    summed = np.cumsum(probabilities)
    cell = min(int(np.searchsorted(summed, place * summed[-1], side="right")), probabilities.size - 1)
    row, column = divmod(cell, probabilities.shape[1])
    return (row + 0.5) * CELL, (column + 0.5) * CELL


def _clamp(value: int, most: int) -> int:
    return max(0, min(value, most))


def cut(store: PairStore, crop: Crop, scale: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """The two squares of a crop: float32 (size, size, C), reduced by averaging `scale` x `scale` pixels."""
    pair = store.pair(crop.pair)
    squares = []
    for pixels in (pair.input, pair.ground_truth):
        square = pixels.expand(crop.top, crop.left, crop.size, crop.size)
        if scale > 1:
            square = reduce(square, scale)
        if crop.flip:
            square = square[:, ::-1]
        if crop.quarter_turns:
            square = np.rot90(square, crop.quarter_turns)
        squares.append(np.ascontiguousarray(square))
    return squares[0], squares[1]


def fixed_crops(store: PairStore, sampler: CropSampler, count: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The two squares of some crops, always the same ones, full size and not turned: to ask how well things stand."""
    plain = replace(sampler, flips=False, quarter_turns=False, batch_size=count)
    for crop in plain.batch(0):
        yield cut(store, crop)


def reduce(pixels: np.ndarray, scale: int) -> np.ndarray:
    """Average blocks of scale x scale pixels of (H, W, C); a rest that fills no block is cut off."""
    height, width, count = pixels.shape
    height, width = height // scale, width // scale
    blocks = pixels[: height * scale, : width * scale].reshape(height, scale, width, scale, count)
    return blocks.mean(axis=(1, 3), dtype=np.float32)


def as_batch(squares: list[np.ndarray], device: torch.device) -> torch.Tensor:
    """Squares (H, W, C) as one tensor (N, C, H, W)."""
    # (N, H, W, C) in memory seen as (N, C, H, W) is exactly the channels-last layout.
    stacked = torch.from_numpy(np.stack(squares))
    if device.type == "cuda":
        stacked = stacked.pin_memory()
    return stacked.to(device, non_blocking=True).permute(0, 3, 1, 2)
