"""OpenJD lines: what a task reports to an Open Job Description scheduler on its standard output."""

from __future__ import annotations


def progress(share: float) -> str:
    """How much of the task is done, from 0 to 1."""
    return f"openjd_progress: {100 * min(max(share, 0.0), 1.0):.1f}"


def status(text: str) -> str:
    """What the task does now."""
    return f"openjd_status: {_line(text)}"


def fail(text: str) -> str:
    """Why the task has failed."""
    return f"openjd_fail: {_line(text)}"


def frames(text: str) -> str:
    """A frame range in artists' notation, 1-99x10, of one in Open Job Description's, 1-99:10."""
    return text.replace(":", "x")


def range_expression(frames: tuple[int, ...]) -> str:
    """Frame numbers in Open Job Description's notation: 1-40, 1,5,9 or 1-91:10."""
    parts: list[str] = []
    at = 0
    while at < len(frames):
        end = _run(frames, at)
        first, last = frames[at], frames[end]
        step = frames[at + 1] - first if end > at else 1
        if end - at == 1 and step > 1:  # two numbers are no row yet
            end, last = at, first
        parts.append(str(first) if end == at else f"{first}-{last}" + (f":{step}" if step > 1 else ""))
        at = end + 1
    return ",".join(parts)


def _run(frames: tuple[int, ...], start: int) -> int:
    """The index of the last of the numbers that follow `start` at the same distance."""
    end = start + 1
    if end >= len(frames):
        return start
    step = frames[end] - frames[start]
    while end + 1 < len(frames) and frames[end + 1] - frames[end] == step:
        end += 1
    return end


def _line(text: str) -> str:
    return " ".join(text.split())
