"""Table: results as Markdown that reads well in a diff, too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from paircat.bench.learning import PEERS, PRODUCT
from paircat.bench.results import Results
from paircat.bench.tasks import NAMES

ORDER = (*PRODUCT, "probe", *PEERS)
_RULER = "probe"


def markdown(results: Results, plot: str = "") -> str:
    """The whole report. `plot` is the picture's path, relative to where the text will lie."""
    parts = [_head(results)]
    if plot:
        parts.append(f"![Held-out scores over training time]({plot})")
    tasks = results.seen("task", NAMES, kind="learn")
    parts += [_task(results, task) for task in tasks]
    parts += [_absent(results), _inference(results), _startup(results), _chosen(results, tasks), _failed(results)]
    return "\n\n".join(part for part in parts if part) + "\n"


def rows(header: Sequence[str], lines: Iterable[Sequence[str]]) -> str:
    """A Markdown table; the first column reads from the left, numbers from the right."""
    marks = ["---", *("---:" for _ in header[1:])]
    return "\n".join("| " + " | ".join(line) + " |" for line in (header, marks, *lines))


def number(value: float | None, digits: int = 2, sign: bool = False) -> str:
    if value is None:
        return ""
    return f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}"


def megabytes(value: float | None) -> str:
    return "" if value is None else f"{value / 2**20:.0f} MB"


def _head(results: Results) -> str:
    facts = ", ".join(f"{name} {value}" for name, value in results.machine.items())
    whole = "" if results.finished else " It is not finished."
    threads = f"{results.threads} threads" if results.threads else "threads as each library chooses"
    return (
        f"# Benchmark, {results.kind}, {results.started[:10]}, commit {results.commit}\n\n"
        f"{facts}; {threads}. Medians where a piece was measured more than once.{whole}"
    )


def _task(results: Results, task: str) -> str:
    matte = bool(results.values("iou", kind="learn", task=task))
    header = [
        "",
        "time",
        "PSNR",
        "to probe",
        "SSIM",
        *(["IoU"] if matte else []),
        "steps/s",
        "memory",
        "GFLOP/s",
        "of best",
    ]
    nothing = {value: results.median(value, kind="nothing", task=task) for value in ("psnr", "ssim", "iou")}
    lines = [["doing nothing", "", number(nothing["psnr"]), "", number(nothing["ssim"], 4)]]
    lines[0] += [number(nothing["iou"], 3)] if matte else []
    lines[0] += [""] * (len(header) - len(lines[0]))
    for seconds in sorted(results.seen("seconds", kind="learn", task=task)):
        for name in results.seen("contestant", ORDER, kind="learn", task=task, seconds=seconds):
            line = _learner(results, task, name, seconds, matte)
            if line:
                lines.append(line)
    return f"## {task}\n\n" + rows(header, lines)


def _learner(results: Results, task: str, name: str, seconds: float, matte: bool) -> list[str]:
    """One line of a task's table; none for a contestant that failed."""

    def of(value: str, contestant: str = name) -> float | None:
        return results.median(value, kind="learn", task=task, contestant=contestant, seconds=seconds)

    psnr, ruler, speed = of("psnr"), of("psnr", _RULER), of("gflops")
    if psnr is None:
        return []
    gain = psnr - ruler if ruler is not None and name != _RULER else None
    best = max(
        results.values("gflops", kind="matmul", task=task) or results.values("gflops", kind="matmul"), default=None
    )
    share = f"{100 * speed / best:.0f} %" if speed and best else ""
    found = [name, f"{seconds:g} s", number(psnr), number(gain, sign=True), number(of("ssim"), 4)]
    found += [number(of("iou"), 3)] if matte else []
    return [*found, number(of("steps_per_second")), megabytes(of("peak_bytes")), number(speed, 0), share]


def _absent(results: Results) -> str:
    lines = [f"- {name}: {why}" for name, why in results.absent.items()]
    return "## Absent\n\n" + "\n".join(lines) if lines else ""


def _inference(results: Results) -> str:
    lines = []
    for width in sorted(results.seen("width", kind="infer")):
        for name in results.seen("contestant", ORDER, kind="infer", width=width):
            values = [
                results.median(value, kind="infer", contestant=name, width=width)
                for value in ("frame_seconds", "peak_bytes", "base_bytes")
            ]
            height = results.seen("height", kind="infer", width=width)[0]
            lines.append([name, f"{width}x{height}", number(values[0]), *map(megabytes, values[1:])])
    header = ["", "frame", "seconds", "memory at most", "of it before"]
    return "## Inference\n\n" + rows(header, lines) if lines else ""


def _startup(results: Results) -> str:
    names = {
        "python_seconds": "Python alone",
        "version_seconds": "paircat --version",
        "help_seconds": "paircat --help",
        "window_seconds": "paircat, until the window is drawn",
    }
    lines = [[label, number(results.median(value))] for value, label in names.items()]
    absent = [result["absent"] for piece, result in results.pieces if piece.kind == "window" and "absent" in result]
    if absent:
        lines[-1][1] = f"absent: {absent[0]}"
    return "## Start-up\n\n" + rows(["", "seconds"], lines) if any(line[1] for line in lines) else ""


def _chosen(results: Results, tasks: Sequence[str]) -> str:
    """What the default size chose by itself, once a task."""
    lines = []
    for task in tasks:
        notes = [
            r["notes"] for p, r in results.pieces if p.task == task and p.contestant == "medium" and r.get("notes")
        ]
        if notes:
            lines.append(f"- {task}: " + " ".join(notes[0]))
    return "## What medium chose by itself\n\n" + "\n".join(lines) if lines else ""


def _failed(results: Results) -> str:
    lines = [f"- {piece}: {result['error']}" for piece, result in results.pieces if "error" in result]
    return "## Failed\n\n" + "\n".join(lines) if lines else ""
