"""Difference: how far two pictures are apart, in numbers that other tools report too."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from paircat.engine.errors import PairCatError
from paircat.engine.picture.box import Box
from paircat.engine.picture.channels import canonical
from paircat.engine.picture.image import Image

_SSIM_WINDOW = 7


@dataclass(frozen=True)
class Difference:
    """Two pictures' distance, for values that run from 0 to 1; values outside of that count as they are.

    Attributes:
        psnr: peak signal-to-noise ratio in dB over all channels together; infinite for identical pictures.
        ssim: structural similarity, the mean over channels: 1 for identical pictures.
        max_difference: the largest absolute difference of a value.
        non_finite: how many values of the first and of the second picture are NaN or Inf. Where there are any, the
            other numbers are NaN.
        missing_channels: what the first picture lacks of the second's channels, and the second of the first's. The
            numbers are those of the channels that both have.
        differs_outside: whether values outside of the format differ, of which no number tells.
    """

    psnr: float
    ssim: float
    max_difference: float
    non_finite: tuple[int, int] = (0, 0)
    missing_channels: tuple[tuple[str, ...], tuple[str, ...]] = ((), ())
    differs_outside: bool = False

    @property
    def identical(self) -> bool:
        """Whether the pictures have the same channels with the same values, all of them numbers, wherever they lie."""
        return (
            self.psnr == math.inf
            and not any(self.non_finite)
            and not any(self.missing_channels)
            and not self.differs_outside
        )

    def to_json(self) -> dict[str, Any]:
        """For JSON, which has no infinity: null stands where a number is not finite.

        A psnr that is null is infinite where max_difference is 0, and could not be computed where that is null too.
        """
        values = {"psnr": self.psnr, "ssim": self.ssim, "max_difference": self.max_difference}
        return {
            **{name: value if math.isfinite(value) else None for name, value in values.items()},
            "identical": self.identical,
            "non_finite": list(self.non_finite),
            "missing_channels": [list(names) for names in self.missing_channels],
        }


def compare(first: Image, second: Image) -> Difference:
    """All three numbers over the display window, in the channels that both pictures have.

    What lies outside of it is only compared for being the same; where a picture has no pixels, it is zero.

    Raises:
        PairCatError: the pictures differ in size, or share no channel.
    """
    a, b = _aligned(first, second, first.header.display_window)
    missing = _missing(second, first), _missing(first, second)
    outside = _differ_outside(first, second)
    bad = tuple(int(np.count_nonzero(~np.isfinite(values))) for values in (a, b))
    if any(bad):
        return Difference(math.nan, math.nan, math.nan, (bad[0], bad[1]), missing, outside)
    most = float(np.max(np.abs(a - b)))
    return Difference(_psnr(a, b), _ssim(a, b), most, missing_channels=missing, differs_outside=outside)


def mean(differences: Sequence[Difference]) -> Difference:
    """The mean of several frames, and the largest difference in any; what any frame lacks, and all its bad values.

    Frames with NaN or Inf are left out of the numbers, which are NaN where there is no other. Frames of the same values
    have no finite PSNR and are left out of its mean; it is infinite only where there is no other.
    """
    whole = [item for item in differences if not any(item.non_finite)]
    finite = [item.psnr for item in whole if item.psnr != math.inf]
    lacking = [dict.fromkeys(name for item in differences for name in item.missing_channels[side]) for side in (0, 1)]
    return Difference(
        psnr=sum(finite) / len(finite) if finite else math.inf if whole else math.nan,
        ssim=sum(item.ssim for item in whole) / len(whole) if whole else math.nan,
        max_difference=max((item.max_difference for item in whole), default=math.nan),
        non_finite=(sum(item.non_finite[0] for item in differences), sum(item.non_finite[1] for item in differences)),
        missing_channels=(tuple(lacking[0]), tuple(lacking[1])),
        differs_outside=any(item.differs_outside for item in differences),
    )


def _missing(first: Image, second: Image) -> tuple[str, ...]:
    """The channels of the first picture that the second one lacks."""
    others = {canonical(name) for name in second.header.channels}
    return tuple(name for name in first.header.channels if canonical(name) not in others)


def _differ_outside(first: Image, second: Image) -> bool:
    """Whether the pictures differ where only their data windows reach; NaN differs from everything."""
    display, data = first.header.display_window, second.header.data_window
    shift = _shift(first, second)
    reach = first.header.data_window.union(Box(data.x - shift[0], data.y - shift[1], data.width, data.height))
    inside = display.intersection(reach)
    if inside == reach:
        return False
    a, b = _aligned(first, second, reach)
    differing = (a != b).any(axis=2)
    differing[inside.y - reach.y : inside.bottom - reach.y, inside.x - reach.x : inside.right - reach.x] = False
    return bool(differing.any())


def _shift(first: Image, second: Image) -> tuple[int, int]:
    """How far right and down the second picture's format begins of the first's."""
    one, other = first.header.display_window, second.header.display_window
    return other.x - one.x, other.y - one.y


def _aligned(first: Image, second: Image, window: Box) -> tuple[np.ndarray, np.ndarray]:
    """Both pictures' values in the channels that they share: float32 (height, width, channels).

    Args:
        window: where, as the first picture counts; the formats' corners lie on each other.
    """
    sizes = [image.header.display_window for image in (first, second)]
    if sizes[0][2:] != sizes[1][2:]:
        raise PairCatError(
            f"The pictures are {sizes[0].width}x{sizes[0].height} and {sizes[1].width}x{sizes[1].height}; "
            "only pictures of one size can be compared, so reformat one of them."
        )
    places = [{canonical(name): place for place, name in enumerate(image.header.channels)} for image in (first, second)]
    names = [name for name in places[0] if name in places[1]]
    if not names:
        raise PairCatError(
            f"The pictures have no channel in common: {', '.join(first.header.channels)} and "
            f"{', '.join(second.header.channels)}; choose pictures of the same channels."
        )
    shift = _shift(first, second)
    moved = Box(window.x + shift[0], window.y + shift[1], window.width, window.height)
    a = first.over_window(window)[:, :, [places[0][name] for name in names]]
    b = second.over_window(moved)[:, :, [places[1][name] for name in names]]
    return a, b


def _psnr(first: np.ndarray, second: np.ndarray) -> float:
    squared = float(np.mean(np.square(first.astype(np.float64) - second)))
    return math.inf if squared == 0 else -10 * math.log10(squared)


def _ssim(first: np.ndarray, second: np.ndarray) -> float:
    """scikit-image's, with its 7x7 window; smaller for pictures that are smaller than that."""
    from skimage.metrics import structural_similarity

    edge = min(*first.shape[:2], _SSIM_WINDOW)
    value = structural_similarity(
        first,
        second,
        win_size=edge - 1 + edge % 2,
        data_range=1.0,
        channel_axis=2,
        use_sample_covariance=edge > 2,
    )
    return float(value)
