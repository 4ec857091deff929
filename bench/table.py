"""Table: results as Markdown that reads well in a diff, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from paircat.bench import goals, growth, twins
from paircat.bench.contestants import ORDER, RULER
from paircat.bench.results import Results
from paircat.bench.table_format import megabytes, number, rows
from paircat.bench.tasks import LEARNT


def markdown(results: Results, plot: str = "", growth_plot: str = "") -> str:
    """The whole report. Plots are the pictures' paths, relative to where the text will lie."""
    parts = [_head(results), goals.table(results)]
    if plot:
        parts.append(f"![Held-out scores over training time]({plot})")
    tasks = results.seen("task", LEARNT, kind="learn")
    parts += [_task(results, task) for task in tasks]
    parts += [_absent(results), _checkpoints(results), twins.table(results), growth.table(results)]
    if growth_plot:
        parts.append(f"![Growth of cost]({growth_plot})")
    parts += [_inference(results), _startup(results), _chosen(results, tasks), _failed(results)]
    return "\n\n".join(part for part in parts if part) + "\n"


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
        "precision",
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

    psnr, ruler, speed = of("psnr"), of("psnr", RULER), of("gflops")
    if psnr is None:
        return []
    values: list[Any] = results.values("precision", kind="learn", task=task, contestant=name, seconds=seconds)
    precision = values[0] if values else "float32"
    gain = psnr - ruler if ruler is not None and name != RULER else None
    best = _best_matmul(results, task, precision)
    share = f"{100 * speed / best:.0f} %" if speed and best else ""
    found = [name, f"{seconds:g} s", number(psnr), number(gain, sign=True), number(of("ssim"), 4)]
    found += [number(of("iou"), 3)] if matte else []
    return [*found, number(of("steps_per_second")), megabytes(of("peak_bytes")), precision, number(speed, 0), share]


def _best_matmul(results: Results, task: str, precision: str) -> float | None:
    """GFLOP/s of the best matrix multiplication of a precision, if possible in the task's own rounds."""
    value = "gflops" if precision == "float32" else f"{precision}_gflops"
    found = results.values(value, kind="matmul", task=task) or results.values(value, kind="matmul")
    return max(found, default=None)


def _checkpoints(results: Results) -> str:
    lines = []
    for piece, result in results.pieces:
        if piece.kind == "checkpoints" and "error" not in result:
            steps = ", ".join(str(one["step"]) for one in result["checkpoints"])
            margins = ", ".join(number(one["margin"], 2, sign=True) for one in result["checkpoints"])
            worst = [number(result[value], 3, sign=True) for value in ("worst_margin", "worst_frame_margin")]
            at = str(result["worst_step"])
            lines.append([piece.task, piece.contestant, steps, margins, worst[0], at, worst[1]])
    header = ["task", "", "steps", "dB above doing nothing", "worst", "at step", "on the worst frame"]
    text = (
        "PSNR of held-out frames through the checkpoints of a run with all defaults that is stopped after the last of "
        "these steps, above that of the untouched input."
    )
    return f"## Never worse than doing nothing\n\n{text}\n\n{rows(header, lines, 4)}" if lines else ""


def _absent(results: Results) -> str:
    lines = [f"- {name}: {why}" for name, why in results.absent.items()]
    return "## Absent\n\n" + "\n".join(lines) if lines else ""


def _inference(results: Results) -> str:
    lines = []
    for width in sorted(results.seen("width", kind="infer")):
        for name in results.seen("contestant", ORDER, kind="infer", width=width):
            values = [
                results.median(value, kind="infer", contestant=name, width=width, tile=0)
                for value in ("frame_seconds", "peak_bytes", "base_bytes")
            ]
            if values[0] is None:
                continue
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
