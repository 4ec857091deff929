"""SharedFrames: what is kept while a frame is made without a cache."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

from paircat.engine.picture.image import Image
from paircat.engine.picture.merge_ops import MergeOp
from paircat.engine.picture.op import Op, Render

made: list[weakref.ref[Image]] = []
in_memory: list[int] = []


@pytest.fixture(autouse=True)
def nothing_made() -> None:
    made.clear()
    in_memory.clear()


@dataclass(frozen=True)
class BrighterOp(Op):
    """Its source brighter by one; writes down how many pictures of this kind there are meanwhile."""

    source: Op
    times: int = 1

    def compute(self, frame: int, render: Render) -> Image:
        for _ in range(self.times):
            image = render(self.source, frame)
        out = image.with_pixels(image.pixels + 1)
        made.append(weakref.ref(out))
        in_memory.append(sum(each() is not None for each in made))
        return out


def brighter(op: Op, count: int) -> Op:
    for _ in range(count):
        op = BrighterOp(op)
    return op


def test_a_frame_is_kept_no_longer_than_it_is_needed(clip: Callable[..., Op]) -> None:
    """A long recipe takes no more memory than a short one; what two branches need is there until both have it."""
    source = clip(level=0.0)
    trunk = brighter(source, 10)
    op = MergeOp(brighter(trunk, 10), brighter(trunk, 5), "plus", "all")
    for _ in range(2):
        made.clear()
        assert op.render(1).pixels[0, 0, 0] == 35 and len(made) == 25
        assert max(in_memory) <= 4 and sum(each() is not None for each in made) == 0
    assert brighter(op, 10).render(1).pixels[0, 0, 0] == 45 and max(in_memory) <= 4


def test_who_asks_more_often_than_said_gets_the_same(clip: Callable[..., Op]) -> None:
    """An Op names each input once in what it needs; when it renders one twice, the second is made anew."""
    source = brighter(clip(level=0.0), 1)
    op = MergeOp(BrighterOp(source, times=3), source, "plus", "all")
    np.testing.assert_array_equal(op.render(1).pixels, np.full((24, 32, 4), 3, np.float32))
