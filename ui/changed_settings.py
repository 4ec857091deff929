"""ChangedSettings: what an artist has changed of a run since it was started, as far as a CopyCat's knobs tell it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from paircat.engine.errors import PairCatError
from paircat.engine.runs.run import Run
from paircat.engine.settings import TrainingSettings
from paircat.nodes.copycat import CHANGEABLE_SETTINGS

_DEFAULTS = TrainingSettings()


class ChangedSettings:
    """Remembers how the knobs stood when a run was started or first seen here.

    A run may have been started by other means and with other settings than the knobs say. So a setting is only taken
    from them where it is not what it was then, or where somebody has set it, which is all that a script keeps.
    """

    def __init__(self) -> None:
        self._seen: dict[Run, TrainingSettings] = {}

    def see(self, runs: Iterable[Run], now: Callable[[], TrainingSettings]) -> None:
        """Note how the knobs stand, for those of the runs that were not seen before."""
        unseen = [run for run in runs if run not in self._seen]
        if unseen:
            try:
                self._seen.update(dict.fromkeys(unseen, now()))
            except PairCatError:  # a start or resume says what is wrong with the knobs
                return

    def started(self, run: Run, settings: TrainingSettings) -> None:
        """The run goes on with what the knobs said when it was started."""
        self._seen[run] = settings

    def renamed(self, old: Run, new: Run) -> None:
        if old in self._seen:
            self._seen[new] = self._seen.pop(old)

    def changes(self, run: Run, now: TrainingSettings) -> dict[str, object]:
        """The settings that the run is to take, of those that may change in the middle of it."""
        seen = self._seen.get(run, _DEFAULTS)
        wanted = {name: getattr(now, name) for name in CHANGEABLE_SETTINGS}
        return {
            name: value
            for name, value in wanted.items()
            if value != getattr(seen, name) or value != getattr(_DEFAULTS, name)
        }

    def on_resume(self, run: Run, now: TrainingSettings) -> dict[str, object]:
        """All that a resume changes: one length at a time, so the knob's Epochs replace what the run had."""
        return {"steps": 0, "minutes": 0.0, "epochs": now.epochs, **self.changes(run, now)}
