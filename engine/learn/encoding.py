"""Encoding: how pixel values enter and leave the network. Scene-linear ones train like display-referred ones.

Values between 0 and 1 pass unchanged. Channels that go beyond (negatives, highlights, depth) are coded with a signed
logarithm with an exact inverse, y = sign(x) 0.7 log(1 + 50 |x|) / log(51): middle grey 0.18 lands at 0.41, 1 at 0.7, 12
at 1.14, and a negative value stays negative. Light that a colour matrix explains passes unchanged however bright it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

LINEAR = "none"
LOG = "log"
LIGHT = "light"
_GAIN = 50.0
_ONE = 0.7
_LIMITS = -0.5, 1.5  # of display-referred values as a network may see them; no pair had any so far beyond
_SLACK = 0.05  # display-referred pictures ring a little beyond 0 and 1 after a resize or a sharpening


@dataclass(frozen=True)
class Encoding:
    """The coding of each channel: 'none' of display-referred values, 'log', or 'light' as it is, of any size."""

    kinds: tuple[str, ...]

    def __post_init__(self) -> None:
        unknown = set(self.kinds) - {LINEAR, LOG, LIGHT}
        if unknown:
            raise ValueError(f"there is no coding {unknown}")

    @classmethod
    def for_ranges(cls, lows: Iterable[float], highs: Iterable[float]) -> Encoding:
        """Choose by the smallest and largest value of each channel over the data set."""
        return cls(
            tuple(
                LINEAR if low >= -_SLACK and high <= 1 + _SLACK else LOG for low, high in zip(lows, highs, strict=True)
            )
        )

    @classmethod
    def light(cls, channels: int) -> Encoding:
        """Light as it is."""
        return cls((LIGHT,) * channels)

    def holds(self, other: Encoding) -> bool:
        """Whether each channel is coded for as large values as the other's is: what a logarithm is for it takes."""
        return all(mine == LOG or theirs != LOG for mine, theirs in zip(self.kinds, other.kinds, strict=True))

    def with_light_of(self, other: Encoding) -> Encoding:
        """The same curves, over light where either has that."""
        pairs = zip(self.kinds, other.kinds, strict=True)
        return Encoding(tuple(LIGHT if mine != LOG and LIGHT in (mine, theirs) else mine for mine, theirs in pairs))

    @property
    def curved(self) -> tuple[bool, ...]:
        """Which channels are not as they were."""
        return tuple(kind == LOG for kind in self.kinds)

    def encode(self, values: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) pixel values to what the network sees."""
        return self._apply(values, signed_log)

    def limited(self, values: torch.Tensor) -> torch.Tensor:
        """(N, C, H, W) pixel values, the display-referred ones within what such pairs can have; the same tensor if all
        are.
        """
        low, high = _LIMITS
        plain = [index for index, kind in enumerate(self.kinds) if kind == LINEAR]
        lowest, highest = torch.aminmax(values[:, plain]) if plain else (torch.zeros(()), torch.zeros(()))
        if lowest >= low and highest <= high:
            return values
        within = values.clone()
        within[:, plain] = values[:, plain].clamp(low, high)
        return within

    def encode_pixels(self, pixels: np.ndarray) -> np.ndarray:
        """The same for a float32 picture, (height, width, C)."""
        return self.encode(torch.from_numpy(pixels).permute(2, 0, 1)[None])[0].permute(1, 2, 0).numpy()

    def decode(self, values: torch.Tensor) -> torch.Tensor:
        """What the network gives, (N, C, H, W), to pixel values."""
        return self._apply(values, signed_exp)

    def decode_pixels(self, values: np.ndarray) -> np.ndarray:
        """The same for a float32 picture, (height, width, C)."""
        return self.decode(torch.from_numpy(values).permute(2, 0, 1)[None])[0].permute(1, 2, 0).numpy()

    def _apply(self, values: torch.Tensor, curve: Any) -> torch.Tensor:
        if LOG not in self.kinds:
            return values
        if set(self.kinds) == {LOG}:
            return curve(values)
        planes = [
            curve(plane) if kind == LOG else plane
            for kind, plane in zip(self.kinds, values.split(1, dim=1), strict=True)
        ]
        return torch.cat(planes, dim=1)

    def to_json(self) -> list[str]:
        return list(self.kinds)

    def describe(self, channels: Sequence[str]) -> str:
        """A sentence part for the log, such as 'R, G, B in signed log'."""
        coded = [name for name, kind in zip(channels, self.kinds, strict=True) if kind == LOG]
        return f"{', '.join(coded)} in signed log" if coded else "values as they are"


def signed_log(x: torch.Tensor) -> torch.Tensor:
    """Light to what 'log' makes of it; any shape."""
    return torch.sign(x) * torch.log1p(_GAIN * x.abs()) * (_ONE / math.log1p(_GAIN))


def signed_exp(y: torch.Tensor) -> torch.Tensor:
    """Its inverse."""
    return torch.sign(y) * torch.expm1(y.abs() * (math.log1p(_GAIN) / _ONE)) / _GAIN
