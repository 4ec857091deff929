"""Program: from the arguments of the command line to a command, and from what went wrong to an exit status.

0: done, or a training stopped as asked. 2: a mistake that the reader of the message can put right. 1: a fault of the
program. 128 and the signal's number: a rendering, or a farm's task, that a signal has ended.
"""

from __future__ import annotations

import argparse
import importlib
import os
import sys
import traceback
from collections.abc import Sequence

from paircat import __version__
from paircat.cli import compare, delete, farm, finish, infer, info, rename, render, resume, runs, stop, train
from paircat.cli.options import PREFIX, Parser, knob_values
from paircat.engine.errors import PairCatError
from paircat.engine.output_stream import OutputStream, tolerate_unprintable_text
from paircat.farm import openjd_lines

COMMANDS = {
    "train": train,
    "resume": resume,
    "stop": stop,
    "finish": finish,
    "runs": runs,
    "rename": rename,
    "delete": delete,
    "infer": infer,
    "render": render,
    "farm": farm,
    "compare": compare,
    "info": info,
}
_USAGE = """paircat [SCRIPT.pcat]     open the window
       paircat COMMAND ...       do one thing without it; 'paircat COMMAND --help' says more"""
_EPILOG = """example, on footage of your own:
  mkdir runs
  paircat train --input 'in.####.exr' --groundtruth 'gt.####.exr' --data-dir runs
  paircat infer --model runs/NAME.STEP.cat --input 'shot.####.exr' --output 'out.####.exr'"""

_MISTAKES = PairCatError, RecursionError
_TOO_DEEP = (
    "The graph has more steps one behind another than can be worked on; write what a node in its middle shows to "
    "files, and go on from those."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the arguments say.

    Returns:
        The exit status.
    """
    argv = list(sys.argv[1:] if arguments is None else arguments)
    tolerate_unprintable_text()
    before, answer = sys.stdout, OutputStream(sys.stdout, silent=False)
    sys.stdout = answer
    try:
        status = _status(argv)
        sys.stdout.flush()
        return status
    except KeyboardInterrupt:
        print("Interrupted.", file=sys.stderr)
        return 130
    except _MISTAKES as error:
        print(_mistake_text(error), file=sys.stderr)
        return 2
    except Exception as error:
        if error is answer.error:
            return _refused(answer.error)
        if _wants_traceback():
            traceback.print_exc()
        else:
            print(_fault_text(error), file=sys.stderr)
        return 1
    finally:
        sys.stdout = before


def _refused(error: OSError) -> int:
    """Whoever read our output has seen enough, as `head` has; or it was to go where there is no room for it."""
    if isinstance(error, BrokenPipeError):
        return 0
    print(f"The output could not be written: {error.strerror}. Send it to another place.", file=sys.stderr)
    return 2


def _status(argv: list[str]) -> int:
    wants_window = not argv or (len(argv) == 1 and argv[0].endswith(".pcat"))
    try:
        return _open_window(argv) if wants_window else _command(argv)
    except SystemExit as end:  # argparse, after --help or a wrong option
        return end.code if isinstance(end.code, int) else 2


def parser() -> Parser:
    """The parser of everything; its namespace says `run`, the command's function, and `parser`, the command's own."""
    whole = Parser(prog="paircat", usage=_USAGE, description=_description(), epilog=_EPILOG)
    whole.add_argument("--version", action="version", version=f"PairCat {__version__}")
    places = whole.add_subparsers(title="commands", metavar="")
    for name, command in COMMANDS.items():
        summary = (command.__doc__ or "").partition("\n")[0].partition(": ")[2].rstrip(".")
        own = places.add_parser(
            name, prog=f"paircat {name}", help=summary, description=f"{summary[:1].upper()}{summary[1:]}."
        )
        command.configure(own)
        if own.from_environment:
            own.epilog = " ".join(filter(None, [own.epilog, own.environment_help()]))
        own.set_defaults(run=command.run, parser=own)
    return whole


def _command(argv: list[str]) -> int:
    if not argv[0].startswith("-") and argv[0] not in COMMANDS:
        raise PairCatError(f"There is no command '{argv[0]}'; there are {', '.join(COMMANDS)}.")
    whole = parser()
    given, rest = whole.parse_known_args(argv)
    if rest or "parser" not in given:
        getattr(given, "parser", whole).refuse((rest or argv)[0])
    from_environment = given.parser.read_environment(given, os.environ)
    given.knobs, given.knobs_of_environment = knob_values(given), knob_values(from_environment)
    vars(given).update(vars(from_environment))
    if getattr(given, "progress", None) == "openjd":
        return _reported_to_scheduler(given)
    return given.run(given)


def _reported_to_scheduler(given: argparse.Namespace) -> int:
    """A scheduler shows why a task failed only where it is reported on a line of its own kind."""
    try:
        return given.run(given)
    except _MISTAKES as error:
        print(openjd_lines.fail(_mistake_text(error)), flush=True)
        return 2
    except Exception as error:
        if _wants_traceback():
            traceback.print_exc()
        print(openjd_lines.fail(_fault_text(error)), flush=True)
        return 1


def _description() -> str:
    return (sys.modules["paircat"].__doc__ or "").strip()


def _open_window(argv: list[str]) -> int:
    try:
        app = importlib.import_module("paircat.ui.app")
    except ModuleNotFoundError as error:
        if error.name in ("paircat.ui", "paircat.ui.app"):
            raise PairCatError("This PairCat has no window; 'paircat --help' lists what it does without one.") from None
        raise PairCatError(
            f"The window needs the library {error.name}, which is not installed; run: pip install 'paircat[ui]'"
        ) from None
    return app.main(argv)


def _wants_traceback() -> bool:
    return bool(os.environ.get(f"{PREFIX}DEBUG"))


def _mistake_text(error: Exception) -> str:
    return _TOO_DEEP if isinstance(error, RecursionError) else str(error)


def _fault_text(error: Exception) -> str:
    reason = " ".join(f"{type(error).__name__}: {error}".split())
    return (
        f"This is a fault of PairCat itself, not of your work ({reason}); "
        f"set {PREFIX}DEBUG=1 and run it again for the traceback to report."
    )
