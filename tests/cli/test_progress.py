"""What a training says while it works."""

import argparse
import errno
import io
import json
import os

import pytest

from paircat.cli.options import Parser
from paircat.cli.progress import FORMS, Bar, FrameProgress, form_of, training_progress
from paircat.engine.errors import PairCatError
from paircat.engine.events import Finished, StageChanged, Started, StepDone
from paircat.engine.report import LineReport


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


class Refusing(Terminal):
    """A pipe whose reader has gone, or a disk that is full."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number

    def write(self, text: str) -> int:
        raise OSError(self.number, os.strerror(self.number))


EVENTS = [
    (Started(0, 3, ("Crop size 48, shrunk to fit.",)), []),
    (StageChanged(0, 4), []),
    (StepDone(1, 0.5, 0.1, 4), []),
    (StepDone(2, 0.4, 0.2, 4), []),
    (StepDone(3, 0.0224281, 0.3, 4), ["/runs/a.3.cat"]),
    (Finished(3, "done"), []),
]


def test_a_terminal_gets_a_bar() -> None:
    """With steps, steps a second, loss and stage; notes and saved files stand above it."""
    out = Terminal()
    with training_progress(out, "auto") as progress:
        assert isinstance(progress, Bar)
        for event, files in EVENTS:
            progress(event, files)
    text = out.getvalue()
    for words in ("3/3 steps", "loss=0.02243", "1/4 resolution", "Crop size 48, shrunk to fit.\n"):
        assert words in text


def test_a_bar_measures_minutes_where_they_decide() -> None:
    """It is full when the time is up, whatever the steps; a resumed run's earlier time does not count."""
    out = Terminal()
    with training_progress(out, "auto") as progress:
        progress(Started(100, 0, (), 30.0), [])
        for step, seconds in ((101, 60.0), (102, 75.0), (103, 90.0)):
            progress(StepDone(step, 0.5, seconds, 1), [])
    assert "100%" in out.getvalue()
    assert "step 103" in out.getvalue()


def test_anything_else_gets_lines_with_the_last_step_always() -> None:
    """Farm tools read them."""
    out = io.StringIO()
    with training_progress(out, "auto") as progress:
        assert isinstance(progress, LineReport)
        for event, files in EVENTS:
            progress(event, files)
    assert "[Step:3/3] Loss:0.022428\n" in out.getvalue()


def test_json_goes_before_the_terminal() -> None:
    """Even on a terminal each event is one object."""
    out = Terminal()
    with training_progress(out, "json") as progress:
        for event, files in EVENTS:
            progress(event, files)
    assert len([json.loads(line) for line in out.getvalue().splitlines()]) == len(EVENTS)


@pytest.mark.parametrize("number", [errno.EPIPE, errno.ENOSPC, errno.EIO])
@pytest.mark.parametrize("form", FORMS)
def test_work_outlives_who_reads_of_it(form: str, number: int) -> None:
    """A closed pipe, a full disk and a terminal that is gone silence every kind of progress and raise nothing."""
    with training_progress(Refusing(number), form) as progress:
        for event, files in EVENTS:
            progress(event, files)
        progress.say("The end.")
    frames = FrameProgress(Refusing(number), form)
    frames(1001, 1, 1)
    frames.close()
    frames.say("The end.")


def test_a_scheduler_gets_its_own_lines() -> None:
    """How much is done, by steps or by minutes, and what is done now; even on a terminal."""
    out = Terminal()
    with training_progress(out, "openjd") as progress:
        for event, files in EVENTS:
            progress(event, files)
    lines = out.getvalue().splitlines()
    assert lines[0] == "openjd_status: Crop size 48, shrunk to fit."
    assert lines[-4:] == [
        "openjd_status: [Step:3/3] Loss:0.022428",
        "openjd_progress: 100.0",
        "Wrote /runs/a.3.cat",
        "openjd_status: Training finished at step 3.",
    ]
    with training_progress(out, "openjd") as progress:
        progress(Started(7, 0, (), 60.0), [])
        progress(StepDone(8, 0.5, 100.0, 1), [])
    assert out.getvalue().splitlines()[-1] == "openjd_progress: 0.0"


def test_a_scheduler_sees_frames_as_a_share() -> None:
    """And which one it was."""
    out = io.StringIO()
    FrameProgress(out, "openjd")(1003, 2, 2)
    assert out.getvalue() == "openjd_progress: 100.0\nopenjd_status: [Frame:2/2] 1003\n"


def test_frames_are_counted() -> None:
    """A bar on a terminal, lines elsewhere."""
    out, lines = Terminal(), io.StringIO()
    for stream in (out, lines):
        progress = FrameProgress(stream, "auto")
        progress(1001, 1, 2)
        progress(1003, 2, 2)
        progress.close()
    assert "2/2 frames" in out.getvalue()
    assert lines.getvalue() == "[Frame:1/2] 1001\n[Frame:2/2] 1003\n"


def given(words: list[str], environment: dict[str, str]) -> argparse.Namespace:
    """What a command with --json and --progress is told."""
    parser = Parser(prog="paircat infer")
    parser.offer_progress()
    typed = parser.parse_args(words)
    found = parser.read_environment(typed, environment)
    return argparse.Namespace(**{**vars(typed), **vars(found)})


@pytest.mark.parametrize(
    ("words", "environment", "form"),
    [
        (["--json"], {"PAIRCAT_PROGRESS": "lines"}, "json"),
        (["--progress", "lines"], {"PAIRCAT_JSON": "1"}, "lines"),
        ([], {"PAIRCAT_PROGRESS": "openjd"}, "openjd"),
        ([], {}, "auto"),
    ],
)
def test_what_is_typed_goes_before_what_a_machine_has_set(
    words: list[str], environment: dict[str, str], form: str
) -> None:
    """Whoever parses JSON gets JSON."""
    assert form_of(given(words, environment)) == form


def test_two_ways_to_tell_are_one_too_many() -> None:
    """Neither is left out without a word."""
    with pytest.raises(PairCatError, match="--json and --progress openjd contradict each other"):
        form_of(given(["--json", "--progress", "openjd"], {}))
