"""Task: what train, render and infer do otherwise when a farm runs them: paths, retries, and what counts as done."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from paircat.cli import graphs
from paircat.cli.options import Parser
from paircat.engine.errors import GraphError, PairCatError, RunError
from paircat.engine.home_folder import typed_path
from paircat.engine.output_stream import OutputStream
from paircat.engine.report import sentence_line
from paircat.farm import openjd_lines
from paircat.farm.path_mapping import PathMapping

if TYPE_CHECKING:
    from paircat.engine.runs.data_directory import DataDirectory
    from paircat.engine.runs.job import Job
    from paircat.engine.runs.run import Run
    from paircat.nodes.copycat import CopyCat
    from paircat.nodes.script import Script

_OF_SCRIPTS = {
    "script_folder": "--script-folder",
    "path_mapping": "--path-mapping",
    "trained": "--run",
    "networks": "--network",
}


def configure(parser: Parser) -> None:
    """The options of every task."""
    group = parser.add_argument_group("on a farm")
    group.add_argument(
        "--task",
        action="store_true",
        help="work as a farm's task: it can be tried again, and has failed when it was ended before its end",
    )
    group.add_argument("--script-folder", metavar="DIR", help="where the script's relative paths start")
    group.add_argument("--path-mapping", metavar="FILE", help="rules by which the script's paths are found here")


def configure_networks(parser: Parser) -> None:
    """The options by which a task takes what was trained before it."""
    group = parser.add_argument_group("networks trained before")
    group.add_argument(
        "--run", dest="trained", action="append", default=[], metavar="COPYCAT=RUN", help="the run that counts"
    )
    group.add_argument(
        "--network",
        dest="networks",
        action="append",
        default=[],
        metavar="INFERENCE=COPYCAT",
        help="give an Inference the newest network of a CopyCat",
    )


def load(given: argparse.Namespace) -> Script:
    """The script, with its paths as they are on this machine and the networks that it is to take.

    Raises:
        PairCatError: it cannot be read, or a network is not there.
    """
    script = graphs.load(given.script)
    if given.script_folder:
        script.path = typed_path(given.script_folder) / Path(given.script).name
    if given.path_mapping:
        PathMapping.load(given.path_mapping).apply_to(script)
    for name, run in pairs("--run", given.trained).items():
        graphs.pick(script, "CopyCat", name).set("activeRun", run)
    for name, copycat in pairs("--network", given.networks).items():
        inference = graphs.pick(script, "Inference", name)
        inference.set("modelFile", _newest_network(script, copycat))
    return script


def refuse_without_script(given: argparse.Namespace) -> None:
    """Files that are named one by one have no paths to map and no other nodes.

    Raises:
        PairCatError: an option that means a script's paths or nodes is given.
    """
    for name, flag in _OF_SCRIPTS.items():
        if getattr(given, name):
            raise PairCatError(f"{flag} is for a script, and none is given; leave it out, or give a SCRIPT.pcat.")


def pairs(option: str, texts: list[str]) -> dict[str, str]:
    """What an option that is given as NAME=VALUE says.

    Raises:
        PairCatError: there is no = in it.
    """
    found = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise PairCatError(f"'{option} {text}' says nothing; write two names with = between them.")
        found[name] = value
    return found


def frames(given: argparse.Namespace) -> str:
    """The frames that were asked for. A farm's are in Open Job Description's notation."""
    text = given.frames or ""
    return openjd_lines.frames(text) if given.task else text


def train(job: Job, form: str) -> int:
    """Begin the run that a job names, or go on with it; one that has come as far as the job asks stays as it is.

    Returns:
        The exit status: 0, also where somebody asked the run to stop; after a signal that of a process which it ended.

    Raises:
        PairCatError: the job has no name, somebody else trains it, or it cannot be trained.
    """
    from paircat.cli.progress import training_progress
    from paircat.engine import train as training
    from paircat.engine.runs.data_directory import DataDirectory
    from paircat.engine.runs.run import Run

    if not job.run:
        raise PairCatError("A farm's training needs a name, so that it can go on when it is tried again; add --name.")
    folder = DataDirectory(job.data_directory)
    _make(folder.path)
    run = Run(job.run, folder.path)
    _wait_until_free(run, form)
    found = _taken_up(job, folder, run)
    if found is None:
        _say(f"'{run.name}' is finished already; it stays as it is.", form)
        return 0
    with training.stop_signals(run) as signals, training_progress(sys.stdout, form) as progress:
        finished = training.train(found, progress, signals)
    return ended_by(signals.came[0]) if signals.came and finished.reason == "stopped" else 0


def ended_by(number: int) -> int:
    """The exit status of a process that a signal has ended, as shells and schedulers know it."""
    return 128 + number


def _make(folder: Path) -> None:
    """A farm machine makes the Data Directory: the scheduler may have given it a disk of its own."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise RunError(f"The Data Directory '{folder}' cannot be made: {error.strerror}. Check the path.") from error


def _wait_until_free(run: Run, form: str) -> None:
    """Wait while a process trains the run that may be dead: that of another machine is known by its heartbeat alone.

    Raises:
        RunError: it is alive.
    """
    from paircat.engine.runs.lock import BEAT_SECONDS, STALE_SECONDS

    holder = run.holder()
    if holder is not None:
        _say(f"Waiting for {holder.host} (process {holder.pid}) to let go of '{run.name}'.", form)
    end = time.monotonic() + STALE_SECONDS + BEAT_SECONDS
    while holder is not None and time.monotonic() < end:
        time.sleep(1.0)
        holder = run.holder()
    if holder is not None:
        raise RunError(
            f"'{run.name}' is being trained on {holder.host} (process {holder.pid}); stop it there, or give this "
            "training another name."
        )


def _say(sentence: str, form: str) -> None:
    OutputStream(sys.stdout).write_line(sentence_line(sentence, form == "json"))


def _taken_up(job: Job, folder: DataDirectory, run: Run) -> Job | None:
    """The job with what was done of it already; None where nothing is left to do."""
    from paircat.engine.runs.resumption import NothingLeftError, check_resumption

    if all(known.name != run.name for known in folder.runs()):
        folder.new_run(run.name)  # says why it cannot be
        return job
    found = dataclasses.replace(job, resume=True)  # its minutes count over all tries
    try:
        check_resumption(run, found)
    except NothingLeftError:
        return None
    return found


def _newest_network(script: Script, name: str) -> str:
    node: CopyCat = graphs.pick(script, "CopyCat", name)  # type: ignore[assignment]
    graph = script.graph()
    run = node.active_run(graph)
    network = run.newest_cat() if run is not None else None
    if network is None:
        raise GraphError(f"{name} has no network in '{node.data_directory(graph)}' yet; train it first.")
    return str(network)
