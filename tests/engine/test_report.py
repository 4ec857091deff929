"""LineReport: lines that farm tools parse."""

from __future__ import annotations

import dataclasses
import io
import json

from paircat.engine.events import Finished, Grown, PairsRead, StageChanged, Started, StepDone
from paircat.engine.report import LineReport, sentences

EVENTS = [
    Started(0, 30, ("Crop size 128.",)),
    StageChanged(0, 4),
    *(StepDone(step, 1 / step, step * 0.1, 4) for step in range(1, 31)),
    Finished(30, "done"),
]


def lines_of(json_lines: bool) -> list[str]:
    out = io.StringIO()
    report = LineReport(out, json_lines)
    for event in EVENTS:
        report(event, ["/shows/a/run.30.cat"] if isinstance(event, Finished) else [])
    return out.getvalue().splitlines()


def test_plain_lines_have_the_form_that_farm_tools_parse() -> None:
    """Notes, stage, steps as [Step:n/N] with the last always among them, files, end."""
    lines = lines_of(json_lines=False)
    assert lines[:3] == ["Crop size 128.", "Training starts at step 0.", "Training at 1/4 of the resolution."]
    assert "[Step:30/30] Loss:0.033333" in lines
    assert lines[-2:] == ["Training finished at step 30.", "Wrote /shows/a/run.30.cat"]
    assert len(lines) < 12, "steps within a second share a line"


def test_a_network_that_grows_is_a_sentence() -> None:
    """It says of which size it is now, and why steps take longer."""
    assert sentences(Grown(400, "Large")) == [
        "The network has grown to Large, and goes on with what it has learnt. Steps take longer from here."
    ]


def test_a_network_that_grows_is_an_object_with_its_size() -> None:
    """Who reads JSON learns what the sentence says."""
    out = io.StringIO()
    LineReport(out, json_lines=True)(Grown(400, "Large"))
    assert json.loads(out.getvalue()) == {"event": "Grown", "step": 400, "size": "Large", "files": []}


def test_json_lines_hold_every_event() -> None:
    """One object a line, no step left out."""
    facts = [json.loads(line) for line in lines_of(json_lines=True)]
    assert [fact["step"] for fact in facts if fact["event"] == "StepDone"] == list(range(1, 31))
    assert facts[-1] == {
        "event": "Finished",
        "step": 30,
        "reason": "done",
        "scale": 1,
        "files": ["/shows/a/run.30.cat"],
    }


def test_pairs_that_are_not_all_in_memory_are_a_line_and_always_an_object() -> None:
    """Where they are, how many looks found one decoded, what reads ahead, and how long training waited."""
    some = PairsRead(1000, 2000, 150, 1700, 0.925, 4, 4, 12.34)
    for event, words in (
        (some, "Of 2000 pairs 150 are in memory, 1700 in the cache folder and 150 decoded each time; 92 % of looks"),
        (dataclasses.replace(some, in_memory=2000, on_disk=0), ""),
    ):
        plain, objects = io.StringIO(), io.StringIO()
        LineReport(plain)(event)
        LineReport(objects, True)(event)
        assert plain.getvalue().startswith(words) and bool(plain.getvalue()) == bool(words)
        received = json.loads(objects.getvalue())
        assert (received["event"], received["step"], received["hit_rate"], received["decode_threads"]) == (
            "PairsRead",
            1000,
            0.925,
            4,
        )
    assert "4 threads read 4 steps ahead; training waited 12.3 s" in "".join(sentences(some))


def test_an_unknown_total_is_a_question_mark() -> None:
    """A run that only time limits has no total."""
    out = io.StringIO()
    report = LineReport(out)
    report(Started(0, 0))
    report(StepDone(1, 0.5, 0.1, 1))
    assert "[Step:1/?] Loss:0.500000" in out.getvalue()


def test_a_run_that_never_saw_full_resolution_says_so() -> None:
    """Stopped in a reduced stage, the last lines tell what is still missing."""
    out = io.StringIO()
    LineReport(out)(Finished(5, "stopped", scale=4))
    assert out.getvalue().splitlines() == [
        "Training stopped as asked at step 5.",
        "It has only seen 1/4 of the resolution yet; resume it to train at full resolution.",
    ]
