"""Growth: a run of a larger Model Size learns as Small first, and goes on wider with what it has learnt.

A step of a wider network takes two to four times as long, and what it has learnt in a minute a small one has learnt in
less than half of one; what it can do better shows later. So it begins small, and its features are copied once a part of
the run is over (widening.py). Until then its checkpoints are small networks.
"""

from __future__ import annotations

from paircat.engine.settings import ModelSize, TrainingSettings

_SHARE, _LATEST = 0.6, 2000  # of the run; steps
_TOO_LATE = 0.7


def starting_size(settings: TrainingSettings) -> ModelSize:
    """What a run begins as: weights that it starts from are of its own size already."""
    return settings.model_size if settings.warm_start else ModelSize.SMALL


def is_time(step: int, share: float, before: float) -> bool:
    """Whether a run grows after `step` steps, `share` (0..1) of all of it; `before` is its share a step earlier.

    Not near its end, where one is that was cut short: what is new would have no time to learn, and the rate falls. But
    a run whose steps are so large a part of it that one leads past the time to grow had no earlier occasion.
    """
    return (share >= _SHARE or step >= _LATEST) and (share < _TOO_LATE or before < _SHARE)


def note(size: ModelSize, wanted: ModelSize) -> str:
    """For the log, before the first step."""
    return f"Learns as {size} at first, and grows to {wanted} after {_SHARE:.0%} of the run or {_LATEST:,} steps."


def note_on_resume(size: ModelSize, wanted: ModelSize) -> str:
    """For the log of a run that goes on with a larger Model Size than it had."""
    return (
        f"Goes on as {size}, and grows to {wanted} after {_SHARE:.0%} of the run or {_LATEST:,} steps, but not in the "
        f"last {1 - _TOO_LATE:.0%} of it."
    )


def note_at_end(size: ModelSize, wanted: ModelSize) -> str:
    """For the log of a run that has come to its end without having grown."""
    return f"It ends as {size}: there was no time left to grow to {wanted}; resume it for longer, and it will."
