"""SharedFrames: a frame made without a cache. What several of its Ops are made from is made once."""

from __future__ import annotations

import contextlib
from collections import Counter
from typing import TYPE_CHECKING

from paircat.engine.errors import PairCatError
from paircat.engine.picture.image import Image

if TYPE_CHECKING:
    from paircat.engine.picture.op import Op


class SharedFrames:
    """The frames on the way to one frame of a recipe.

    Without it a recipe whose branches meet again and again would be made along every one of its paths. A shared frame
    is kept until the last Op that needs it has it, every other one for as long as it is used, so that a long recipe
    takes no more memory than a short one.
    """

    def __init__(self, op: Op, frame: int) -> None:
        # By identity: a hash would walk the whole recipe. The Ops are kept, lest the id of one be another's.
        self._ops: dict[int, Op] = {}
        self._wanted: Counter[tuple[int, int]] = Counter()
        self._kept: dict[tuple[int, int], Image] = {}
        self._count(op, frame)

    def render(self, op: Op, frame: int) -> Image:
        """A frame of one of the Ops.

        Raises:
            PairCatError: whatever the recipe raises.
        """
        place = id(op), frame
        image = self._kept.pop(place, None)
        if image is None:
            image = op.compute(frame, self.render)
        self._wanted[place] -= 1
        if self._wanted[place] > 0:
            self._kept[place] = image
        return image

    def _count(self, op: Op, frame: int) -> None:
        """How many Ops each frame is needed by."""
        self._wanted[id(op), frame] = 1
        waiting = [(op, frame)]
        while waiting:
            current, number = waiting.pop()
            self._ops[id(current)] = current
            with contextlib.suppress(PairCatError):  # making it will say what is wrong
                for place in current.needs(number):
                    if not self._wanted[id(place[0]), place[1]]:
                        waiting.append(place)
                    self._wanted[id(place[0]), place[1]] += 1
