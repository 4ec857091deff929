"""Plot: an SVG of panels with curves: held-out scores over training time, and how cost grows."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from paircat.bench import growth, twins
from paircat.bench.contestants import ORDER
from paircat.bench.results import Results
from paircat.bench.tasks import FIXES, LEARNT, TWINS

_WIDTH, _HEIGHT, _GAP = 360, 250, 24
_LEFT, _TOP, _RIGHT, _BOTTOM = 48, 30, 12, 34
_COLUMNS = 3
_A_LINE = 3  # names of the legend below each column
_LETTER = 6.5  # about what one takes
_FONT = 'font-family="sans-serif" font-size="12"'
# Okabe and Ito's colours, which colour-blind readers can tell apart.
_HUES = "56b4e9 0072b2 003f5c 009e73 00664b 003325 d55e00 999999 555555 e69f00 cc79a7 56b4e9 0072b2"
_COLOURS = {name: f"#{hue}" for name, hue in zip((*ORDER, *FIXES), _HUES.split(), strict=True)}


@dataclass(frozen=True)
class Panel:
    """Some curves with axes of their own; the one across is logarithmic.

    Attributes:
        unit: of the values. curves: for each contestant its points, such as (seconds, score).
        floor: what doing nothing scores, drawn as a dashed line.
        across: what is said after the numbers across. labels: said instead of them.
        steep: values stand on a logarithmic axis, too, so that slopes are exponents.
    """

    title: str
    unit: str
    curves: dict[str, list[tuple[float, float]]]
    floor: float | None = None
    across: str = " s"
    labels: dict[float, str] = field(default_factory=dict)
    steep: bool = False


def panels(results: Results) -> list[Panel]:
    """A panel for each task: IoU where it is a matte, else PSNR; then those over steps."""
    found = []
    for task in results.seen("task", LEARNT, kind="learn"):
        score = "iou" if results.values("iou", kind="learn", task=task) else "psnr"
        curves: dict[str, list[tuple[float, float]]] = {}
        for name in results.seen("contestant", ORDER, kind="learn", task=task):
            for seconds in sorted(results.seen("seconds", kind="learn", task=task)):
                value = results.median(score, kind="learn", task=task, contestant=name, seconds=seconds)
                if value is not None:
                    curves.setdefault(name, []).append((seconds, value))
        if curves:
            floor = results.median(score, kind="nothing", task=task)
            found.append(Panel(task, "IoU" if score == "iou" else "PSNR, dB", curves, floor))
    return [*found, *_fixes(results), *_checkpoints(results)]


def _fixes(results: Results) -> list[Panel]:
    """PSNR inside of a small fix and of its twin."""
    found = []
    for pair, name in itertools.product(TWINS, results.seen("contestant", ORDER, kind="fix")):
        curves = {task: points for task in pair if (points := twins.curve(results, task, name))}
        if curves:
            floor = results.median("nothing_inside", kind="fix", contestant=name, task=pair[0])
            found.append(Panel(f"{pair[0]}, {name}", "PSNR inside, dB", curves, floor, " steps"))
    return found


def _checkpoints(results: Results) -> list[Panel]:
    """How far the checkpoints of a task lie above doing nothing."""
    found = []
    for task in results.seen("task", LEARNT, kind="checkpoints"):
        curves = {
            piece.contestant: [(float(one["step"]), float(one["margin"])) for one in result["checkpoints"]]
            for piece, result in results.pieces
            if piece.kind == "checkpoints" and piece.task == task and "error" not in result
        }
        if curves:
            found.append(Panel(f"{task}, checkpoints", "dB over nothing", curves, 0.0, " steps"))
    return found


def growth_panels(results: Results) -> list[Panel]:
    """Two panels for each axis of cost: seconds and memory, all on logarithmic axes."""
    found: dict[tuple[str, str], Panel] = {}
    for row in growth.measured(results):
        megabytes = [(amount, max(1.0, value / 2**20)) for amount, value in row.bytes]
        for unit, points in (("seconds", row.seconds), ("MB over the start", megabytes)):
            blank = Panel(row.axis.name, unit, {}, across="", steep=True)
            panel = found.setdefault((row.axis.name, unit), blank)
            panel.curves[row.contestant] = points
            panel.labels.update({amount: label for (amount, _), label in zip(points, row.labels, strict=True)})
    return list(found.values())


def svg(drawn: Sequence[Panel], title: str = "") -> str:
    """The panels in rows of three, with a legend below; empty of curves when there are no panels."""
    columns = max(1, min(_COLUMNS, len(drawn)))
    lines = -(-len(drawn) // columns)
    names = [name for name in _COLOURS if any(name in panel.curves for panel in drawn)]
    below = _GAP + lines * (_HEIGHT + _GAP)
    width, height = columns * (_WIDTH + _GAP) + _GAP, below + -(-len(names) // (columns * _A_LINE)) * 20 + 10
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" {_FONT}>',
        f'<rect width="{width}" height="{height}" fill="white"/>',
        f'<text x="{_GAP}" y="18" font-size="13">{escape(title)}</text>',
    ]
    for place, panel in enumerate(drawn):
        x, y = _GAP + place % columns * (_WIDTH + _GAP), _GAP + place // columns * (_HEIGHT + _GAP)
        parts.append(f'<g transform="translate({x} {y})">{_panel(panel)}</g>')
    for place, name in enumerate(names):
        x, y = _GAP + _LEFT + place % (columns * _A_LINE) * 110, below + place // (columns * _A_LINE) * 20 + 10
        parts.append(
            f'<line x1="{x}" y1="{y - 4}" x2="{x + 24}" y2="{y - 4}" stroke="{_COLOURS[name]}" stroke-width="2"/>'
        )
        parts.append(f'<text x="{x + 30}" y="{y}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel) -> str:
    points = [point for curve in panel.curves.values() for point in curve]
    values = [value for _, value in points] + ([panel.floor] if panel.floor is not None else [])
    across, up = _across([seconds for seconds, _ in points]), _up(values, panel.steep)
    inner_right, inner_bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    parts = [f'<text x="{_LEFT}" y="{_TOP - 10}" font-weight="bold">{escape(panel.title)}</text>']
    parts.append(f'<text x="{inner_right}" y="{_TOP - 10}" text-anchor="end" fill="#555">{escape(panel.unit)}</text>')
    for tick in decades(min(values), max(values)) if panel.steep else ticks(min(values), max(values)):
        y = up(tick)
        parts.append(f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{inner_right}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#555">{tick:g}</text>')
    for place, text in _below(panel, across):
        at = f'x="{place:.1f}" y="{inner_bottom + 18}"'
        parts.append(f'<text {at} text-anchor="middle" fill="#555">{escape(text)}</text>')
    if panel.floor is not None:
        y = up(panel.floor)
        parts.append(
            f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{inner_right}" y2="{y:.1f}" stroke="#888" stroke-dasharray="4 4"/>'
        )
    for name, curve in panel.curves.items():
        places = [(across(seconds), up(value)) for seconds, value in curve]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{_COLOURS[name]}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{_COLOURS[name]}"/>' for x, y in places]
    return "".join(parts)


def _below(panel: Panel, across: Callable[[float], float]) -> list[tuple[float, str]]:
    """Where the numbers across stand, and what they say; one that would touch its neighbour is left out."""
    found: list[tuple[float, str]] = []
    free_from = 0.0
    amounts = sorted({amount for curve in panel.curves.values() for amount, _ in curve})
    for amount in amounts:
        text = panel.labels.get(amount, f"{amount:g}{panel.across}")
        place, half = across(amount), _LETTER * len(text) / 2
        if place - half >= free_from:
            found.append((place, text))
            free_from = place + half + _LETTER
    return found


def _across(seconds: Sequence[float]) -> Callable[[float], float]:
    """Seconds to x, on a logarithmic axis."""
    low, high = math.log(min(seconds)), math.log(max(seconds))
    if high == low:
        low, high = low - 1, high + 1
    space = _WIDTH - _RIGHT - _LEFT - 40
    return lambda value: _LEFT + 20 + (math.log(value) - low) / (high - low) * space


def _up(values: Sequence[float], steep: bool = False) -> Callable[[float], float]:
    """A value to y, which grows downwards."""
    scaled: Callable[[float], float] = math.log if steep else float
    low, high = scaled(min(values)), scaled(max(values))
    if high == low:
        low, high = low - 1, high + 1
    space = _HEIGHT - _BOTTOM - _TOP - 12
    return lambda value: _HEIGHT - _BOTTOM - 6 - (scaled(value) - low) / (high - low) * space


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers between two values, about so many of them.

    >>> ticks(20.8, 36.2)
    [25.0, 30.0, 35.0]
    """
    span = high - low
    if span <= 0:
        return [low]
    rough = span / about
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
    return [round(place * step, 10) for place in range(math.ceil(low / step), math.floor(high / step) + 1)]


def decades(low: float, high: float) -> list[float]:
    """1, 2 and 5 times powers of ten between two values above zero.

    >>> decades(0.3, 12)
    [0.5, 1.0, 2.0, 5.0, 10.0]
    """
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    found = [round(factor * 10.0**power, 10) for power in powers for factor in (1, 2, 5)]
    inside = [value for value in found if low <= value <= high]
    return inside if len(inside) > 1 else ticks(low, high, 3)
