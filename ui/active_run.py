"""ActiveRun: which of a CopyCat's runs is meant by Resume, Create Inference, Preview and contact sheets."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from paircat.engine.runs.run import Run
from paircat.ui.folder_watch import RunSnapshot
from paircat.ui.run_monitor import RunMonitor


class ActiveRun:
    """The run that the knob names, or the newest of those that learn what is connected, or the newest of all.

    Args:
        sources: the files that are connected, as Reads name them.
        named: what the knob says. name: sets it, which is no step of undo: it would undo nothing that was learnt, and
            hide what was.

    Attributes:
        followed: the run that is meant while the knob names none.
    """

    def __init__(
        self,
        monitor: RunMonitor,
        sources: Callable[[], frozenset[str]],
        named: Callable[[], str],
        name: Callable[[str], None],
    ) -> None:
        self.followed = ""
        self._monitor, self._sources, self._named, self._name = monitor, sources, named, name

    def is_named(self, run: Run) -> bool:
        """Whether the knob names it."""
        snapshot = self.snapshot
        return bool(self._named()) and snapshot is not None and snapshot.run == run

    @property
    def snapshot(self) -> RunSnapshot | None:
        name = self._named()
        return self._monitor.snapshot(name) if name else self._newest()

    def refusal(self, snapshot: RunSnapshot) -> str:
        """Why a run is not gone on with unless it was chosen; empty where it is."""
        if not self._is_foreign(snapshot) or self.is_named(snapshot.run):
            return ""
        return (
            f"'{snapshot.name}' learns other pictures ({min(snapshot.sources)}) than those connected here. Start "
            "Training begins a run of your own; to go on with that one, choose it in Progress first."
        )

    def _is_foreign(self, snapshot: RunSnapshot) -> bool:
        """Whether a run learns none of the files that are connected, but others; False where that is unknown."""
        own = self._sources()
        return bool(own and snapshot.sources and own.isdisjoint(snapshot.sources))

    def _newest(self) -> RunSnapshot | None:
        runs = self._monitor.snapshots
        return next((run for run in runs if not self._is_foreign(run)), runs[0] if runs else None)

    def begins(self, run: str) -> None:
        """A run begins here. The script remembers it: others that share the folder begin newer ones."""
        self.followed = run
        self._name(run)

    def keep(self) -> None:
        """A run that somebody else begins in the folder does not take the place of the one that trains here."""
        if self._named():
            return
        newest, followed = self._newest(), self._monitor.snapshot(self.followed)
        if self.followed and followed is not None and newest is not followed:
            self._name(followed.name)
        elif newest is not None and newest.training:
            self.followed = newest.name

    def renamed(self, old: str, new: str) -> None:
        self.followed = new if self.followed == old else self.followed

    def deleted(self, runs: Iterable[str]) -> None:
        """The newest is meant again where the knob named one of these."""
        if self._named() in runs:
            self._name("")
