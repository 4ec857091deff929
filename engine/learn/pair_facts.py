"""PairFacts: what holds for every pair that was trained on, where a plan was made from a few of them.

A plan looks at sixteen pairs, and a resumed run may have got new ones. What it says that no pair does is asked of each
pair when its crops are first drawn, so that Inference withholds nothing that some pair does show.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from paircat.engine.learn.change_mask import changed_pixels
from paircat.engine.learn.connected_components import component_sizes
from paircat.engine.learn.learnt_channels import is_same

if TYPE_CHECKING:
    from paircat.engine.learn.plan import Plan


class PairFacts:
    """Gathers them from one thread; another may ask at any time."""

    def __init__(self, plan: Plan, channels_in: Sequence[str], channels_out: Sequence[str]) -> None:
        # Where both sides have those that were the same.
        self._kept = {name: (channels_in.index(name), channels_out.index(name)) for name in plan.kept}
        self._masked = plan.shape.masked
        self._threshold = plan.change_threshold
        self._changed: set[str] = set()
        self._smallest = self._largest = 0

    def add(self, before: np.ndarray, after: np.ndarray, coded_before: np.ndarray, coded_after: np.ndarray) -> None:
        """Look at a pair: float32 (height, width, channels) as files have it, and as the network sees it."""
        for name, (here, there) in self._kept.items():
            if name not in self._changed and not is_same(before[:, :, here], after[:, :, there]):
                self._changed.add(name)
        if self._masked:
            found, largest = component_sizes([changed_pixels(coded_before, coded_after, self._threshold)])
            self._smallest = min(self._smallest or found, found or self._smallest)
            self._largest = max(self._largest, largest)

    def narrowed(self, plan: Plan) -> Plan:
        """The plan without what some pair has shown to be otherwise."""
        smallest = plan.smallest_change
        if smallest and self._smallest:
            smallest = min(smallest, self._smallest)
        kept = tuple(name for name in plan.kept if name not in self._changed)
        largest = max(plan.largest_change, self._largest) if plan.largest_change else 0
        return replace(plan, smallest_change=smallest, largest_change=largest, kept=kept)
