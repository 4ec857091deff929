"""The farm command: write a job bundle, or lists of commands, by which a farm trains and renders nodes of a script."""

from __future__ import annotations

import argparse
import secrets
import shlex
import shutil
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paircat.cli import graphs, task
from paircat.cli.options import LENGTHS, Parser, whole_number
from paircat.engine.errors import PairCatError, RunError
from paircat.engine.home_folder import typed_path

if TYPE_CHECKING:
    from paircat.farm.host_requirements import HostRequirements
    from paircat.farm.submission import Submission
    from paircat.nodes.graph import Graph
    from paircat.nodes.node import Node
    from paircat.nodes.script import Script

_KINDS = ("openjd", "commands")


def configure(parser: Parser) -> None:
    parser.usage = "paircat farm SCRIPT.pcat [-X NODE ...] --out FOLDER [options]"
    parser.add_argument("script", metavar="SCRIPT.pcat", help="a saved graph")
    parser.add_argument(
        "-X",
        dest="nodes",
        action="append",
        default=[],
        metavar="NODE",
        help="a CopyCat to train, a Write or Inference to render; may be repeated, and then renders what was trained; "
        "without it the only Write is rendered",
    )
    parser.add_argument("--out", required=True, metavar="FOLDER", help="the folder to write, new or empty")
    parser.add_argument("--replace", action="store_true", help="write over an earlier job in that folder")
    parser.add_argument(
        "--as",
        dest="kind",
        default="openjd",
        metavar="openjd|commands",
        help="a job bundle of Open Job Description, or plain lists of commands",
    )
    parser.add_argument("--title", default="", metavar="TEXT", help="what the farm's list of jobs calls it")
    parser.add_argument("--paircat", default="paircat", metavar="PROGRAM", help="how a farm machine calls PairCat")
    _configure_trainings(parser)
    _configure_renderings(parser)
    _configure_hosts(parser)


def _configure_trainings(parser: Parser) -> None:
    parser.offer_length()
    parser.add_argument(
        "--run",
        dest="trained",
        action="append",
        default=[],
        metavar="COPYCAT=RUN",
        help="name of the run; one that is there goes on to the length asked for",
    )


def _configure_renderings(parser: Parser) -> None:
    parser.add_argument("--frames", default="", metavar="RANGE", help="such as 1001-1040; without it each node's own")
    parser.add_argument("--chunk", type=whole_number, default=20, metavar="N", help="frames a task, 20 without it")
    parser.add_argument(
        "--no-chunking",
        action="store_true",
        help="for schedulers that do not know tasks of several frames: a task for each part, settled now",
    )
    parser.add_argument("--skip-existing", action="store_true", help="leave out frames whose file is there already")
    parser.add_argument("--output", default="", metavar="FILES", help="where an Inference without a Write writes to")
    parser.add_argument(
        "--network",
        dest="networks",
        action="append",
        default=[],
        metavar="INFERENCE=COPYCAT",
        help="whose network an Inference takes, where there are several",
    )


def _configure_hosts(parser: Parser) -> None:
    from paircat.farm.host_requirements import HostRequirements

    least = HostRequirements()
    group = parser.add_argument_group("what a machine must have (0: leave it out)")
    group.add_argument(
        "--vcpus", type=whole_number, default=least.vcpus, metavar="N", help=f"processor threads, {least.vcpus}"
    )
    group.add_argument(
        "--memory", type=whole_number, default=least.memory, metavar="MB", help=f"memory, {least.memory}"
    )
    group.add_argument(
        "--gpus", type=whole_number, default=least.gpus, metavar="N", help="graphics cards, none without it"
    )
    group.add_argument(
        "--gpu-memory", type=whole_number, default=least.gpu_memory, metavar="MB", help="memory of each of them"
    )


def run(given: argparse.Namespace) -> int:
    from paircat.farm.bundle import write_bundle
    from paircat.farm.command_list import TEXT_FILE, write_commands
    from paircat.farm.template import Choices

    if given.kind not in _KINDS:
        raise PairCatError(f"--as cannot be '{given.kind}'; it must be one of {', '.join(_KINDS)}.")
    if given.chunk < 1:
        raise PairCatError(f"--chunk cannot be {given.chunk}; a task has at least one frame.")
    work = submission(given)
    choices = Choices(given.title, given.paircat, given.chunk, not given.no_chunking, _needs(given))
    folder = typed_path(given.out).absolute()
    if given.kind == "openjd":
        _tell_bundle(work, write_bundle(work, folder, choices, given.replace), folder)
    else:
        print("\n".join(f"Wrote {file}" for file in write_commands(work, folder, choices, given.replace)))
        here = "" if shutil.which(given.paircat) else f", where '{given.paircat}' is in PATH, as it is not now"
        print(f"Do it all here{here}: {shlex.join(['sh', '-e', str(folder / TEXT_FILE)])}")
    if not given.nodes:
        _tell_untrained(work)
    return 0


def submission(given: argparse.Namespace) -> Submission:
    """What the command line asks for.

    Raises:
        PairCatError: a node or a file is not there, or something is not as it should be.
    """
    from paircat.farm import submission

    script = graphs.load(given.script)
    script.path = typed_path(given.script).absolute()
    graphs.tell_oddities(script)
    names = given.nodes or [graphs.pick(script, "Write", None).name]
    lengths = {f"--{name}": getattr(given, name) for name in LENGTHS if getattr(given, name) is not None}
    _refuse_idle(given, {script.node(name).kind for name in names}, lengths)
    return submission.of(
        script,
        names,
        runs=_runs(script, names, task.pairs("--run", given.trained)),
        networks=task.pairs("--network", given.networks),
        output=graphs.from_here(given.output) if given.output else "",
        frames=given.frames,
        training_arguments=[argument for flag, value in lengths.items() for argument in (flag, str(value))],
        rendering_arguments=["--skip-existing"] if given.skip_existing else [],
    )


def _refuse_idle(given: argparse.Namespace, kinds: set[str], lengths: dict[str, Any]) -> None:
    """An option that nothing of what is chosen would heed was meant for something.

    Raises:
        PairCatError: there is one.
    """
    if lengths and "CopyCat" not in kinds:
        raise PairCatError(f"{next(iter(lengths))} is for a training, and no CopyCat is chosen; add -X of one.")
    rendered = {"--frames": given.frames, "--skip-existing": given.skip_existing, "--output": given.output}
    idle = [flag for flag, value in rendered.items() if value]
    if idle and kinds == {"CopyCat"}:
        raise PairCatError(f"{idle[0]} is for what is rendered, and only trainings are chosen; add -X of a Write.")
    if given.output and "Inference" not in kinds:
        raise PairCatError("--output is for an Inference, and none is chosen; a Write writes to its own file.")


def _runs(script: Script, names: list[str], given_runs: dict[str, str]) -> dict[str, str]:
    """The run of each CopyCat: as the command line says, as its knob says, or after the time.

    Raises:
        PairCatError: a name cannot be one, or the knob names a run that is there already.
    """
    from paircat.engine.runs.run_files import check_name

    # Several jobs may be made in one second, on several machines, long before any of them takes its name.
    stamp = f"{datetime.now().strftime('Training_%y%m%d_%H%M%S')}_{secrets.token_hex(2)}"
    nodes = [script.node(name) for name in dict.fromkeys(names)]
    copycats = [node for node in nodes if node.kind == "CopyCat"]
    unknown = set(given_runs) - {node.name for node in copycats}
    if unknown:
        raise PairCatError(f"--run names {sorted(unknown)[0]}, which is not trained here; add -X {sorted(unknown)[0]}.")
    found = {}
    for place, node in enumerate(copycats, 1):
        own = node.value("runName")
        if node.name not in given_runs and own:
            _check_new(node, own, script.graph())
        found[node.name] = given_runs.get(node.name) or own or (stamp if place == 1 else f"{stamp}_{place}")
        check_name(found[node.name])
    return found


def _check_new(node: Node, run: str, graph: Graph) -> None:
    """A run that is there is gone on with only by who says so."""
    from paircat.engine.runs.run import Run

    if Run(run, Path(node.data_directory(graph))).files():  # type: ignore[attr-defined]
        raise RunError(
            f"{node.name} has a run '{run}' already; say --run {node.name}={run} to go on with it, or another name."
        )


def _needs(given: argparse.Namespace) -> HostRequirements:
    from paircat.farm.host_requirements import HostRequirements

    for name in ("vcpus", "memory", "gpus", "gpu_memory"):
        if getattr(given, name) < 0:
            flag = name.replace("_", "-")
            raise PairCatError(f"--{flag} cannot be {getattr(given, name)}; it must be at least 0.")
    return HostRequirements(given.vcpus, given.memory, given.gpus, given.gpu_memory)


def _tell_untrained(work: Submission) -> None:
    """Who names no node may have meant all of them."""
    (step,) = work.renderings
    for node in work.script.nodes_of_kind("CopyCat"):
        if not node.disabled:
            print(f"{node.name} is not trained by this job; name it with -X, as in -X {node.name} -X {step.node}.")


def _tell_bundle(work: Submission, files: list[Path], folder: Path) -> None:
    for file in files:
        print(f"Wrote {file}")
    for training in work.trainings:
        print(f"{training.node} trains the run '{training.run}'.")
    for step in work.renderings:
        after = f", after {', '.join(step.needs)}" if step.needs else ""
        print(f"{step.node} renders the frames {step.frames}{after}.")
    command = ["openjd", "run", str(folder / "template.json"), "-p", f"file://{folder / 'openjd_parameters.json'}"]
    print(f"Try it here: {shlex.join(command)}")
    print(f"Submit it to Deadline Cloud: {shlex.join(['deadline', 'bundle', 'submit', str(folder)])}")
