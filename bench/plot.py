"""Plot: held-out scores over training time as an SVG, one panel a task, one curve a contestant."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from paircat.bench.results import Results
from paircat.bench.table import ORDER
from paircat.bench.tasks import NAMES

_WIDTH, _HEIGHT, _GAP = 360, 250, 24
_LEFT, _TOP, _RIGHT, _BOTTOM = 48, 30, 12, 34
_COLUMNS = 3
_A_LINE = 3  # names of the legend below each column
_FONT = 'font-family="sans-serif" font-size="12"'
# Okabe and Ito's colours, which colour-blind readers can tell apart.
_COLOURS = dict(zip(ORDER, ("#56b4e9", "#0072b2", "#003f5c", "#d55e00", "#999999", "#555555"), strict=True))


@dataclass(frozen=True)
class Panel:
    """One task's curves.

    Attributes:
        curves: for each contestant its points (seconds, score).
        floor: what doing nothing scores, drawn as a dashed line.
    """

    title: str
    unit: str
    curves: dict[str, list[tuple[float, float]]]
    floor: float | None = None


def panels(results: Results) -> list[Panel]:
    """A panel for each task: IoU where it is a matte, else PSNR."""
    found = []
    for task in results.seen("task", NAMES, kind="learn"):
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
    return found


def svg(drawn: Sequence[Panel], title: str = "") -> str:
    """The panels in rows of three, with a legend below; empty of curves when there are no panels."""
    columns = max(1, min(_COLUMNS, len(drawn)))
    lines = -(-len(drawn) // columns)
    names = [name for name in ORDER if any(name in panel.curves for panel in drawn)]
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
    across, up = _across([seconds for seconds, _ in points]), _up(values)
    inner_right, inner_bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    parts = [f'<text x="{_LEFT}" y="{_TOP - 10}" font-weight="bold">{escape(panel.title)}</text>']
    parts.append(f'<text x="{inner_right}" y="{_TOP - 10}" text-anchor="end" fill="#555">{escape(panel.unit)}</text>')
    for tick in ticks(min(values), max(values)):
        y = up(tick)
        parts.append(f'<line x1="{_LEFT}" y1="{y:.1f}" x2="{inner_right}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#555">{tick:g}</text>')
    for seconds in sorted({seconds for seconds, _ in points}):
        place = f'x="{across(seconds):.1f}" y="{inner_bottom + 18}"'
        parts.append(f'<text {place} text-anchor="middle" fill="#555">{seconds:g} s</text>')
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


def _across(seconds: Sequence[float]) -> Callable[[float], float]:
    """Seconds to x, on a logarithmic axis."""
    low, high = math.log(min(seconds)), math.log(max(seconds))
    if high == low:
        low, high = low - 1, high + 1
    space = _WIDTH - _RIGHT - _LEFT - 40
    return lambda value: _LEFT + 20 + (math.log(value) - low) / (high - low) * space


def _up(values: Sequence[float]) -> Callable[[float], float]:
    """A score to y, which grows downwards."""
    low, high = min(values), max(values)
    if high == low:
        low, high = low - 1, high + 1
    space = _HEIGHT - _BOTTOM - _TOP - 12
    return lambda value: _HEIGHT - _BOTTOM - 6 - (value - low) / (high - low) * space


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
