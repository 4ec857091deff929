"""FolderWatch: what a Data Directory holds now, found with as few looks at a slow drive as can be. It knows no Qt.

The table of runs comes first, from the end of each summary; then an outline of each curve, if it is long; then all
losses, run by run. From then on a look costs one question for the folder's time of change, and a few bytes from each
summary that may have grown.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from paircat.engine.errors import PairCatError, RunError
from paircat.engine.path_kind import is_folder
from paircat.engine.runs.checkpoint import trained_batch_size
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.job import read_settings, read_sources
from paircat.engine.runs.run import Run, RunInfo, RunState
from paircat.engine.runs.run_files import LEARNT, RunFile
from paircat.engine.runs.summary import Summary, SummaryFollower
from paircat.engine.settings import TrainingSettings
from paircat.ui.run_recipe import recipe

IS_TO_COME = "does not exist yet; Start Training offers to create it."
"""How the sentence of a folder ends that is only new, not missing."""
_LISTED = (*LEARNT, ".job")
# A folder whose time of change is this new may change again within the same tick of the drive's clock.
_CLOCK_TICK = 2.0
_LONG = 10_000  # steps, from which on an outline comes sooner than all losses
_SCAN_SHARE = 10  # at most one tenth of the time is spent listing a folder of very many files


@dataclass(frozen=True, eq=False)
class RunSnapshot:
    """A run as it was when the folder was last looked at.

    Attributes:
        summary: the losses; empty until they have been read, which `loaded` says.
        outline: a few of the losses, for as long as not all of them have been read.
        cats, sheets, previews: the steps they were saved at, in rising order.
        settings: of the job it was started with, where there is one.
        sources: the files of that job's Reads; none where that is not known.
        recipe: how it was started, in words; empty until its losses have been read.
        batch_size: crops a step; 0 until its losses have been read, and where that is not known.
        problem: why its summary cannot be read, or empty.
    """

    run: Run
    info: RunInfo
    summary: Summary = field(default_factory=Summary)
    loaded: bool = False
    outline: Summary = field(default_factory=Summary)
    cats: tuple[int, ...] = ()
    sheets: tuple[int, ...] = ()
    previews: tuple[int, ...] = ()
    settings: TrainingSettings | None = None
    sources: frozenset[str] = frozenset()
    recipe: str = ""
    batch_size: int = 0
    problem: str = ""

    @property
    def name(self) -> str:
        return self.run.name

    @property
    def newest_cat(self) -> Path | None:
        """The file of the newest network that can be applied here; Nuke's own cannot."""
        return self.run.cat(self.cats[-1]) if self.cats and self.info.state != RunState.FOUNDRY else None

    @property
    def training(self) -> bool:
        return self.info.state == RunState.TRAINING


@dataclass(frozen=True)
class _Files:
    """The files of one run in a listing."""

    newest: float
    steps: Mapping[str, tuple[int, ...]]


class FolderWatch:
    """Follows the runs of one folder. Not for several threads at once."""

    def __init__(self, folder: str | Path) -> None:
        self.path = Path(folder)
        self._snapshots: dict[str, RunSnapshot] = {}
        self._followers: dict[str, SummaryFollower] = {}
        self._listing: dict[str, _Files] = {}
        self._parsed: dict[str, RunFile | None] = {}
        self._listed = False
        self._listed_change = -1
        self._next_listing = 0.0

    @property
    def snapshots(self) -> tuple[RunSnapshot, ...]:
        """The run that was written to last comes first."""
        order = sorted(self._listing, key=lambda name: (self._listing[name].newest, name), reverse=True)
        return tuple(self._snapshots[name] for name in order if name in self._snapshots)

    @property
    def training(self) -> bool:
        """Whether any run was being trained at the last look."""
        return any(snapshot.training for snapshot in self._snapshots.values())

    def look(self, thorough: bool = False) -> bool:
        """Look at the folder; true if anything changed.

        Args:
            thorough: list the files even where the folder's time says that none came or went.

        Raises:
            RunError: the folder is missing or cannot be read.
        """
        changed = self._list(thorough)
        for name in list(self._snapshots):
            changed |= self._follow(name)
        return changed

    def outline_next(self) -> bool:
        """Read a first sight of the losses of one more run; false if each has at least that."""
        for snapshot in self.snapshots:
            if not snapshot.loaded and not len(snapshot.outline):
                return self._outline(snapshot)
        return False

    def load_next(self) -> bool:
        """Read all losses of one more run; false if all are there."""
        for snapshot in self.snapshots:
            if not snapshot.loaded:
                self._load(snapshot)
                return True
        return False

    def _list(self, thorough: bool) -> bool:
        change = self._folder_change()
        began = time.monotonic()
        if not thorough and (change == self._listed_change or began < self._next_listing):
            return False
        listing, self._listed = self._read_listing(), True
        spent = time.monotonic() - began
        self._next_listing = began + _SCAN_SHARE * spent
        # What came in the same tick as this listing would not show in the time of change: then look again.
        self._listed_change = change if abs(time.time() - change / 1e9) > _CLOCK_TICK else -1
        return self._take(listing)

    def _folder_change(self) -> int:
        try:
            return self.path.stat().st_mtime_ns
        except OSError as error:
            if not self._listed and isinstance(error, FileNotFoundError) and is_folder(self.path.parent):
                raise RunError(f"The Data Directory '{self.path}' {IS_TO_COME}") from None
            DataDirectory(self.path).runs()  # raises the sentence for what is wrong
            return -1

    def _read_listing(self) -> dict[str, _Files]:
        """Every run's files. Only what was written last decides the order of runs and is asked for its time."""
        found: dict[str, dict[str, list[int]]] = {}
        try:
            with os.scandir(self.path) as entries:
                names = [entry.name for entry in entries]
        except OSError as error:
            raise RunError(
                f"The Data Directory '{self.path}' cannot be read: {error.strerror}. Check its permissions."
            ) from error
        if any(name.endswith(".renaming") for name in names):
            DataDirectory(self.path).runs()  # finishes what a killed process left half renamed; the next look sees it
        self._parsed = {name: self._parsed[name] if name in self._parsed else RunFile.parse(name) for name in names}
        for file in self._parsed.values():
            if file is not None and not file.part:
                steps = found.setdefault(file.run, {}).setdefault(file.suffix, [])
                if file.step is not None:
                    steps.append(file.step)
        return {
            name: _Files(self._last_change(Run(name, self.path), suffixes), _in_order(suffixes))
            for name, suffixes in found.items()
            if not suffixes.keys().isdisjoint(_LISTED)
        }

    def _last_change(self, run: Run, suffixes: Mapping[str, list[int]]) -> float:
        """When a run was last written to: its summary, job, or newest checkpoint."""
        paths = [path for suffix, path in ((".summary", run.summary), (".job", run.job)) if suffix in suffixes]
        for suffix, file in ((".cat", run.cat), (".ost", run.ost)):
            if suffix in suffixes:
                paths.append(file(max(suffixes[suffix])))
        newest = 0.0
        for path in paths:
            with contextlib.suppress(FileNotFoundError):  # deleted while we look
                newest = max(newest, path.stat().st_mtime)
        return newest

    def _take(self, listing: dict[str, _Files]) -> bool:
        """Make snapshots of what a listing says."""
        changed = listing != self._listing
        self._listing = listing
        for name in set(self._snapshots) - set(listing):
            del self._snapshots[name]
            del self._followers[name]
        for name, files in listing.items():
            run = Run(name, self.path)
            old = self._snapshots.get(name)
            if old is None:
                self._followers[name] = SummaryFollower(run.summary)
                old = RunSnapshot(run, run.info_with(files.steps), settings=_settings(run), sources=_sources(run))
            self._snapshots[name] = replace(
                old,
                cats=files.steps.get(".cat", ()),
                sheets=files.steps.get(".png", ()),
                previews=files.steps.get(".preview.png", ()),
            )
        return changed

    def _follow(self, name: str) -> bool:
        """Bring one run's losses and state up to date."""
        old = self._snapshots[name]
        follower = self._followers[name]
        grew = False
        if old.loaded:
            try:
                grew = follower.poll()
            except PairCatError as error:
                self._snapshots[name] = replace(old, problem=str(error))
                return str(error) != old.problem
        trains = old.run.holder() is not None
        if not grew and trains == old.training:
            return False
        new = replace(old, info=old.run.info, summary=follower.summary, problem="")
        if trains != old.training:  # with other settings, or for the first time with a .cat
            new = replace(new, settings=_settings(old.run), sources=_sources(old.run), **_of_cat(new))
        self._snapshots[name] = new
        return True

    def _outline(self, snapshot: RunSnapshot) -> bool:
        """True. A run that is not long, or cannot be read, is loaded at once."""
        outline = Summary()
        if snapshot.info.steps >= _LONG:
            with contextlib.suppress(PairCatError):  # loading says it
                outline = Summary.read_outline(snapshot.run.summary)
        if len(outline):
            self._snapshots[snapshot.name] = replace(snapshot, outline=outline)
        else:
            self._load(snapshot)
        return True

    def _load(self, snapshot: RunSnapshot) -> None:
        follower, problem = self._followers[snapshot.name], ""
        try:
            follower.poll()
        except PairCatError as error:
            problem = str(error)
        known = _of_cat(snapshot)
        self._snapshots[snapshot.name] = replace(
            snapshot, summary=follower.summary, loaded=True, outline=Summary(), problem=problem, **known
        )


def _in_order(suffixes: Mapping[str, list[int]]) -> dict[str, tuple[int, ...]]:
    return {suffix: tuple(sorted(steps)) for suffix, steps in suffixes.items()}


def _of_cat(snapshot: RunSnapshot) -> dict[str, Any]:
    """What the newest .cat of a run says beside its job."""
    cat = snapshot.newest_cat
    return {"recipe": recipe(snapshot.run, cat), "batch_size": trained_batch_size(cat)}


def _settings(run: Run) -> TrainingSettings | None:
    try:
        return read_settings(run.job)[0]
    except PairCatError:
        return None


def _sources(run: Run) -> frozenset[str]:
    try:
        return read_sources(run.job)
    except PairCatError:
        return frozenset()
