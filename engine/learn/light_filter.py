"""LightFilter: a local filter of light, for pictures that the network sees behind a logarithm.

A lens blurs light. Behind a logarithm that is no longer a sum over the surroundings, and the less so the brighter a
highlight is, so the best filter of coded values gets only a part of it back. This one decodes, filters and codes again.
"""

from __future__ import annotations

import numpy as np
import torch

from paircat.engine.learn.encoding import signed_exp, signed_log
from paircat.engine.learn.linear_fit import Sums
from paircat.engine.learn.local_filter import CELLS, Crops, LocalFilter, as_cells, filter_pulls, inner, windows

_DARKENED = 4.0  # at most: a logarithm shows what would be negative as far from the truth (bench/LOG.md)
_DARK = 0.02  # of light: where the logarithm is as good as straight


class LightFilter(LocalFilter):
    """The same, from and to coded values, with as many channels out as in; the weights are those of light."""

    def added(self, cells: torch.Tensor) -> torch.Tensor:
        light = signed_exp(cells)
        spare = CELLS // 2
        middle = (slice(None), slice(None), slice(spare, -spare), slice(spare, -spare))
        return _coded(light[middle], super().added(light)) - cells[middle]

    @classmethod
    def fitted(cls, crops: Crops) -> tuple[np.ndarray, np.ndarray]:
        """As for a LocalFilter; light is weighed as the logarithm shows it, so a dark pixel's error counts for more."""
        sums = Sums()
        for before, wanted in crops:
            cells, light = as_cells(before), as_cells(signed_exp(before))
            missing = signed_exp(cells + as_cells(wanted)) - light
            weights = 1 / (_DARK + inner(light).abs().mean(dim=1, keepdim=True))
            sums.add(windows(light, CELLS), inner(missing), weights)
        matrix, offset = sums.solved(filter_pulls(sums.sizes))
        return matrix, np.zeros_like(offset)

    @classmethod
    def filtered(cls, before: torch.Tensor, matrix: torch.Tensor) -> torch.Tensor:
        light = as_cells(signed_exp(before))
        return _coded(inner(light), windows(light, CELLS) @ matrix.T) - inner(as_cells(before))


def _coded(light: torch.Tensor, added: torch.Tensor) -> torch.Tensor:
    """Their sum, coded. What rings beside a highlight darkens, but makes nothing black or negative that was not."""
    return signed_log(torch.maximum(light + added, torch.minimum(light, light / _DARKENED)))
