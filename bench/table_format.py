"""Table format: numbers as a report shows them, and Markdown tables of them that read well in a diff, too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def rows(header: Sequence[str], lines: Iterable[Sequence[str]], text_columns: int = 1) -> str:
    """A Markdown table; the first `words` columns read from the left, numbers from the right."""
    marks = ["---"] * text_columns + ["---:"] * (len(header) - text_columns)
    return "\n".join("| " + " | ".join(line) + " |" for line in (header, marks, *lines))


def number(value: float | None, digits: int = 2, sign: bool = False) -> str:
    """Empty where nothing was measured."""
    if value is None:
        return ""
    return f"{value:+.{digits}f}" if sign else f"{value:.{digits}f}"


def megabytes(value: float | None) -> str:
    return "" if value is None else f"{value / 2**20:.0f} MB"


def percent(value: float | None, digits: int = 0) -> str:
    """A share, 0..1, of which 100 % is only said when it is all of it."""
    if value is None:
        return ""
    shown = f"{100 * value:.{digits}f}"
    return "almost 100 %" if value < 1 and float(shown) >= 100 else f"{shown} %"
