"""Schedule: what changes over the run: how large a step is, how much small fixes weigh, how often they are made again.

The learning rate has a short warm-up, a plateau, and a decay to nothing at its end.

The decay is what settles the weights (warm-up, stable, decay: S. Hu et al., 2024, arXiv:2404.06395, section 4). The
longer a run, the smaller its steps on the way, with the inverse root of their number: what is left to learn is finer,
and a run may be stopped anywhere. The first steps of a new network are larger still, since nothing is settled yet.
"""

from __future__ import annotations

_WARM_UP_STEPS = 10
_DECAY_SHARE = 0.8
_PLATEAU_STEPS = 300
_BOOST, _BOOST_STEPS = 3.0, 100
_MOST_WEIGHT, _LEAST_WEIGHT = 0.5, 0.05
_WEIGHT_STEPS, _WEIGHT_SHARE = 150, 0.3
_MOST_PASTES, _PASTE_STEPS, _PASTE_END = 0.5, 500, 0.6


def rate_factor(step: int, share: float, boosted: bool = False) -> float:
    """What the learning rate is multiplied with, 0..1, or 0..3 in the first hundred steps where they are boosted.

    Args:
        step: steps done so far. share: how much of the run that is, 0..1; 0 where its length is unknown.
        boosted: whether the first steps are larger; those of a network that has learnt before would undo what it knows.
    """
    warmth = min(1.0, (step + 1) / _WARM_UP_STEPS)
    boost = min(_BOOST, max(1.0, (_BOOST_STEPS / (step + 1)) ** 0.5)) if boosted else 1.0
    fineness = min(1.0, (_PLATEAU_STEPS / (step + 1)) ** 0.5)
    return warmth * boost * min(fineness, max(0.0, 1 - share) / _DECAY_SHARE)


def change_weight(step: int, share: float) -> float:
    """How much of the loss the changed pixels make up at least, 0..1, however few they are.

    At first as much as all the others, so that a small fix is seen at all. But who is taught that every other pixel is
    to be changed changes too many; so it falls towards the end, and with the steps of a run that may be stopped.

    Args:
        step, share: as in `rate_factor`.
    """
    late = min(max(0.0, (share - _WEIGHT_SHARE) / (1 - _WEIGHT_SHARE)), 1.0)
    by_share = _MOST_WEIGHT * (_LEAST_WEIGHT / _MOST_WEIGHT) ** late
    by_steps = max(_LEAST_WEIGHT, _MOST_WEIGHT * min(1.0, _WEIGHT_STEPS / (step + 1)))
    return min(by_share, by_steps)


def paste_share(step: int, share: float) -> float:
    """The share of the crops that get a change pasted into another place (copy-paste augmentation), 0..1.

    None in the run's last part, and fewer and fewer in a run that may be stopped anywhere: who sees twice as many
    changes as there are expects as many.

    Args:
        step, share: as in `rate_factor`.
    """
    return 0.0 if share >= _PASTE_END else _MOST_PASTES * min(1.0, _PASTE_STEPS / (step + 1))
