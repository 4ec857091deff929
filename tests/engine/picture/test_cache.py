"""Tests of engine/picture/cache.py."""

import threading
from dataclasses import dataclass

import numpy as np
import pytest

from paircat.engine.errors import FrameError
from paircat.engine.picture.box import Box
from paircat.engine.picture.cache import FrameCache
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op
from paircat.engine.picture.time_ops import FrameHoldOp, TimeOffsetOp

BOX = Box(0, 0, 10, 10)
BYTES = 400
made: list[tuple[str, int]] = []
asked: list[str] = []


@dataclass(frozen=True)
class CountedOp(Op):
    """A grey level that notes each time it is made; `wait` lets a test hold it up."""

    name: str = "a"

    def frame_range(self):
        return FrameRange.between(1, 9)

    def frame_state(self, frame):
        asked.append(self.name)
        return frame

    def compute(self, frame, render):
        made.append((self.name, frame))
        if self.name == "broken":
            raise FrameError(f"Frame {frame} is broken.")
        if self.name == "slow":
            started.set()
            assert release.wait(10)
        return Image(Header(("Y",), BOX, BOX), np.full((10, 10, 1), frame, np.float32))


@dataclass(frozen=True)
class SumOp(Op):
    """The sum of two inputs."""

    one: Op
    other: Op

    def compute(self, frame, render):
        one = render(self.one, frame)
        return one.with_pixels(one.pixels + render(self.other, frame).pixels)


started, release = threading.Event(), threading.Event()


@pytest.fixture(autouse=True)
def _fresh():
    made.clear()
    asked.clear()
    started.clear()
    release.clear()


def test_a_frame_is_made_once(tmp_path):
    """Asked for again, it is the very same picture; equal recipes share it, and so do the inputs of others."""
    cache = FrameCache(100 * BYTES)
    first = cache.render(CountedOp(), 3)
    assert cache.render(CountedOp(), 3) is first
    assert cache.render(SumOp(CountedOp(), CountedOp("b")), 3).pixels[0, 0, 0] == 6
    assert made == [("a", 3), ("b", 3)] and cache.nbytes == 3 * BYTES


def test_the_least_recently_used_frame_goes_first():
    """The bound in bytes is never exceeded, and using a frame keeps it."""
    cache = FrameCache(3 * BYTES + 10)
    for frame in (1, 2, 3, 1, 4):
        cache.render(CountedOp(), frame)
        assert cache.nbytes <= 3 * BYTES
    assert str(cache.cached_frames(CountedOp(), range(1, 10))) == "1,3-4"


def test_a_picture_larger_than_the_cache_is_not_kept():
    """It would throw out everything else."""
    cache = FrameCache(BYTES - 1)
    cache.render(CountedOp(), 1)
    assert cache.nbytes == 0 and not cache.cached_frames(CountedOp(), [1])


def test_clear_forgets():
    """After clear a frame is made again."""
    cache = FrameCache(10 * BYTES)
    cache.render(CountedOp(), 1)
    cache.clear()
    assert cache.nbytes == 0 and not cache.cached_frames(CountedOp(), [1])
    cache.render(CountedOp(), 1)
    assert made == [("a", 1)] * 2


def test_two_threads_that_want_the_same_frame_make_it_once():
    """The second waits for the first, and both get the same picture."""
    cache = FrameCache(10 * BYTES)
    results = []
    threads = [threading.Thread(target=lambda: results.append(cache.render(CountedOp("slow"), 1))) for _ in range(4)]
    for thread in threads:
        thread.start()
    assert started.wait(10)
    assert cache.render(CountedOp("a"), 1) is not None  # others are not held up
    release.set()
    for thread in threads:
        thread.join(10)
    assert made.count(("slow", 1)) == 1 and len(results) == 4 and all(item is results[0] for item in results)


def test_an_error_is_not_kept():
    """The next call tries again, since the file may be there by then."""
    cache = FrameCache(10 * BYTES)
    for _ in range(2):
        with pytest.raises(FrameError, match="Frame 2 is broken"):
            cache.render(SumOp(CountedOp(), CountedOp("broken")), 2)
    assert made.count(("broken", 2)) == 2 and made.count(("a", 2)) == 1


def test_ops_that_pass_frames_on_share_them():
    """A held or moved frame has its source's key: it is the same picture and never waits for itself."""
    cache = FrameCache(10 * BYTES)
    held = FrameHoldOp(TimeOffsetOp(CountedOp(), 1), 4)
    assert cache.render(held, 9) is cache.render(CountedOp(), 3)
    assert made == [("a", 3)] and cache.nbytes == BYTES


def test_branches_that_meet_again_and_again_cost_no_more_than_their_ops():
    """Forty diamonds in a row have 2^40 paths; each source is asked for its state a few times."""
    op: Op = CountedOp()
    for _ in range(40):
        op = SumOp(op, op)
    cache = FrameCache(1 << 20)
    assert cache.render(op, 1).pixels[0, 0, 0] == 2.0**40
    assert made == [("a", 1)] and len(asked) == 1
    assert str(cache.cached_frames(op, [1, 2])) == "1"
