"""FrameCache: frames that were made already, in memory, bounded in bytes."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable
from concurrent.futures import Future

from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Image
from paircat.engine.picture.op import Op, Render, remembered

Compute = Callable[[Op, int, Render], Image]


def compute_here(op: Op, frame: int, render: Render) -> Image:
    """Make a frame in this process."""
    return op.compute(frame, render)


class FrameCache:
    """Keeps the frames that were used last, by their recipe's key. Any number of threads may use one cache.

    A frame that two threads want at the same time is made once. A picture larger than the whole cache is not kept.

    Args:
        max_bytes: of all pictures together.
        compute: makes a frame that is not kept; a program that has some of them made by another process says how.
    """

    def __init__(self, max_bytes: int, compute: Compute = compute_here) -> None:
        self.max_bytes = max_bytes
        self._compute = compute
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, Image] = OrderedDict()
        self._making: dict[str, tuple[int, Future[Image]]] = {}
        self._nbytes = 0

    @property
    def nbytes(self) -> int:
        """Bytes of the pixels that are kept."""
        return self._nbytes

    def render(self, op: Op, frame: int) -> Image:
        """A frame of a recipe; its inputs' frames come from, and go into, this cache too.

        Raises:
            PairCatError: whatever the recipe raises. An error is not kept: the next call tries again.
        """
        with remembered():
            key = op.frame_key(frame)
            me = threading.get_ident()
            with self._lock:
                if key in self._kept:
                    self._kept.move_to_end(key)
                    return self._kept[key]
                maker, making = self._making.get(key, (me, None))
                if making is None:
                    mine: Future[Image] = Future()
                    self._making[key] = me, mine
            if making is None:
                return self._make(op, frame, key, mine)
            if maker == me:  # an Op that only passes a frame on has its input's key
                return self._compute(op, frame, self.render)
            return making.result()

    def _make(self, op: Op, frame: int, key: str, making: Future[Image]) -> Image:
        try:
            image = self._compute(op, frame, self.render)
        except BaseException as error:
            with self._lock:
                del self._making[key]
            making.set_exception(error)
            raise
        with self._lock:
            self._keep(key, image)
            del self._making[key]
        making.set_result(image)
        return image

    def _keep(self, key: str, image: Image) -> None:
        if image.nbytes > self.max_bytes:
            return
        self._kept[key] = image
        self._nbytes += image.nbytes
        while self._nbytes > self.max_bytes:
            _, oldest = self._kept.popitem(last=False)
            self._nbytes -= oldest.nbytes

    def cached_frames(self, op: Op, frames: Iterable[int]) -> FrameRange:
        """Those of `frames` that `render` would give at once."""
        keys = {frame: op.frame_key(frame) for frame in frames}
        with self._lock:
            return FrameRange.of(frame for frame, key in keys.items() if key in self._kept)

    def clear(self) -> None:
        """Forget all frames."""
        with self._lock:
            self._kept.clear()
            self._nbytes = 0
