"""Stopping: the runs of a CopyCat that were asked to stop, and what is to be done once they have."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject

from paircat.engine.runs.run import Run
from paircat.ui.background import in_background
from paircat.ui.folder_watch import RunSnapshot
from paircat.ui.launch import Launch, launch_finish


class Stopping:
    """Asks on another thread, since files say it and their drive may be slow. What comes after needs this window.

    Args:
        owner: whoever is asked for; nothing is called any more once it is gone.
        way_to_stop(run): what is to be done for that, on another thread.
        asked: the run was asked. refused(sentence): it could not be, or what was to come after could not.
        started(launch): the process of a run that was finished goes on with it.
    """

    def __init__(
        self,
        owner: QObject,
        way_to_stop: Callable[[Run], Callable[[], None]],
        asked: Callable[[], None],
        refused: Callable[[str], None],
        started: Callable[[Launch], None],
    ) -> None:
        self._owner, self._way_to_stop = owner, way_to_stop
        self._asked, self._refused, self._started = asked, refused, started
        self._then: dict[Run, Callable[[], None]] = {}
        self._finishing: set[str] = set()
        self._seen_training: set[Run] = set()

    @property
    def unfinished(self) -> tuple[str, ...]:
        """The names of runs that are to be finished, or gone on with, and have not stopped yet."""
        return tuple(run.name for run in self._then)

    def is_finishing(self, name: str) -> bool:
        """Whether a run was asked for its early end a moment ago."""
        return name in self._finishing

    def stop(self, run: Run, then: Callable[[], None] | None = None) -> None:
        """Ask a run to save and end after its current step, and do `then` once it has."""
        self._then.pop(run, None)
        self._finishing.discard(run.name)
        if then is not None:
            self._then[run] = then

        def failed(sentence: str) -> None:
            self._then.pop(run, None)
            self._refuse(run, sentence)

        in_background(self._owner, self._way_to_stop(run), lambda _: self._asked(), failed)

    def finish(self, snapshot: RunSnapshot) -> None:
        """Stop a run where it trains, and go on with it to a near, settled end."""
        run = snapshot.run

        def go_on() -> None:
            in_background(self._owner, lambda: launch_finish(run), self._started, lambda why: self._refuse(run, why))

        if snapshot.training:
            self.stop(run, go_on)
        else:
            go_on()
        self._finishing.add(run.name)

    def begun(self, run: Run) -> None:
        """A process of a run is on its way; an earlier one of that name does not count, where its folder was lost."""
        self._finishing.discard(run.name)
        self._seen_training.discard(run)

    def runs_changed(self, snapshots: Iterable[RunSnapshot]) -> list[Run]:
        """Do what was to come after a stop; returns the runs that trained when they were last seen, and do no more.

        A run that is not known now, since another folder is looked at or its drive is away, may train all the same.
        """
        training = {snapshot.run: snapshot.training for snapshot in snapshots}
        for run in [run for run in self._then if training.get(run) is False]:
            self._then.pop(run)()
        ended = [run for run in self._seen_training if training.get(run) is False]
        self._seen_training.difference_update(ended)
        self._seen_training.update(run for run, trains in training.items() if trains)
        return ended

    def _refuse(self, run: Run, sentence: str) -> None:
        self._finishing.discard(run.name)
        self._refused(sentence)
