"""The resume command: go on with a run that was stopped, interrupted or finished, and with the pairs it began with."""

from __future__ import annotations

import argparse
import dataclasses
from typing import TYPE_CHECKING, Any

from paircat.cli.options import LENGTHS, Parser, setting_values
from paircat.cli.progress import form_of
from paircat.engine.home_folder import typed_path
from paircat.engine.picture.frames import FrameRange
from paircat.farm.path_mapping import PathMapping
from paircat.nodes.copycat_knobs import CHANGEABLE

if TYPE_CHECKING:
    from paircat.engine.runs.job import Job
    from paircat.engine.runs.run import Run


def configure(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", help="the Data Directory")
    parser.add_argument("name", nargs="?", default="", metavar="RUN", help="the run; without it the newest")
    parser.offer_length()
    parser.offer_knobs((*CHANGEABLE, "frames"))
    parser.offer_progress()
    parser.add_argument(
        "--path-mapping", metavar="FILE", help="rules by which the paths of a run from another machine are found here"
    )


def run(given: argparse.Namespace) -> int:
    from paircat.cli.session import train_here
    from paircat.engine.runs.data_directory import DataDirectory

    # Absolute, so that the hints printed at the end hold in every folder.
    directory = DataDirectory(typed_path(given.folder).absolute())
    found = directory.run(given.name)
    if found.holder() is None:
        found.clear_stop()  # whoever resumes does not mean a request to stop from before
    return train_here(job(found, given), form_of(given))


def job(run: Run, given: argparse.Namespace) -> Job:
    """The run's job with what the command line changes of it.

    Raises:
        RunError: as check_resumption.
    """
    from paircat.engine.runs.resumption import check_resumption, own_job

    found = _mapped(own_job(run), getattr(given, "path_mapping", None))
    knobs = {**given.knobs_of_environment, **given.knobs}
    frames = FrameRange.parse(str(knobs.get("frames", "")))  # some may have been painted since
    changes = {**settings_of(knobs), **setting_values(given)}
    lengthened = any(getattr(given, name) is not None for name in LENGTHS)
    if lengthened:
        # One length takes the place of whichever the run had.
        changes = {"steps": 0, "minutes": 0.0, **changes}
    settings = dataclasses.replace(found.settings, **changes)
    timed_from = None if given.minutes is not None else found.timed_from  # minutes that are asked for count from now
    finishing = found.finishing and not lengthened
    found = dataclasses.replace(
        found,
        frames=frames if frames.frames else found.frames,
        settings=settings,
        finishing=finishing,
        timed_from=timed_from,
    )
    check_resumption(run, found)
    return found


def _mapped(job: Job, file: str | None) -> Job:
    """The job with its paths as they are on this machine.

    Raises:
        PairCatError: the rules cannot be read.
    """
    if file is None:
        return job
    mapping = PathMapping.load(file)
    weights = job.settings.checkpoint_file
    return dataclasses.replace(
        job,
        input=mapping.apply_to_op(job.input),
        ground_truth=mapping.apply_to_op(job.ground_truth),
        preview=None if job.preview is None else mapping.apply_to_op(job.preview),
        settings=dataclasses.replace(job.settings, checkpoint_file=mapping.apply(weights) if weights else weights),
    )


def settings_of(knobs: dict[str, Any]) -> dict[str, Any]:
    """CopyCat's knobs as a job has them."""
    from paircat.nodes.copycat import SETTINGS, CopyCat

    node = CopyCat("CopyCat1", knobs)
    values = {SETTINGS[knob]: node.value(knob) for knob in knobs if knob in SETTINGS}
    if "batchSizeType" in knobs:
        values["batch_size"] = 0 if node.value("batchSizeType") == "Auto" else node.value("batchSize")
    if "device" in knobs:
        values["device"] = node.value("device")
    return values
