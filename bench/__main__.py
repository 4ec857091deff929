"""The benchmark's command: `make bench`, `make bench-full`, or `python -m paircat.bench report RESULTS.json`."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from paircat.bench import machine, piece, rounds, table
from paircat.bench.contestants import PEERS
from paircat.bench.piece import Place
from paircat.bench.plot import growth_panels, panels, svg
from paircat.bench.results import FOLDER, Results
from paircat.bench.rounds import Round
from paircat.bench.tasks import NAMES, Task
from paircat.engine import atomic

_QUICK_MINUTES = 38.0
_NAMED = ("learn", "infer", "fix", "checkpoints", "cost")


def main(argv: Sequence[str] | None = None) -> int:
    given = _parser().parse_args(argv)
    if given.kind == "report":
        for path in given.files:
            _report(Results.load(path), path.parent)
        return 0
    place = Place(str(given.data.resolve()), str(given.tunet.resolve()) if given.tunet else "", given.threads)
    if not given.no_make:
        from paircat.bench.make_tasks import make

        make(given.data, given.tasks, given.tennis)
    tasks = [name for name in given.tasks if Task.find(given.data, name)]
    if given.kind == "quick":
        results = Results.begin("quick", place)
        plan = rounds.quick(tasks, bool(given.tunet), given.seconds, given.steps)
        limit = 60 * given.minutes
    else:
        results = Results.resume("full", place, given.results)
        plan = rounds.full(tasks, bool(given.tunet), given.seconds, repeats=given.repeats, steps=given.steps)
        limit = float("inf")
    plan = [kept for one in plan if (kept := one.only(given.kinds)).pieces]
    results.absent = absent(tasks, given.tasks, bool(given.tunet))
    try:
        run(results, plan, place, given.results, limit)
    except KeyboardInterrupt:
        print("\nInterrupted; what was measured is kept." + (" Run it again to go on." if given.kind == "full" else ""))
        return 130
    finally:
        if results.pieces:
            _report(results, given.results)
    return 0


def run(results: Results, plan: Sequence[Round], place: Place, folder: Path, limit: float = float("inf")) -> None:
    """Measure all that is not yet measured, one round after the other, saving after each piece.

    Args:
        limit: seconds after which no round begins that would not fit; those left out are listed as absent. How long
            rounds take is learnt on the way.
    """
    open_pieces = tuple(one for current in plan for one in current.pieces if not results.done(one))
    print(
        f"{len(open_pieces)} pieces to measure, at most {min(limit, Round(open_pieces).guess) / 60:.0f} minutes or so."
    )
    started, guessed = time.monotonic(), 0.0
    left_out = []
    for index, current in enumerate(plan):
        todo = [one for one in current.pieces if not results.done(one)]
        used = time.monotonic() - started
        pace = max(1.0, used / guessed) if guessed else 1.0
        if used + Round(tuple(todo)).guess * pace > limit:
            left_out += [str(one) for one in todo if one.kind in _NAMED]
            continue
        for one in todo:
            print(f"[{index + 1}/{len(plan)}] {one} ... ", end="", flush=True)
            result = piece.run(one, place)
            print(_line(result), flush=True)
            results.add(one, result)
            results.save(folder)
        guessed += Round(tuple(todo)).guess
    if left_out:
        results.absent["did not fit into the time"] = "; ".join(left_out)
    results.finished = not left_out
    results.save(folder)


def absent(found: Sequence[str], wanted: Sequence[str], with_tunet: bool) -> dict[str, str]:
    """What the benchmark could measure and will not, and why."""
    why = {name: "the task was not made" for name in wanted if name not in found}
    if "tennis" in why:
        why["tennis"] = "its folder was not given; TENNIS=/path/to/tennis make bench"
    if not with_tunet:
        why[" and ".join(PEERS)] = "no checkout was given; TUNET=/path/to/checkout make bench"
    return why


def _line(result: dict[str, object]) -> str:
    if "error" in result:
        return f"failed: {result['error']}"
    shown = (
        "psnr",
        "iou",
        "steps_per_second",
        "frame_seconds",
        "gflops",
        "version_seconds",
        "window_seconds",
        "inside",
        "worst_margin",
        "step_seconds",
        "absent",
    )
    values = ((name, result[name]) for name in shown if result.get(name) is not None)
    return "  ".join(
        f"{name} {value:.3f}" if isinstance(value, float) else f"{name}: {value}" for name, value in values
    )


def _report(results: Results, folder: Path) -> None:
    """Write tables and plots beside the results, and say where."""
    title = f"PairCat benchmark, {results.started[:10]}, {results.commit}"
    pictures = []
    for drawn, name in (
        (panels(results), f"{results.stem}.svg"),
        (growth_panels(results), f"{results.stem}_growth.svg"),
    ):
        pictures.append(name if drawn else "")
        if drawn:
            atomic.write_text(folder / name, svg(drawn, title))
    path = folder / f"{results.stem}.md"
    text = table.markdown(results, *pictures)
    atomic.write_text(path, text)
    print(f"\n{text}\nWritten: {', '.join([str(path), *filter(None, pictures)])}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m paircat.bench", description=__doc__)
    kinds = parser.add_subparsers(dest="kind", required=True)
    report = kinds.add_parser("report", help="write table and plot of results again")
    report.add_argument("files", type=Path, nargs="+", metavar="RESULTS.json")
    for kind, text in (("quick", "a single pass in less than 40 minutes"), ("full", "everything, medians; goes on")):
        one = kinds.add_parser(kind, help=text)
        one.add_argument("--data", type=Path, default=machine.ROOT / "bench_data", help="where the tasks are made")
        one.add_argument("--results", type=Path, default=FOLDER, help="where results go")
        one.add_argument("--tasks", type=_names, default=list(NAMES), help=f"some of {','.join(NAMES)}")
        one.add_argument("--no-make", action="store_true", help="take the tasks that are there, make none")
        one.add_argument("--kinds", type=_kinds, default=list(rounds.KINDS), help=f"some of {','.join(rounds.KINDS)}")
        steps = rounds.QUICK_STEPS if kind == "quick" else rounds.STEPS
        one.add_argument("--steps", type=_counts, default=list(steps), help="steps of fix and checkpoints")
        one.add_argument("--threads", type=int, default=0, help="CPU threads for everybody; 0: as they choose")
        one.add_argument("--tennis", type=Path, default=_path("TENNIS"), help="the tennis clip's folder; or $TENNIS")
        one.add_argument("--tunet", type=Path, default=_path("TUNET"), help="a checkout of TuNet; or $TUNET")
        if kind == "quick":
            one.add_argument("--minutes", type=float, default=_QUICK_MINUTES, help="begin nothing that takes longer")
            one.add_argument(
                "--seconds", type=_numbers, default=[], help="time budgets of everybody, in place of its own"
            )
        else:
            one.add_argument("--seconds", type=_numbers, default=list(rounds.BUDGETS), help="time budgets")
            one.add_argument("--repeats", type=int, default=rounds.REPEATS, help="how often each is measured")
    return parser


def _path(variable: str) -> Path | None:
    return Path(os.environ[variable]) if os.environ.get(variable) else None


def _names(text: str) -> list[str]:
    return _among(text, "task", NAMES)


def _kinds(text: str) -> list[str]:
    return _among(text, "kind", rounds.KINDS)


def _among(text: str, what: str, known: Sequence[str]) -> list[str]:
    names = text.split(",")
    unknown = [name for name in names if name not in known]
    if unknown:
        raise argparse.ArgumentTypeError(f"there is no {what} {', '.join(unknown)}; there are {', '.join(known)}")
    return names


def _numbers(text: str) -> list[float]:
    return sorted(float(number) for number in text.split(","))


def _counts(text: str) -> list[int]:
    return sorted(int(number) for number in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
