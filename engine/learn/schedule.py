"""Schedule: how large a step is, over the run. A short warm-up, a plateau, and a decay to nothing at its end.

The decay is what settles the weights (warm-up, stable, decay: S. Hu et al., 2024, arXiv:2404.06395, section 4). The
longer a run, the smaller its steps on the way, with the inverse root of their number: what is left to learn is finer,
and a run may be stopped anywhere.
"""

from __future__ import annotations

_WARM_UP_STEPS = 10
_DECAY_SHARE = 0.8
_PLATEAU_STEPS = 300


def rate_factor(step: int, share: float) -> float:
    """What the learning rate is multiplied with, 0..1.

    Args:
        step: steps done so far. share: how much of the run that is, 0..1; 0 where its length is unknown.
    """
    warmth = min(1.0, (step + 1) / _WARM_UP_STEPS)
    fineness = min(1.0, (_PLATEAU_STEPS / (step + 1)) ** 0.5)
    return warmth * min(fineness, max(0.0, 1 - share) / _DECAY_SHARE)
