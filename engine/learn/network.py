"""Network: the U-Net that learns a look. Any channels, any frame size, nothing that depends on tile or batch.

The output is what a colour matrix and curves make of each pixel's colour and a linear filter of its surroundings, plus
a correction. Matrix, curves and filter start as the best that the pairs allow, the correction starts at zero, so the
first step already gives that look and every later one only improves on it. The correction is a U-Net (Ronneberger et
al., 2015, arXiv:1505.04597) of residual blocks (He et al., 2016, arXiv:1512.03385) that works on cells of 2x2 or 4x4
pixels at a time (pixel unshuffle, Shi et al., 2016, arXiv:1609.05158). There is no normalisation layer: batch
statistics would make a pixel depend on its neighbours in the batch, instance statistics on the tile.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
import torch.nn.functional as F
from torch import nn

from paircat.engine.errors import CheckpointError
from paircat.engine.learn.change_mask import blend
from paircat.engine.learn.colour_curves import ColourCurves
from paircat.engine.learn.light_filter import LightFilter
from paircat.engine.learn.linear_fit import LinearMap
from paircat.engine.learn.local_filter import CELLS, Crops, LocalFilter
from paircat.engine.settings import ModelSize

KIND = "unet-1"
_MOST_SURE = 4.0  # of a key, in logits; bench/LOG.md


@dataclass(frozen=True)
class NetworkShape:
    """All that is needed to build a network: written into a .cat, read back from it.

    Attributes:
        channels_in, channels_out: number of channels.
        widths: features of a cell, of 2x2 cells, of 4x4 cells and so on.
        middle: residual blocks at the lowest resolution.
        matte: the output is a coverage between 0 and 1, made by a sigmoid.
        masked: the same channels come out that go in, and the network also says where it changes them.
        hinges: of the colour curves; 0 where it has none.
        filtered: there is a linear filter beside the correction.
        light: that filter is one of light, while the network sees all channels behind a logarithm.
        cell: edge in pixels of the squares that make one place of the finest features.
    """

    channels_in: int
    channels_out: int
    widths: tuple[int, ...]
    middle: int
    matte: bool = False
    masked: bool = False
    hinges: int = 0
    filtered: bool = False
    cell: int = 2
    light: bool = False
    kind: str = KIND

    @classmethod
    def of_size(
        cls,
        size: ModelSize,
        channels_in: int,
        channels_out: int,
        matte: bool = False,
        masked: bool = False,
        hinges: int = 0,
        filtered: bool = False,
        cell: int = 2,
        light: bool = False,
    ) -> NetworkShape:
        widths, middle = _SIZES[size]
        return cls(channels_in, channels_out, widths, middle, matte, masked, hinges, filtered, cell, light)

    def resized(self, size: ModelSize) -> NetworkShape:
        """The same ends with the features and blocks of a size."""
        widths, middle = _SIZES[size]
        return replace(self, widths=widths, middle=middle)

    @property
    def size(self) -> ModelSize:
        """The size whose features and blocks it has."""
        return next(size for size in ModelSize if self.resized(size) == self)

    @property
    def keyed(self) -> bool:
        """Whether a matte begins as a key of the colours."""
        return self.matte and self.hinges > 0

    @property
    def reducible(self) -> bool:
        """Whether what is learnt on reduced pictures holds on pictures as they are: masks and filters know pixels."""
        return not (self.masked or self.filtered)

    @property
    def grid(self) -> int:
        """Crops begin at multiples of so many pixels: a filter's cells have to be those of the whole frame."""
        return 2 if self.filtered else 1

    def to_json(self) -> dict[str, Any]:
        return {**asdict(self), "widths": list(self.widths)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> NetworkShape:
        """Raises CheckpointError if this version of PairCat cannot build such a network."""
        if data.get("kind") != KIND:
            raise CheckpointError(f"This .cat holds a network of kind '{data.get('kind')}'; update PairCat to use it.")
        return cls(**{**data, "widths": tuple(data["widths"])})


_SIZES: dict[ModelSize, tuple[tuple[int, ...], int]] = {
    ModelSize.SMALL: ((32, 48, 64, 96, 128), 2),
    ModelSize.MEDIUM: ((48, 72, 96, 144, 192), 2),
    ModelSize.LARGE: ((64, 96, 128, 192, 256), 4),
}


class ResidualBlock(nn.Module):
    """x + conv(gelu(conv(x))), 3x3 each; the second convolution starts at zero, so the block starts as identity."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.a = nn.Conv2d(width, width, 3, padding=1)
        self.b = nn.Conv2d(width, width, 3, padding=1)
        nn.init.zeros_(self.b.weight)
        nn.init.zeros_(self.b.bias)  # type: ignore[arg-type]

    def forward(self, x: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
        """`size` is how many rows and columns are picture; the rest, which fills the stride, counts as zero."""
        x = within(x, size)
        return x + within(self.b(within(F.gelu(self.a(x)), size)), size)


def _stem(channels: int, width: int) -> nn.Conv2d:
    """Makes further features of cells beside the stem, which has the bias for both."""
    return nn.Conv2d(channels, width, 3, padding=1, bias=False)


def within(features: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    """Set to zero, in place, what lies beyond the picture's `size`: beyond the edges of crops all is zero, too."""
    rows, columns = size
    if rows < features.shape[2]:
        features[:, :, rows:] = 0
    if columns < features.shape[3]:
        features[:, :, :, columns:] = 0
    return features


class Network(nn.Module):
    """(N, channels_in, H, W) encoded values to (N, channels_out, H, W); logits where the shape says matte."""

    def __init__(self, shape: NetworkShape) -> None:
        super().__init__()
        if shape.filtered and shape.cell != 2:
            raise ValueError(f"A filter works on cells of 2x2 pixels, not {shape.cell}x{shape.cell}.")
        self.shape = shape
        widths, pixels = shape.widths, shape.cell**2
        self.colour = nn.Conv2d(shape.channels_in, shape.channels_out, 1)
        self.curves = ColourCurves(shape.channels_in, shape.channels_out, shape.hinges) if shape.hinges else None
        kind = LightFilter if shape.light else LocalFilter
        self.filter = kind(shape.channels_in, shape.channels_out, widths[0]) if shape.filtered else None
        self.key_stem = _stem(shape.channels_out * pixels, widths[0]) if shape.keyed else None
        self.stem = nn.Conv2d(shape.channels_in * pixels, widths[0], 3, padding=1)
        self.enter = nn.ModuleList(ResidualBlock(width) for width in widths[:-1])
        self.down = nn.ModuleList(nn.Conv2d(a, b, 2, stride=2) for a, b in itertools.pairwise(widths))
        self.middle = nn.ModuleList(ResidualBlock(widths[-1]) for _ in range(shape.middle))
        self.up = nn.ModuleList(nn.Conv2d(b, a * 4, 1) for a, b in itertools.pairwise(widths))
        self.leave = nn.ModuleList(ResidualBlock(width) for width in widths[:-1])
        self.head = nn.Conv2d(widths[0], shape.channels_out * pixels, 3, padding=1)
        self.mask = nn.Conv2d(widths[0], pixels, 3, padding=1) if shape.masked else None
        for layer in filter(None, (self.colour, self.head, self.mask)):
            nn.init.zeros_(layer.weight)
            nn.init.zeros_(layer.bias)  # type: ignore[arg-type]

    @property
    def stride(self) -> int:
        """Frames are padded to multiples of this; tiles start at multiples of it."""
        return self._steps[-1]

    @property
    def _steps(self) -> list[int]:
        """How many pixels apart the features of each level are."""
        return [self.shape.cell * 2**level for level in range(len(self.shape.widths))]

    @property
    def radius(self) -> int:
        """How many pixels away an input can still change an output: tiles need this much around them."""
        levels = self._steps
        around = 2 * levels[0] + sum(2 * 2 * step for step in levels[:-1]) + 2 * self.shape.middle * levels[-1]
        return around + self.stride + (CELLS // 2 * levels[0] if self.shape.filtered else 0)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        picture, mask = self.parts(x)
        return picture if mask is None else blend(x, picture, mask)

    def parts(self, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
        """The picture as it would be if all of it were changed, and logits (N, 1, H, W) of where it is, if masked."""
        height, width = x.shape[2:]
        by_colour = self.by_colour(x)
        filtered, z = self.features(x, by_colour)
        added = self.head(z) if filtered is None else self.head(z) + filtered
        picture = by_colour + F.pixel_shuffle(added, self.shape.cell)[:, :, :height, :width]
        mask = None if self.mask is None else F.pixel_shuffle(self.mask(z), self.shape.cell)[:, :, :height, :width]
        return picture, mask

    def features(self, x: torch.Tensor, by_colour: torch.Tensor) -> tuple[torch.Tensor | None, torch.Tensor]:
        """What the filter adds, if there is one, (N, 4 channels_out, h, w), and the head's input (N, width, h, w).

        Args:
            by_colour: of `x`. A key is seen as well: what corrects it would have to find it once more otherwise.
        """
        height, width = x.shape[2:]
        below, right = -height % self.stride, -width % self.stride
        sizes = [(-(-height // step), -(-width // step)) for step in self._steps]

        def cells(pixels: torch.Tensor) -> torch.Tensor:
            whole = F.pad(pixels, (0, right, 0, below), mode="replicate")
            return within(F.pixel_unshuffle(whole, self.shape.cell), sizes[0])

        filtered, z = None, self.stem(cells(x))
        if self.key_stem is not None:
            z = z + self.key_stem(cells(torch.sigmoid(by_colour.detach())))
        if self.filter is not None:
            filtered = F.pad(self.filter(x), (0, right // 2, 0, below // 2))
            z = z + self.filter.features(filtered)
        skips = []
        for block, down, size in zip(self.enter, self.down, sizes[:-1], strict=True):
            z = block(z, size)
            skips.append(z)
            z = down(z)
        for block in self.middle:
            z = block(z, sizes[-1])
        for level in reversed(range(len(skips))):
            z = self.leave[level](F.pixel_shuffle(self.up[level](z), 2) + skips.pop(), sizes[level])
        return filtered, within(z, sizes[0])

    def by_colour(self, x: torch.Tensor) -> torch.Tensor:
        """What matrix and curves make of each pixel alone, without the correction.

        A key's logits are kept within bounds: at a soft edge the correction has to go against them.
        """
        matrixed: torch.Tensor = self.colour(x)
        if self.curves is not None:
            matrixed = matrixed + self.curves(x)
        return _MOST_SURE * torch.tanh(matrixed / _MOST_SURE) if self.shape.keyed else matrixed

    def start_from(self, matrix: torch.Tensor, offset: torch.Tensor) -> None:
        """Set the linear part: `matrix` (channels_out, channels_in), `offset` (channels_out,)."""
        with torch.no_grad():
            self.colour.weight.copy_(matrix[:, :, None, None])
            self.colour.bias.copy_(offset)  # type: ignore[union-attr]

    def add_by_colour(self, found: LinearMap) -> None:
        """Add to the matrix what was found for its channels, and to the curves what was found for their hinges."""
        own = self.shape.channels_in
        matrix, weights = torch.from_numpy(found.matrix[:, :own]), torch.from_numpy(found.matrix[:, own:])
        with torch.no_grad():
            self.colour.weight.add_(matrix[:, :, None, None])
            self.colour.bias.add_(torch.from_numpy(found.offset))  # type: ignore[union-attr]
            if self.curves is not None:
                self.curves.weight.add_(weights)

    @torch.no_grad()
    def fit_filter(self, crops: Crops) -> None:
        """Set the filter, where there is one, to what explains the crops best."""
        assert self.filter is not None
        matrix, offset = self.filter.fitted(crops)
        self.filter.set(matrix, crops)
        self.head.bias.add_(torch.from_numpy(offset))  # type: ignore[union-attr]

    @property
    def training_bytes_per_pixel(self) -> int:
        """Memory that one pixel of one crop takes in a training step: activations kept for the backward pass.

        Counted from the layers (five feature maps a residual block, three a resampling), float32; measured peaks lie
        within a fifth of it.
        """
        floats = 0.0
        for level, width in enumerate(self.shape.widths):
            blocks = 2 if level < len(self.shape.widths) - 1 else self.shape.middle
            floats += width * (5 * blocks + 3) / self._steps[level] ** 2
        return int(4 * (floats + 4 * (self.shape.channels_in + self.shape.channels_out)))

    @property
    def inference_bytes_per_pixel(self) -> int:
        """Memory that one pixel takes while the network is applied: kept skips, and the widest working maps at once."""
        widths = self.shape.widths
        skips = sum(width / step**2 for width, step in zip(widths[:-1], self._steps, strict=False))
        working = 4 * widths[0] / self.shape.cell**2
        pictures = (2 + (self.shape.filtered or self.shape.keyed) + 2 * self.shape.light) * (
            self.shape.channels_in + self.shape.channels_out
        )
        return int(4 * (skips + working + pictures))
