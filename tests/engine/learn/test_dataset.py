"""DataSet: pairs are found and checked by header, and read over the display window."""

from __future__ import annotations

import numpy as np
import pytest
from patterns import LookOp, PatternOp

from paircat.engine.errors import DataSetError, FrameError
from paircat.engine.learn.dataset import DataSet
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.merge_ops import MergeOp
from paircat.engine.picture.op import Op
from paircat.engine.settings import NonFinite

ALL = FrameRange(())


def test_common_frames_are_trained_when_none_are_named() -> None:
    """The pairs are the frames that both sides have."""
    assert list(DataSet.open(PatternOp(count=4), LookOp(PatternOp(count=3)), ALL).frames) == [1, 2, 3]


def test_named_frame_that_one_side_lacks_is_refused() -> None:
    """A frame that was asked for and is not there is named, with the side that lacks it."""
    with pytest.raises(FrameError, match="GroundTruth has no frame 4"):
        DataSet.open(PatternOp(count=4), LookOp(PatternOp(count=3)), FrameRange.parse("2-4"))


def test_no_common_frame_is_refused() -> None:
    """Without a common frame both ranges are told."""
    with pytest.raises(DataSetError, match="no frame in common: Input none"):
        DataSet.open(PatternOp(count=0), PatternOp(count=3), ALL)


def test_size_that_differs_at_one_frame_is_named() -> None:
    """A pair of another size is refused with side, frame and both sizes."""
    with pytest.raises(DataSetError, match="GroundTruth is 56x40 at frame 3, but Input is 48x40"):
        DataSet.open(PatternOp(), PatternOp(odd_frame=3), ALL)


def test_unknown_channel_selection_is_refused(pattern: PatternOp) -> None:
    """Selecting a channel that is not there says which there are."""
    with pytest.raises(Exception, match="R, G, B"):
        DataSet.open(pattern, pattern, ALL, channels_in="depth.Z")


def test_selected_channels_are_loaded_in_order(pattern: PatternOp) -> None:
    """Only the selected channels are trained, each side its own."""
    data_set = DataSet.open(pattern, pattern, ALL, channels_in="rgb", channels_out="green")
    pair = data_set.load(0)
    assert pair.input.shape == (40, 48, 3)
    np.testing.assert_array_equal(pair.ground_truth[:, :, 0], pair.input[:, :, 1])


def test_nan_is_refused_with_its_place_and_trained_as_zero_when_asked() -> None:
    """A NaN is named by frame, channel and pixel; with the choice to zero it, it becomes zero."""
    bad = PatternOp(bad_frame=2)
    with pytest.raises(DataSetError, match=r"Input has 1 NaN or Inf values at frame 2.*channel G at x=5 y=3"):
        DataSet.open(bad, PatternOp(), ALL).load(1)
    zeroed = DataSet.open(bad, PatternOp(), ALL, non_finite=NonFinite.ZERO).load(1)
    assert zeroed.input[3, 5, 1] == 0
    assert np.isfinite(zeroed.input).all()


def test_digest_follows_the_pixels(look_set: DataSet) -> None:
    """The same frame gives the same digest, another frame another one."""
    assert look_set.load(0).digest == look_set.load(0).digest != look_set.load(1).digest


def test_pairs_of_branches_that_meet_again_are_read_once(pattern: PatternOp) -> None:
    """Twenty diamonds in a row have a million paths; a pair of them is what the pattern is."""
    op: Op = pattern
    for _ in range(20):
        op = MergeOp(op, LookOp(op), "plus", "all", mix=0.0)
    data_set = DataSet.open(op, op, ALL)
    assert data_set.load(0).digest == DataSet.open(pattern, pattern, ALL).load(0).digest
