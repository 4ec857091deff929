"""LightFilter: the inverse of a lens's blur, on pictures that are seen behind a logarithm."""

from __future__ import annotations

import numpy as np
import torch
from patterns import soft

from paircat.engine.learn.encoding import signed_log
from paircat.engine.learn.light_filter import LightFilter
from paircat.engine.learn.local_filter import Crops, LocalFilter, judged

RANDOM = np.random.default_rng(0)


def batch(pixels: np.ndarray) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(pixels, np.float32)).permute(2, 0, 1)[None]


def blurred_light(count: int = 9) -> Crops:
    """Coded light up to 10, blurred before it was coded, and what is to be added to have it sharp."""
    mosaics = [np.kron(0.05 + 10 * RANDOM.random((20, 20, 3)) ** 3, np.ones((5, 5, 1))) for _ in range(count)]
    sharp = [soft(mosaic[:96, :96]) for mosaic in mosaics]
    pairs = [(signed_log(batch(soft(pixels))), signed_log(batch(pixels))) for pixels in sharp]
    return [(before, after - before) for before, after in pairs]


def test_a_blur_of_light_is_undone_better_than_by_a_filter_of_what_is_coded() -> None:
    """On crops that were not fitted a filter of light leaves less than half of what one of coded values leaves."""
    crops = blurred_light()
    assert judged(crops, LightFilter)[1] < 0.5 * judged(crops, LocalFilter)[1]


def test_what_is_judged_is_what_the_network_gets() -> None:
    """The filter that is set gives each cell what the one that was fitted gives."""
    crops = blurred_light()
    local = LightFilter(3, 3, 8)
    matrix, offset = local.fitted(crops)
    local.set(matrix, crops)
    before = crops[0][0]
    given = local(before)[0, :, 3:-3, 3:-3].flatten(1).T
    torch.testing.assert_close(given, LightFilter.filtered(before, torch.from_numpy(matrix)), rtol=0, atol=1e-4)
    assert not offset.any()


def test_a_fresh_filter_adds_nothing() -> None:
    """A network with a filter that nobody has fitted is one without, but for the rounding of the logarithm."""
    assert LightFilter(3, 3, 8)(torch.rand(1, 3, 18, 18)).abs().max() < 1e-5


def test_darkness_and_negative_light_stay_finite() -> None:
    """A black frame gets nothing, and an undershoot is coded with its sign."""
    local = LightFilter(3, 3, 8)
    local.set(local.fitted(blurred_light())[0], blurred_light())
    assert local(torch.zeros(1, 3, 32, 32)).abs().max() < 1e-6
    assert local(torch.full((1, 3, 32, 32), -0.3)).isfinite().all()
