"""ColourCurves: what a look makes of a colour by itself: curves over channels, over grey, and over what is not grey.

A colour matrix cannot bend; most grades are curves before they are anything else, and a network takes hundreds of steps
to bend a straight line that least squares bends at once. The curves are sums of hinges, max(0, direction . colour -
knot), as in multivariate adaptive regression splines (J. Friedman, 1991, Annals of Statistics 19(1), section 3.4) of a
single factor, with knots evenly apart. They go on straight where no pair has been.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
import torch
from torch import nn

from paircat.engine.learn.linear_fit import LinearMap, weighed

HINGES = 56
"""For any channels, so that one network's curves can be another's; of RGB eight for each of seven directions."""
_RIDGE = 1e-4
_LEAST_HELP = 0.25
_MOST_LEFT = 0.25
_SEEN = 1 / 255
_RARE = 0.001  # of the pixels lie below the first knot's interval, and as many above the last one's
_PIXELS_AT_ONCE = 1 << 14  # 4 MB of hinges, which stay in the processor's cache; fewer are more turns than they save


class ColourCurves(nn.Module):
    """(N, channels_in, H, W) encoded values to what is to be added to (N, channels_out, H, W); zero until it is fitted.

    Attributes:
        directions: float32 (hinges, channels_in). knots: float32 (hinges,). Neither is learnt.
        weight: float32 (channels_out, hinges).
    """

    def __init__(self, channels_in: int, channels_out: int, hinges: int = HINGES) -> None:
        super().__init__()
        self.register_buffer("directions", torch.zeros(hinges, channels_in))
        self.register_buffer("knots", torch.zeros(hinges))
        self.weight = nn.Parameter(torch.zeros(channels_out, hinges))
        self.directions: torch.Tensor
        self.knots: torch.Tensor

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        with torch.autocast(x.device.type, enabled=False):
            colours = x.float().movedim(1, -1)
            added: torch.Tensor = _Sum.apply(
                colours.reshape(-1, x.shape[1]), self.directions.T.contiguous(), self.knots, self.weight
            )
            return added.reshape(*colours.shape[:-1], -1).movedim(-1, 1)

    def place(self, colours: np.ndarray) -> None:
        """Spread the knots over encoded colours, (samples, channels_in)."""
        hinges, channels = self.directions.shape
        directions = _directions(channels)[:hinges]
        each = hinges // len(directions)
        values = colours.astype(np.float64) @ directions.T
        low, high = np.quantile(values, (_RARE, 1 - _RARE), axis=0)
        knots = np.linspace(low, high, each + 2)[1:-1].T  # (directions, each)
        used = knots.size
        with torch.no_grad():
            self.directions[:used] = torch.from_numpy(np.repeat(directions, each, axis=0))
            self.knots[:used] = torch.from_numpy(knots.reshape(-1))

    def fit(self, colours: np.ndarray, wanted: np.ndarray) -> LinearMap:
        """What to weigh the colours themselves and then the hinges with, by least squares.

        Args:
            colours: (samples, channels_in). wanted: (samples, channels_out), what is to be explained.
        """
        return weighed(self.features(colours), wanted, _RIDGE)

    def help_with(self, colours: np.ndarray, wanted: np.ndarray, variance: float = math.inf) -> bool:
        """Whether a matrix leaves anything to be seen, and they explain a quarter of its square, as of grades they do.

        Where the look is not in the colours, such as a blur, bent ones are a worse start than straight ones: the
        network has to straighten them first (bench/LOG.md).

        Args:
            wanted: what a matrix leaves. variance: that of other channels that are made of the colours, such as a
                depth. They have to tell most of it, or else they only paint the picture's texture onto it.
        """
        left = wanted - self.fit(colours, wanted).apply(self.features(colours))
        by_matrix, by_both = (float(np.square(error).mean()) for error in (wanted, left))
        return by_matrix > _SEEN**2 and by_both < min((1 - _LEAST_HELP) * by_matrix, _MOST_LEFT * variance)

    def features(self, colours: np.ndarray) -> np.ndarray:
        """The colours themselves and their hinges: (samples, channels_in + hinges)."""
        return np.concatenate([colours, self.hinges(colours)], axis=1)

    def hinges(self, colours: np.ndarray) -> np.ndarray:
        """(samples, channels_in) to what the weights weigh, float32 (samples, hinges)."""
        return np.maximum(colours @ self.directions.cpu().numpy().T - self.knots.cpu().numpy(), 0)


def _directions(channels: int) -> np.ndarray:
    """(directions, channels): each channel, their mean, and how far each is from it; of one channel that one alone."""
    own = np.eye(channels)
    if channels == 1:
        return own
    mean = np.full((1, channels), 1 / channels)
    return np.concatenate([own, mean, own - mean])


class _Sum(torch.autograd.Function):
    """The weighted sum of the hinges of (pixels, channels_in), a few pixels at a time.

    All hinges of a frame would take many times the frame's own memory. They are recomputed in the backward pass, which
    is quicker than to keep them.
    """

    @staticmethod
    def forward(
        ctx: torch.autograd.function.FunctionCtx,
        colours: torch.Tensor,
        directions: torch.Tensor,
        knots: torch.Tensor,
        weight: torch.Tensor,
    ) -> torch.Tensor:
        ctx.save_for_backward(colours, directions, knots)
        total = colours.new_empty(len(colours), len(weight))
        for part, hinges in _hinges(colours, directions, knots):
            torch.mm(hinges, weight.T, out=total[part])
        return total

    @staticmethod
    def backward(
        ctx: torch.autograd.function.FunctionCtx, slope: torch.Tensor
    ) -> tuple[None, None, None, torch.Tensor]:
        colours, directions, knots = ctx.saved_tensors  # type: ignore[attr-defined]
        slopes = slope.new_zeros(slope.shape[1], len(knots))
        for part, hinges in _hinges(colours, directions, knots):
            slopes.addmm_(slope[part].T, hinges)
        return None, None, None, slopes


def _hinges(
    colours: torch.Tensor, directions: torch.Tensor, knots: torch.Tensor
) -> Iterator[tuple[slice, torch.Tensor]]:
    """Some pixels at a time and their hinges, in memory that the next ones take over.

    A knot is the direction of a channel that is -1 everywhere, so one multiplication does it, into memory that is warm.
    """
    bent = torch.cat([directions, knots[None]])
    most = min(len(colours), _PIXELS_AT_ONCE)
    memory, placed = colours.new_empty(most, len(knots)), colours.new_full((most, len(bent)), -1)
    for part in _parts(len(colours)):
        count = part.stop - part.start
        placed[:count, :-1] = colours[part]
        yield part, torch.mm(placed[:count], bent, out=memory[:count]).relu_()


def _parts(count: int) -> Iterator[slice]:
    for start in range(0, count, _PIXELS_AT_ONCE):
        yield slice(start, min(start + _PIXELS_AT_ONCE, count))
