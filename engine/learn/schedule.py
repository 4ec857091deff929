"""Schedule: how large a step is, over the run. A short warm-up, a long plateau, and a decay to nothing at its end.

The decay is what settles the weights (warm-up, stable, decay: S. Hu et al., 2024, arXiv:2404.06395, section 4). A run
whose end is not known stays on the plateau.
"""

from __future__ import annotations

_WARM_UP_STEPS = 10
_DECAY_SHARE = 0.8


def rate_factor(step: int, share: float) -> float:
    """What the learning rate is multiplied with, 0..1.

    Args:
        step: steps done so far. share: how much of the run that is, 0..1; 0 where its length is unknown.
    """
    warmth = min(1.0, (step + 1) / _WARM_UP_STEPS)
    return warmth * min(1.0, max(0.0, 1 - share) / _DECAY_SHARE)
