"""The compare command: PSNR, SSIM and largest difference of two sequences, frame by frame and in the mean."""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from paircat.cli.options import Parser
from paircat.engine.errors import PairCatError

if TYPE_CHECKING:
    from paircat.engine.picture.frames import FrameRange
    from paircat.engine.picture.metrics import Difference
    from paircat.engine.picture.sequence import ImageSequence


_ABOUT_JSON = (
    "An object of --json says whether the frame, or in the mean every frame, is identical: the same channels with the "
    "same values, also outside of the format, which the numbers leave out. non_finite counts NaN and Inf in A and in "
    "B, missing_channels names what A and what B lacks; the numbers are those of the channels that both have. A psnr "
    "of null is infinite where max_difference is 0, and cannot be computed where that is null too."
)


def configure(parser: Parser) -> None:
    parser.add_argument("first", metavar="A", help="a sequence, such as 'a.####.png', a picture or a movie")
    parser.add_argument("second", metavar="B", help="the other one")
    parser.add_argument("--frames", default="", metavar="RANGE", help="such as 1-40; without it all frames in common")
    parser.offer_json()
    parser.epilog = _ABOUT_JSON


def run(given: argparse.Namespace) -> int:
    from paircat.engine.picture import metrics
    from paircat.engine.picture.sequence import ImageSequence

    sequences = ImageSequence.find(given.first), ImageSequence.find(given.second)
    pairs = _pairs(*sequences, given)
    found: list[Difference] = []
    refused: list[str] = []
    for first, second in pairs:
        pictures = sequences[0].read(first), sequences[1].read(second)
        try:
            difference = metrics.compare(*pictures)
        except PairCatError as error:
            raise PairCatError(f"Frame {first} of '{given.first}' and '{given.second}': {error}") from None
        if not (found or given.json):
            print(f"{'Frame':>8}  {'PSNR dB':>9}  {'SSIM':>8}  {'Max diff':>9}")
        _show(first, difference, bool(given.json))
        if any(difference.non_finite):
            refused.append(_refusal((first, second), (given.first, given.second), difference.non_finite))
        found.append(difference)
    if given.json or len(refused) < len(found):
        _show("mean", metrics.mean(found), bool(given.json))
    if refused:
        more = f", and {len(refused) - 1} more such frame{'s' * (len(refused) > 2)}" if len(refused) > 1 else ""
        raise PairCatError(f"{refused[0]}{more}; no mean holds them, so render them again or leave them out.")
    return 0


def _refusal(frames: tuple[int, int], paths: tuple[str, str], counts: tuple[int, int]) -> str:
    """Which side's frame holds how many values that cannot be compared."""
    sides = [
        f"frame {frame} of '{path}' has {count} value{'s' * (count > 1)}"
        for frame, path, count in zip(frames, paths, counts, strict=True)
        if count
    ]
    text = " and ".join(sides)
    return f"{text[:1].upper()}{text[1:]} of NaN or Inf"


def _pairs(first: ImageSequence, second: ImageSequence, given: argparse.Namespace) -> list[tuple[int, int]]:
    """Frame numbers on either side. Two single pictures are a pair, whatever numbers their names hold."""
    from paircat.engine.picture.frames import FrameRange

    asked = FrameRange.parse(given.frames)
    if asked:
        return [(frame, frame) for frame in asked]
    if len(first.frames) == len(second.frames) == 1:
        return [(first.frames.first, second.frames.first)]
    common = first.frames & second.frames
    if not common:
        raise PairCatError(
            f"'{given.first}' has the frames {first.frames} and '{given.second}' {second.frames}, so there is none in "
            "common to compare; rename one of them."
        )
    _note_rest(common, first, second)
    return [(frame, frame) for frame in common]


def _note_rest(common: FrameRange, *sequences: ImageSequence) -> None:
    for sequence in sequences:
        rest = len(sequence.frames) - len(common)
        if rest:
            print(f"{rest} frames of '{sequence.path}' have no partner and are left out.", file=sys.stderr)


def _show(frame: int | str, difference: Difference, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"frame": frame, **difference.to_json()}))
        return
    numbers = difference.psnr, difference.ssim, difference.max_difference
    print(f"{frame:>8}  {numbers[0]:9.2f}  {numbers[1]:8.5f}  {numbers[2]:9.6f}{_channels_text(difference)}")


def _channels_text(difference: Difference) -> str:
    """Which channels only one side has."""
    missing_in_a, missing_in_b = difference.missing_channels
    sides = [
        f"only in {side}: channel{'s' * (len(names) > 1)} {', '.join(names)}"
        for side, names in (("A", missing_in_b), ("B", missing_in_a))
        if names
    ]
    return f"  {'; '.join(sides)}" if sides else ""
