"""The train command: learn from pairs, of a script's CopyCat or of two sequences."""

from __future__ import annotations

import argparse
import dataclasses
import os
from typing import TYPE_CHECKING

from paircat.cli import graphs, task
from paircat.cli.options import Parser, set_values, setting_values
from paircat.cli.progress import form_of
from paircat.engine.errors import PairCatError

if TYPE_CHECKING:
    from paircat.engine.runs.job import Job
    from paircat.nodes.script import Script


def configure(parser: Parser) -> None:
    parser.usage = (
        "paircat train SCRIPT.pcat [-X CopyCat1] [options]\n"
        "       paircat train --input 'in.####.exr' --groundtruth 'gt.####.exr' --data-dir DIR [options]"
    )
    parser.add_argument("script", nargs="?", metavar="SCRIPT.pcat", help="a saved graph with a CopyCat in it")
    parser.add_argument("-X", dest="node", metavar="NODE", help="the CopyCat to train, where there are several")
    parser.add_argument("--input", metavar="FILES", help="the sequence or movie before the work")
    parser.add_argument("--groundtruth", metavar="FILES", help="the same frames after the work")
    parser.add_argument("--preview", metavar="FILES", help="the whole shot, to show the result on other frames")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KNOB=VALUE", help="set a knob of the CopyCat; may be repeated"
    )
    parser.add_argument("--missing", metavar="error|hold|black", help="what to take for frames without a file")
    parser.offer_length()
    parser.offer_knobs()
    parser.offer_settings()
    parser.offer_progress()
    task.configure(parser)
    task.configure_networks(parser)


def run(given: argparse.Namespace) -> int:
    from paircat.cli.session import train_here

    form = form_of(given)
    if given.task:
        return task.train(asked(given), form)
    work = job(given)
    try:
        return train_here(work, form)
    except BaseException:
        _give_back(work)
        raise


def job(given: argparse.Namespace) -> Job:
    """What the command line asks for, under a name that is free.

    Raises:
        PairCatError: the script, a sequence or a setting is not as it should be.
    """
    found = asked(given)
    return dataclasses.replace(found, run=_run_name(found))


def asked(given: argparse.Namespace) -> Job:
    """What the command line asks for, under the name that it gives.

    Raises:
        PairCatError: the script, a sequence or a setting is not as it should be.
    """
    from paircat.nodes.copycat import CopyCat

    script = _script(given)
    graphs.set_missing(script, given.missing)
    node = graphs.pick(script, "CopyCat", given.node)
    assert isinstance(node, CopyCat)
    graphs.set_knobs(node, {**given.knobs_of_environment, **set_values(given.set), **given.knobs})
    if not node.value("dataDirectory"):
        raise PairCatError(f"{node.name} has no Data Directory; name the folder for its runs with --data-dir DIR.")
    found = node.job(script.graph())
    found.check_initial_weights()
    graphs.tell_oddities(script)
    changes = setting_values(given)
    preview_frame = changes.pop("preview_frame", None)
    if preview_frame is not None and found.preview is None:
        raise PairCatError(
            f"--preview-frame is {preview_frame}, but there is no Preview; name its files with --preview."
        )
    return dataclasses.replace(
        found,
        settings=dataclasses.replace(found.settings, **changes),
        preview_frame=found.preview_frame if preview_frame is None else preview_frame,
    )


def _give_back(job: Job) -> None:
    from paircat.engine.runs.data_directory import DataDirectory
    from paircat.engine.runs.run import Run

    directory = DataDirectory(job.data_directory)
    directory.give_back(Run(job.run, directory.path))


def _run_name(job: Job) -> str:
    """A free name; that of a training which goes on, or which another process names, is the one it has."""
    from paircat.engine.distributed_config import is_worker, restarted_by_torchrun
    from paircat.engine.runs.data_directory import DataDirectory

    again = restarted_by_torchrun(os.environ)
    if again and not job.run:
        raise PairCatError(
            "torchrun has started this training again, but there is no name to go on under; give one with --name RUN."
        )
    if again or is_worker(os.environ):
        return job.run
    return DataDirectory(job.data_directory).new_run(job.run).name


def _script(given: argparse.Namespace) -> Script:
    """The script that was named, or one made around the sequences that were."""
    named = [given.input, given.groundtruth, given.preview]
    if given.script:
        if any(named):
            raise PairCatError("Give either a script or --input and --groundtruth, not both.")
        return task.load(given)
    if not (given.input and given.groundtruth):
        raise PairCatError("Training needs a script, or both --input and --groundtruth; see 'paircat train --help'.")
    task.refuse_without_script(given)
    from paircat.nodes.script import Script

    script = Script()
    script.add("CopyCat", "CopyCat1")
    for slot, path in zip(("Input", "GroundTruth", "Preview"), named, strict=True):
        if path:
            script.connect(graphs.read_node(script, slot, path), "CopyCat1", slot)
    return script
