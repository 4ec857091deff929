"""TimeLimit: how much of the minutes that a run was given is used. It goes on counting when the run is resumed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class TimeLimit:
    """Times are seconds of training over all sittings of the run, as Progress has them.

    Attributes:
        minutes: 0 where there is no limit. since: the time at which it began to count.
    """

    minutes: float
    since: float = 0.0

    @classmethod
    def resumed(cls, minutes: float, since: float | None, seconds: float) -> TimeLimit:
        """That of a run which has trained for `seconds`; without `since` it counts from now."""
        return cls(minutes, seconds if since is None else min(since, seconds))

    def share(self, seconds: float) -> float:
        """How much of it is used, from 0 to 1 or a little above; 0 where there is none."""
        return (seconds - self.since) / (60 * self.minutes) if self.minutes else 0.0

    def left(self, seconds: float) -> float:
        """How many seconds are left of it; 0 where there is none."""
        return 60 * self.minutes * max(0.0, 1 - self.share(seconds))

    def notes(self, seconds: float) -> tuple[str, ...]:
        """For the log of a run that goes on."""
        if not self.minutes:
            return ()
        if seconds <= self.since:
            return (f"Its {self.minutes:g} minutes count from here.",)
        return (f"Goes on with what is left of its {self.minutes:g} minutes: {self.left(seconds) / 60:.1f}.",)
