"""DataSet: the pairs to learn from, checked before the first step. It reads two Ops, never paths."""

from __future__ import annotations

import dataclasses
import hashlib
from dataclasses import dataclass

import numpy as np

from paircat.engine.errors import DataSetError, FrameError, PairCatError
from paircat.engine.picture import channels
from paircat.engine.picture.box import Box
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op
from paircat.engine.settings import NonFinite


@dataclass(frozen=True)
class ImagePair:
    """One frame before and after: float32 (H, W, channels), over the display window, and a digest of both."""

    frame: int
    input: np.ndarray
    ground_truth: np.ndarray

    @property
    def digest(self) -> str:
        """BLAKE2b of all pixel values; written into the .cat, so that a result can be traced to its pairs."""
        state = hashlib.blake2b(digest_size=16)
        state.update(np.ascontiguousarray(self.input).data)
        state.update(np.ascontiguousarray(self.ground_truth).data)
        return state.hexdigest()


@dataclass(frozen=True)
class DataSet:
    """The pairs of two Ops over the frames they share.

    Pictures are seen through their display window: what lies outside of it is not trained on, and where a data window
    is smaller the picture is black there, as in any compositing program.
    """

    input: Op
    ground_truth: Op
    frames: FrameRange
    size: tuple[int, int]
    channels_in: tuple[str, ...]
    channels_out: tuple[str, ...]
    window: Box
    non_finite: NonFinite = NonFinite.ERROR

    @classmethod
    def open(
        cls,
        input: Op,
        ground_truth: Op,
        frames: FrameRange,
        channels_in: str = "",
        channels_out: str = "",
        non_finite: NonFinite = NonFinite.ERROR,
    ) -> DataSet:
        """Find the pairs and compare every frame's header; no pixels are read.

        Args:
            frames: which frames to train on; empty means all that both sides have.
            channels_in, channels_out: selections such as 'rgb' or 'rgba.alpha'; empty means all.

        Raises:
            DataSetError: no common frames, or a frame whose size, pixel aspect or channels differ.
            FrameError: a frame that was asked for does not exist or cannot be read.
        """
        chosen = _common_frames(input, ground_truth, frames)
        first = input.header(chosen.first)
        names_in = _select("Input", chosen.first, first, channels_in)
        names_out = _select("GroundTruth", chosen.first, ground_truth.header(chosen.first), channels_out)
        for frame in chosen:
            for side, op, names in (("Input", input, names_in), ("GroundTruth", ground_truth, names_out)):
                _check_header(side, frame, op.header(frame), first, chosen.first, names)
        window = first.display_window
        return cls(input, ground_truth, chosen, (window.height, window.width), names_in, names_out, window, non_finite)

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def note(self) -> str:
        """For the log: how many pairs, and which."""
        return f"{len(self)} {'pairs' if len(self) > 1 else 'pair'}: {self.frames}."

    def load(self, index: int) -> ImagePair:
        """Read one pair whole.

        Raises:
            DataSetError: NaN or Inf in it, unless they are to be trained as zero.
            FrameError: it cannot be read.
        """
        frame = self.frames.frames[index]
        before = self._pixels("Input", self.input.render(frame), self.channels_in, frame)
        after = self._pixels("GroundTruth", self.ground_truth.render(frame), self.channels_out, frame)
        return ImagePair(frame, before, after)

    def _pixels(self, side: str, image: Image, names: tuple[str, ...], frame: int) -> np.ndarray:
        header = dataclasses.replace(image.header, channels=names, formats=())
        pixels = Image(header, image.select(names)).over_window(self.window)
        bad = ~np.isfinite(pixels)
        if not bad.any():
            return pixels
        if self.non_finite == NonFinite.ZERO:
            return np.where(bad, np.float32(0), pixels)
        row, column, channel = (int(axis[0]) for axis in np.nonzero(bad))
        raise DataSetError(
            f"{side} has {int(bad.sum())} NaN or Inf values at frame {frame}, the first in channel {names[channel]} at "
            f"x={column + self.window.x} y={row + self.window.y}. Repair the frame, or train them as zero with "
            f"--set nonFinite=zero."
        )


def _common_frames(input: Op, ground_truth: Op, wanted: FrameRange) -> FrameRange:
    ranges = {"Input": input.frame_range(), "GroundTruth": ground_truth.frame_range()}
    if not wanted.frames:
        common = ranges["Input"] & ranges["GroundTruth"]
        if not common.frames:
            ranges_text = " and ".join(f"{side} {frames or 'none'}" for side, frames in ranges.items())
            raise DataSetError(
                f"Input and GroundTruth have no frame in common: {ranges_text}. Shift one with a TimeOffset."
            )
        return common
    for side, frames in ranges.items():
        absent = [frame for frame in wanted if frame not in frames]
        if absent:
            raise FrameError(
                f"{side} has no frame {FrameRange.of(absent)}, which the frames to train on name; it has {frames}. "
                f"Render the missing frames or take them out of the list.",
                frame=absent[0],
            )
    return wanted


def _select(side: str, frame: int, header: Header, selection: str) -> tuple[str, ...]:
    try:
        return channels.select(header.channels, selection)
    except PairCatError as error:
        raise DataSetError(f"{side}, frame {frame}: {error}") from error


def _check_header(
    side: str, frame: int, header: Header, first: Header, first_frame: int, names: tuple[str, ...]
) -> None:
    if header.display_window[2:] != first.display_window[2:]:
        raise DataSetError(
            f"{side} is {header.display_window.width}x{header.display_window.height} at frame {frame}, but Input is "
            f"{first.display_window.width}x{first.display_window.height} at frame {first_frame}; all pairs need one "
            f"size. Put a Reformat or Crop in front of it, or take the frame out."
        )
    if header.display_window != first.display_window:
        raise DataSetError(
            f"{side}'s format starts at {header.display_window.x},{header.display_window.y} at frame {frame}, but "
            f"Input's at {first.display_window.x},{first.display_window.y}; put a Reformat in front of it."
        )
    if abs(header.pixel_aspect - first.pixel_aspect) > 1e-3:
        raise DataSetError(
            f"{side} has pixel aspect {header.pixel_aspect:g} at frame {frame}, but Input has {first.pixel_aspect:g}; "
            f"put a Reformat in front of it."
        )
    absent = [name for name in names if name not in header.channels]
    if absent:
        raise DataSetError(
            f"{side} has no channel {', '.join(absent)} at frame {frame}, only {', '.join(header.channels)}; choose "
            f"other channels or put a Shuffle in front of it."
        )
