"""Training: one CopyCat's runs as the window sees them, and what an artist does to them: start, stop, resume, rename.

A Training lives as long as its node, whether its panel is open or not. It changes runs through the Data Directory
alone, so nothing of it matters to a training that goes on when the window is closed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import QObject, QTimer, Signal

from paircat.engine.errors import GraphError, PairCatError
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.run import Run
from paircat.engine.settings import TrainingSettings
from paircat.engine.training_estimate import TrainingEstimate
from paircat.nodes.copycat import CopyCat
from paircat.ui.active_run import ActiveRun
from paircat.ui.background import in_background
from paircat.ui.canvas import Canvas
from paircat.ui.changed_settings import ChangedSettings
from paircat.ui.copycat_reading import CopycatReading
from paircat.ui.estimate_process import EstimateProcess
from paircat.ui.folder_watch import RunSnapshot
from paircat.ui.launch import Launch, OtherPairs, Pairs, end_of_process, folder_to_create, launch_again, launch_new
from paircat.ui.launches import Launches
from paircat.ui.mistake import Mistake
from paircat.ui.pairs_estimate import PairsEstimate
from paircat.ui.run_deletion import delete_runs
from paircat.ui.run_monitor import RunMonitor
from paircat.ui.run_names import renaming
from paircat.ui.stopping import Stopping
from paircat.ui.text_focus import commit_typed

_SETTLE_MILLISECONDS = 250


class Training(QObject):
    """The runs of one CopyCat.

    Attributes:
        owner(run): the name of the CopyCat whose run it is; empty where nobody knows.
        refusal: why nothing can be started or resumed as the panel stands; empty where something can.

    Signals:
        changed: the runs, or which of them is active, are not as they were.
        estimate_changed: what a training would come to is known anew.
        message_changed: a sentence for the artist; empty takes back the one before.
        run_renamed: old and new name.
        pairs_differ(other): a resume needs to know which pairs are meant.
        folder_missing(path): a start lacks the Data Directory, which could be created.
    """

    changed = Signal()
    estimate_changed = Signal()
    message_changed = Signal(str)
    run_renamed = Signal(str, str)
    pairs_differ = Signal(OtherPairs)
    folder_missing = Signal(str)

    def __init__(
        self, canvas: Canvas, name: str, estimate_process: EstimateProcess, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.canvas = canvas
        self.name = name
        self.owner: Callable[[Run], str] = lambda run: ""
        self.refusal: Callable[[], str] = lambda: ""
        self.monitor = RunMonitor(self)
        self.sentence = ""
        self._folder_problem: str | None = None  # why nobody knows which folder it is
        self._trouble = ""  # what the folder that is looked at said last
        self._sentences = 0
        self.estimate: TrainingEstimate | None = None
        self._pairs_estimate = PairsEstimate(estimate_process, self)
        self._pairs_estimate.found.connect(self._take_estimate)
        self._pairs_estimate.outdated.connect(self._look_at_node)
        self._changed_settings = ChangedSettings()
        self._reading = CopycatReading(canvas, lambda: self.name)
        self._mistake = Mistake(self.say, lambda: self.sentence)
        self._launches = Launches(self.monitor.snapshot, self)
        self._stopping = Stopping(self, self._launches.way_to_stop, self.monitor.refresh, self._refused, self._launched)
        self._sources: frozenset[str] = frozenset()
        self._active = ActiveRun(
            self.monitor,
            lambda: self._sources,
            lambda: str(canvas.node(self.name).usable("activeRun")),
            lambda run: canvas.put_values(self.name, {"activeRun": run}),
        )
        self._launches.started.connect(self._launched)
        self._launches.refused.connect(self._refuse)
        self._launches.folder_missing.connect(self.folder_missing)
        self._launches.pairs_differ.connect(self.pairs_differ)
        self._launches.looked.connect(self.monitor.refresh)
        self._launches.changed.connect(self.changed)
        self._launches.ended.connect(lambda run: self._ended(run, began=False))
        self._launches.overdue.connect(self.say)
        self._launches.caught_up.connect(lambda sentence: self.say("") if self.sentence == sentence else None)
        self.monitor.changed.connect(self._runs_changed)
        self.monitor.failed.connect(self._tell_of_folder)
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MILLISECONDS)
        self._settle.timeout.connect(self._look_at_node)
        canvas.changed.connect(self._settle.start)
        self._look_at_node()

    def close(self) -> None:
        """Stop looking. Trainings go on."""
        self.canvas.changed.disconnect(self._settle.start)
        self._settle.stop()
        self._pairs_estimate.close()
        self._launches.close()
        self.monitor.close()

    def want_estimate(self) -> None:
        """Keep `estimate` up to date from now on. It costs a process with PyTorch, so only what shows it asks."""
        self._pairs_estimate.wanted = True
        self._look_at_node()

    # -- what there is ----------------------------------------------------------------------------------------------

    @property
    def node(self) -> CopyCat:
        node = self.canvas.node(self.name)
        assert isinstance(node, CopyCat)
        return node

    @property
    def snapshots(self) -> tuple[RunSnapshot, ...]:
        return self.monitor.snapshots

    @property
    def active(self) -> RunSnapshot | None:
        """The run that Resume, Create Inference and Preview mean: the one the knob names, or the newest."""
        return self._active.snapshot

    @property
    def running(self) -> RunSnapshot | None:
        """The run that Stop means: the active one if it trains, or any other that does."""
        active = self.active
        if active is not None and active.training:
            return active
        return next((snapshot for snapshot in self.snapshots if snapshot.training), None)

    def owns(self, run: Run) -> bool:
        """Whether a run was started for this node, since it was opened, or is named by it."""
        return run in self._launches.begun or self._active.is_named(run)

    def why_foreign(self, snapshot: RunSnapshot) -> str:
        """Why a run is taken for another node's; empty for this one's own, and for one that the artist chose."""
        return self._active.refusal(snapshot)

    def on_resume(self, snapshot: RunSnapshot) -> TrainingSettings | None:
        """What a run would go on with, as the knobs stand; None where nobody knows."""
        if snapshot.settings is None:
            return None
        try:
            changes = self._changed_settings.on_resume(snapshot.run, self._reading.settings())
            return replace(snapshot.settings, **changes)  # type: ignore[arg-type]
        except PairCatError:
            return None

    @property
    def starting(self) -> Launch | None:
        """A process that is still on its way."""
        return self._launches.first

    @property
    def preparing(self) -> bool:
        """Whether the files of a start or resume are being looked at; its process comes after that."""
        return bool(self._launches.preparing)

    def in_the_way(self, quitting: bool) -> str:
        """A sentence about what would be forgotten if the script or the window closed now; empty for nothing."""
        if quitting and self.preparing:
            return f"A training of {self.name} is being started; its process is not there yet."
        if unfinished := self._stopping.unfinished:
            return f"'{unfinished[0]}' was asked to finish, but has not stopped yet; it would end unsettled."
        return ""

    def say(self, sentence: str) -> None:
        self.sentence = sentence
        self._sentences += 1
        self.message_changed.emit(sentence)

    # -- what is done -----------------------------------------------------------------------------------------------

    def start(self, create_folder: bool = False) -> None:
        """Train the pairs as the canvas has them, in a new run; with `create_folder`, the Data Directory may be new.

        Without it, `folder_missing` tells of one that could be created.
        """
        commit_typed()
        if self._mistake.found_by(lambda: self._problem(self._reading.job)):
            return
        job = self._reading.job()

        def launch() -> Launch | str:
            missing = "" if create_folder else folder_to_create(job.data_directory)
            return missing or launch_new(job, create_folder)

        self._launches.prepare(job.data_directory, launch, job.settings)

    def resume(self, name: str = "", pairs: Pairs = Pairs.ASK) -> None:
        """Go on with a run, the active one without a name, to the Epochs of the knob.

        Of the other knobs that may change in the middle of a run it takes those that were touched since it was started;
        the Frames, where there are any: some may have been painted since. Where other pairs are connected than the run
        began with, `pairs` says which are meant, or else `pairs_differ` asks.
        """
        commit_typed()
        if self._mistake.found_by(lambda: self._problem(self._reading.settings_and_frames)):
            return
        snapshot = self.monitor.snapshot(name) if name else self.active
        if snapshot is None:
            self.say("There is no run to resume; start a training first.")
            return
        if not name and (why := self._active.refusal(snapshot)):
            self.say(why)
            return
        wanted, frames = self._reading.settings_and_frames()
        connected = self._reading.job_if_any()
        changes = self._changed_settings.on_resume(snapshot.run, wanted)

        def launch() -> Launch | OtherPairs:
            return launch_again(snapshot, changes, frames, connected, pairs)

        self._launches.prepare(str(snapshot.run.folder), launch, wanted)

    def stop(self, name: str = "") -> None:
        """Ask the training to save and end after its current step.

        Args:
            name: of the run; without one, that which trains here.
        """
        self.say("")
        snapshot, launch = self.monitor.snapshot(name) if name else self.running, self.starting
        run = snapshot.run if snapshot is not None else launch.run if launch is not None else None
        if run is None:
            self.say("Nothing is being trained here, so there is nothing to stop.")
            return
        self._stopping.stop(run)

    def finish(self, name: str = "") -> None:
        """Bring a run to a near, settled end: stop it where it trains, and go on at full resolution for a while.

        Args:
            name: of the run; without one, that which trains, else the active one.
        """
        snapshot = self.monitor.snapshot(name) if name else self.running or self.active
        if snapshot is None:
            self.say("There is no run to finish; start a training first.")
            return
        self.say("" if name else self.why_foreign(snapshot))
        if self.sentence:
            return
        self._stopping.finish(snapshot)
        self.changed.emit()

    def is_finishing(self, snapshot: RunSnapshot) -> bool:
        """Whether a run is on its way to an early end, or was asked for that a moment ago."""
        return snapshot.info.finishing or self._stopping.is_finishing(snapshot.name)

    def set_live(self, live: bool) -> None:
        """Look for runs that others make, too. It is no step of undo, since it only changes what is looked at."""
        self.canvas.put_values(self.name, {"liveUpdates": live})
        self.monitor.set_live(live)

    def activate(self, name: str) -> None:
        """Make a run the active one."""
        self.canvas.set_value(self.name, "activeRun", name)
        self.changed.emit()

    def rename(self, old: str, new: str) -> None:
        """Rename a run and its files, and what the script says of them."""
        snapshot = self.monitor.snapshot(old)
        if snapshot is None or new == old:
            return
        self.say("")
        folder = snapshot.run.folder
        in_background(
            self,
            lambda: DataDirectory(folder).rename(snapshot.run, new.strip()),
            lambda run: self._renamed(snapshot, run),
            self._refused,
        )

    def delete(self, names: list[str]) -> None:
        """Delete all files of some runs, for good; asking the artist first is the caller's part."""
        self.say("")
        runs = [snapshot.run for snapshot in self.snapshots if snapshot.name in names]
        delete_runs(self, runs, self._deleted)

    # -- what happens -----------------------------------------------------------------------------------------------

    def _problem(self, read: Callable[[], object]) -> str:
        """Why nothing can be made of the panel and the canvas as they are; empty where `read()` can."""
        if refusal := self.refusal():
            return f"Nothing was started. {refusal}"
        try:
            read()
        except PairCatError as error:
            return str(error)
        return ""

    def look_again(self) -> None:
        """What the panel shows is other than it was, though nothing has changed on the canvas."""
        self._mistake.look_again()

    def _look_at_node(self) -> None:
        """Follow the knobs: another Data Directory is watched, the training of other pairs is estimated."""
        try:
            node, graph = self._reading.node()
        except GraphError:
            return
        try:
            folder = node.data_directory(graph) if node.value("dataDirectory") else ""
            if folder != self.monitor.folder or self.sentence == self._folder_problem:
                self.say("")  # what was wrong was said of another folder
                self._launches.wait_only_for(folder)
            self._folder_problem = None
            self.monitor.watch(folder)
        except GraphError as error:
            self._folder_problem = str(error)
            self.say(self._folder_problem)
        self._sources = node.sources(graph)
        if node.usable("liveUpdates") != self.monitor.live:
            self.monitor.set_live(node.usable("liveUpdates"))
        self._pairs_estimate.follow(node, graph)
        self._mistake.look_again()
        self.changed.emit()

    def _tell_of_folder(self, sentence: str) -> None:
        """What is wrong with the folder, or that nothing is any more; nothing else is taken back by that."""
        before, self._trouble = self._trouble, sentence
        if sentence or self.sentence == before:
            self.say(sentence)

    def _refuse(self, sentence: str) -> None:
        """Nothing was started, for what was found in the files; that is true as long as the knobs stay so."""
        values = self.node.values
        self._mistake.found_by(lambda: sentence if self.node.values == values else "")

    def _take_estimate(self, found: TrainingEstimate) -> None:
        self.estimate = found
        self.estimate_changed.emit()

    def _launched(self, launch: Launch, settings: TrainingSettings | None = None) -> None:
        """A process is on its way. `settings` are those of the knobs, where it took them."""
        if settings is not None:
            self._changed_settings.started(launch.run, settings)
        self._stopping.begun(launch.run)
        self._launches.add(launch)
        self._active.begins(launch.run.name)
        self._look_at_node()  # the knobs may have changed a moment before
        self.monitor.refresh()
        self.changed.emit()

    def _ended(self, run: Run, began: bool = True) -> None:
        """Say why a process ended, where it did not end in order, unless something newer has been said by then."""
        before = self._sentences

        def report(sentence: str) -> None:
            if sentence and self._sentences == before:
                self.say(sentence)

        in_background(self, lambda: end_of_process(run, began), report, report)

    def _runs_changed(self) -> None:
        self._launches.runs_changed()
        self._changed_settings.see((snapshot.run for snapshot in self.snapshots), self._reading.settings)
        for run in self._stopping.runs_changed(self.snapshots):
            self._ended(run)
        self._active.keep()
        self.changed.emit()

    def _renamed(self, old: RunSnapshot, new: Run) -> None:
        """Whatever names the run or its files, now or by undo and redo, gets the new name; the files keep it, too."""
        self._changed_settings.renamed(old.run, new)
        self.run_renamed.emit(old.name, new.name)
        rename = renaming(self.canvas.script().graph(), self.name, old, new)
        if self.canvas.history.rewrite(rename):
            self.canvas.undo_stack.resetClean()  # the saved script has the old name
        self._launches.renamed(old.run, new)
        self._active.renamed(old.name, new.name)
        self.canvas.changed.emit()
        self.monitor.refresh()

    def _deleted(self, gone: list[str], problem: str) -> None:
        self._active.deleted(gone)
        if problem:
            self.say(problem)
        self.monitor.refresh()
        self.changed.emit()

    def _refused(self, sentence: str) -> None:
        self.say(sentence)
        self.monitor.refresh()
        self.changed.emit()
