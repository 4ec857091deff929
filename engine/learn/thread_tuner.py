"""ThreadTuner: how many threads make the quickest steps, beside whatever else this machine is doing now.

The threads of a step meet some thousand times, and each time all wait for the last. Where another program takes one of
two processors, a step with two threads took 2.0 s and one with a single thread 0.13 s; with nothing beside it, 0.08 s
and 0.14 s. So the number is found by trying, in the run itself, at a cost of a step now and then.
"""

from __future__ import annotations

import contextlib
import statistics
import time
from collections.abc import Callable, Hashable, Iterator

import psutil
import torch

_KNOWN_AFTER = 3  # steps of a number, whose median says how long one takes with it now
_GAIN, _LOSS = 0.9, 1.3  # a number is taken at so much of the time, and given up at so much of it
_SLOWED = 1.5  # times as long as it was when it was chosen: something else has begun
_FIRST_PAUSE, _LONGEST_PAUSE = 4.0, 64.0  # seconds between tries; each that gains nothing doubles them
_FREE_SHARE = 0.5  # of the threads that would be added must find an idle processor
_FREED_SHARE = 0.25  # of them finding one that was busy when more were last tried is worth a try at once
_LOOK_EVERY = 4.0  # seconds over which idle processors are counted


def idle_processors() -> float:
    """How many of this process's processors have been idle, on average, since this was last asked."""
    busy = psutil.cpu_percent(percpu=True)
    process = psutil.Process()
    mine = process.cpu_affinity() if hasattr(process, "cpu_affinity") else range(len(busy))  # macOS has none
    return sum(1 - busy[number] / 100 for number in mine if number < len(busy))


class ThreadTuner:
    """How many threads to take, found out from how long steps take.

    Attributes:
        count: of threads for the next step, from 1 to the highest.
    """

    def __init__(
        self,
        highest: int,
        fixed: bool = False,
        clock: Callable[[], float] = time.perf_counter,
        idle: Callable[[], float] = idle_processors,
    ) -> None:
        """
        Args:
            highest: more are never taken; with 1 there is nothing to choose.
            fixed: it is always the highest.
            clock: seconds.
            idle: how many processors have had nothing to do since it was last asked.
        """
        self.count = self.highest = highest
        self._fixed = fixed or highest == 1
        self._clock, self._idle = clock, idle
        self._kind: Hashable = None
        self._times: list[float] = []
        self._settled = 0.0  # seconds of a step when the number was chosen; 0 until then
        self._tried_from: tuple[int, float] | None = None  # while another number is tried: the one before, its seconds
        self._fewer = True  # which way is tried next
        self._pause, self._next_try = _FIRST_PAUSE, 0.0
        self._idle_now = self._least_idle = 0.0  # processors: at the last look; the least since more were tried
        self._next_look = 0.0
        if not self._fixed:
            idle()  # from here on

    @contextlib.contextmanager
    def step(self, kind: Hashable = None) -> Iterator[None]:
        """Do a step in this block: with the threads that are chosen, and what it teaches about them."""
        if torch.get_num_threads() != self.count:
            torch.set_num_threads(self.count)
        started = self._clock()
        yield
        self.took(self._clock() - started, kind)

    def close(self) -> None:
        """After the last step: as it was before the first."""
        torch.set_num_threads(self.highest)

    def took(self, seconds: float, kind: Hashable = None) -> None:
        """A step took so long. `kind` names what has to be alike for two steps to be comparable."""
        if self._fixed:
            return
        if kind != self._kind:
            self._begin_anew(kind)
        self._times = [*self._times[1 - _KNOWN_AFTER :], seconds]
        if self._tried_from is not None:
            self._judge(*self._tried_from)
        elif len(self._times) == _KNOWN_AFTER:
            self._consider(statistics.median(self._times))

    def _begin_anew(self, kind: Hashable) -> None:
        if self._tried_from is not None:
            self.count = self._tried_from[0]
        self._kind, self._times, self._settled, self._tried_from = kind, [], 0.0, None
        self._pause, self._next_try, self._fewer = _FIRST_PAUSE, 0.0, True

    def _judge(self, before: int, seconds: float) -> None:
        """Keep the number that is tried, or go back to the one before; neither before enough is known."""
        if self._times[-1] < _LOSS * seconds and len(self._times) < _KNOWN_AFTER:
            return
        if statistics.median(self._times) < _GAIN * seconds:
            self._pause, self._next_try = _FIRST_PAUSE, 0.0  # there may be more to gain in the same direction
            self._settled = 0.0
        else:
            self.count, self._fewer = before, not self._fewer
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        self._times, self._tried_from = [], None

    def _consider(self, seconds: float) -> None:
        """Try another number where it is time to."""
        now = self._clock()
        self._settled = min(self._settled or seconds, seconds)
        slowed = seconds > _SLOWED * self._settled
        fewer, more = max(1, self.count // 2), min(2 * self.count, self.highest)
        freed = self._freed(now, more - self.count)
        if not freed and now < (self._next_try - self._pause + _FIRST_PAUSE if slowed else self._next_try):
            return
        self._next_try = now + self._pause
        if self._idle_now < _FREE_SHARE * (more - self.count):
            more = self.count  # they would only wait
        wanted = (fewer, more) if (self._fewer or slowed) and not freed else (more, fewer)
        other = next((number for number in wanted if number != self.count), self.count)
        if other != self.count:
            self._fewer = other < self.count
            self._least_idle = self._idle_now if other > self.count else self._least_idle
            self._tried_from, self.count, self._times = (self.count, seconds), other, []

    def _freed(self, now: float, added: int) -> bool:
        """Whether processors have become free for so many threads more since that was last tried.

        Decoding a large data set keeps a processor half busy for minutes; tries in vain have become rare by then.
        """
        if now < self._next_look:
            return False
        self._idle_now, self._next_look = self._idle(), now + _LOOK_EVERY
        freed = self._idle_now - self._least_idle >= _FREED_SHARE * added
        self._least_idle = min(self._least_idle, self._idle_now)
        return freed and added > 0 and self._idle_now >= _FREE_SHARE * added
