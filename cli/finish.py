"""The finish command: bring a run to an early but settled end: a fourth more steps, 100 at least, at a falling rate."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time

from paircat.cli.options import Parser
from paircat.cli.progress import form_of
from paircat.engine.home_folder import typed_path
from paircat.engine.output_stream import OutputStream
from paircat.engine.report import sentence_line

_LOOK_SECONDS = 0.2


def configure(parser: Parser) -> None:
    parser.add_argument("folder", metavar="DIR", help="the Data Directory")
    parser.add_argument(
        "name",
        nargs="?",
        default="",
        metavar="RUN",
        help="the run; without it the newest in training, or else the newest",
    )
    parser.offer_knobs(("device", "threads"))
    parser.offer_progress()


def run(given: argparse.Namespace) -> int:
    from paircat.cli.resume import settings_of
    from paircat.cli.session import train_here
    from paircat.cli.stop import chosen_run
    from paircat.engine.runs.data_directory import DataDirectory
    from paircat.engine.runs.finish import finishing_job

    form = form_of(given)
    chosen = chosen_run(DataDirectory(typed_path(given.folder).absolute()), given.name)
    if chosen.holder() is not None:
        chosen.ask_to_stop()
        text = f"Asked '{chosen.name}' to stop; this process goes on with it."
        OutputStream(sys.stdout).write_line(sentence_line(text, form == "json"))
        while chosen.holder() is not None:
            time.sleep(_LOOK_SECONDS)
        chosen.clear_stop()  # whose holder died instead of obeying; it would stop this process
    job = finishing_job(chosen)
    changes = settings_of({**given.knobs_of_environment, **given.knobs})
    return train_here(dataclasses.replace(job, settings=dataclasses.replace(job.settings, **changes)), form)
