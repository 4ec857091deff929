"""Summary: reading rows, torn lines, replays, ends, Foundry's own file, and following one that grows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from paircat.engine.errors import RunError
from paircat.engine.runs.summary import Summary, SummaryFollower

TITLE = '# paircat {"version": 1, "total_steps": 40, "step": 0}\n'


def written(path: Path, text: str) -> Path:
    path.write_bytes(text.encode())
    return path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run.summary"


def test_rows_become_arrays(path: Path) -> None:
    """Every whole line is a row of step, loss, seconds and scale."""
    summary = Summary.read(written(path, TITLE + "1,0.5,0.25,4\n2,1e-3,0.5,2\n"))
    assert summary.step.tolist() == [1, 2] and summary.loss.tolist() == [0.5, 1e-3]
    assert summary.seconds.tolist() == [0.25, 0.5] and summary.scale.tolist() == [4, 2]
    assert summary.total_steps == 40 and summary.last_step == 2 and summary.end == ""


@pytest.mark.parametrize("cut", range(1, len("2,0.25,0.5,1\n") + 1))
def test_torn_last_line_is_ignored(path: Path, cut: int) -> None:
    """However much of the last line is missing, it does not count, though it may look like a row."""
    text = TITLE + "1,0.5,0.25,1\n2,0.25,0.5,1\n"
    assert Summary.read(written(path, text[:-cut])).step.tolist() == [1]


@pytest.mark.parametrize("length", range(len(TITLE)))
def test_torn_title_is_an_empty_summary(path: Path, length: int) -> None:
    """A run that was killed while it wrote its first line has no losses, and is no error."""
    assert len(Summary.read(written(path, TITLE[:length]))) == 0


def test_replayed_steps_supersede(path: Path) -> None:
    """A resume from an earlier step makes older rows of that step and later ones not count."""
    rows = [(1, 1.0), (2, 2.0), (3, 3.0), (4, 4.0), (3, 3.5), (4, 4.5), (2, 2.25), (3, 3.25)]
    text = "".join(f"{step},{loss},0,1\n" for step, loss in rows)
    summary = Summary.read(written(path, TITLE + text))
    assert summary.step.tolist() == [1, 2, 3] and summary.loss.tolist() == [1.0, 2.25, 3.25]


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("1,1,1,1\n# finished done\n", "done"),
        ("1,1,1,1\n# finished minutes\n", "minutes"),
        ("1,1,1,1\n# stopped\n", "stopped"),
        ("1,1,1,1\n# stopped\n" + TITLE, ""),
        ("1,1,1,1\n# stopped\n2,1,1,1\n", ""),
        ("1,1,1,1\n# stopped\n" + TITLE + "2,1,1,1\n# finished done\n", "done"),
        ("1,1,1,1\n# sto", ""),
    ],
)
def test_end_tells_order_from_interruption(path: Path, text: str, end: str) -> None:
    """Only an end mark with nothing after it says that the last sitting ended in order; both ways of reading agree."""
    written(path, TITLE + text)
    assert Summary.read(path).end == end
    assert Summary.read_end(path).end == end


def test_newest_title_counts(path: Path) -> None:
    """A run that was resumed with more steps ends where the newest title says, wherever in the file that stands."""
    longer = TITLE.replace("40", "900")
    written(path, TITLE + "1,1,1,1\n" + longer + "".join(f"{step},1,1,1\n" for step in range(2, 300)))
    assert Summary.read(path).total_steps == Summary.read_end(path, rows=10).total_steps == 900


def test_damaged_lines_are_passed_over(path: Path) -> None:
    """Zero bytes, short rows and words in the middle cost only themselves."""
    text = TITLE + "1,0.5,0,1\n2,0.4\n\0\0\0\0\nnonsense,,,\n3,0.3,0,1\n4,0.2,9#torn\n5,nan,0,1\n"
    summary = Summary.read(written(path, text))
    assert summary.step.tolist() == [1, 3, 5]
    assert np.isnan(summary.loss[2])


def test_million_rows_are_exact(path: Path) -> None:
    """A million rows with a replay in the middle come back number for number."""
    random = np.random.default_rng(1)
    steps = np.concatenate([np.arange(1, 600_001), np.arange(500_001, 900_001)])
    losses = random.random(len(steps)).astype(np.float32)
    rows = [f"{step},{loss:.9g},0.5,1" for step, loss in zip(steps.tolist(), losses.tolist(), strict=True)]
    summary = Summary.read(written(path, TITLE + "\n".join(rows) + "\n"))
    assert np.array_equal(summary.step, np.arange(1, 900_001))
    assert np.array_equal(summary.loss.astype(np.float32), np.concatenate([losses[:500_000], losses[600_000:]]))


def test_outline_holds_rows_from_all_of_a_long_file(path: Path) -> None:
    """Each is a row of the file, from its first to its last; a short file is read whole."""
    rows = "".join(f"{step},{1 / step:.9g},{step / 4:.2f},1\n" for step in range(1, 40_001))
    outline = Summary.read_outline(written(path, TITLE + rows))
    assert 2000 < len(outline) < 10_000
    assert np.array_equal(outline.loss, [float(f"{1 / step:.9g}") for step in outline.step])
    assert outline.step[0] < 10 and outline.step[-1] == 40_000 and np.diff(outline.step).max() < 400
    assert Summary.read_outline(written(path, TITLE + "1,0.5,0.25,4\n")).step.tolist() == [1]


@pytest.mark.parametrize("rest", ["", "30", "30,0.2", "30,"])
def test_foundry_summary_is_read(path: Path, rest: str) -> None:
    """Foundry's single line is recognised; what follows its last comma may be torn and does not count."""
    summary = Summary.read(written(path, "0,0.5,10,0.25,20,0.125," + rest))
    assert summary.foundry and summary.end == ""
    assert summary.step.tolist() == [0, 10, 20] and summary.loss.tolist() == [0.5, 0.25, 0.125]


def test_something_else_is_refused(path: Path) -> None:
    """A file with the suffix that is neither ours nor Foundry's is named, with what to do."""
    with pytest.raises(RunError, match=r"run\.summary' is not a loss summary"):
        Summary.read(written(path, "Dear diary\n"))
    with pytest.raises(RunError, match="no summary"):
        Summary.read(path.with_name("other.summary"))


def test_follower_equals_reading_at_every_length(path: Path) -> None:
    """However the file grows, byte by byte, the follower knows what a reader of the whole file knows."""
    text = (
        TITLE + "1,0.5,1,4\n2,0.4,2,2\n# stopped\n" + TITLE + "2,0.3,2,2\n# checkpoint 2\n3,0.2,3,1\n# finished done\n"
    )
    follower = SummaryFollower(path)
    assert not follower.poll()
    path.write_bytes(b"")
    for byte in text.encode():
        with path.open("ab") as file:
            file.write(bytes([byte]))
        follower.poll()
        whole = Summary.read(path)
        assert follower.summary.step.tolist() == whole.step.tolist()
        assert follower.summary.loss.tolist() == whole.loss.tolist()
        assert (follower.summary.end, follower.summary.checkpoints) == (whole.end, whole.checkpoints)
    assert follower.summary.step.tolist() == [1, 2, 3] and follower.summary.end == "done"
    assert not follower.poll()


@pytest.mark.parametrize("other", ["1,9,1,1\n", "7,9,1,1\n8,9,1,1\n9,9,1,1\n10,9,1,1\n"])
def test_follower_notices_replacement(path: Path, other: str) -> None:
    """A file that was truncated or replaced, by a shorter or longer one, is read anew; a removed one is empty."""
    follower = SummaryFollower(written(path, TITLE + "1,1,1,1\n2,2,2,1\n"))
    assert follower.poll() and len(follower.summary) == 2
    written(path, TITLE + other)
    assert follower.poll()
    assert follower.summary.loss.tolist() == Summary.read(path).loss.tolist() == [9.0] * other.count("\n")
    path.unlink()
    assert follower.poll() and len(follower.summary) == 0


def test_follower_reads_foundry(path: Path) -> None:
    """Foundry's line is followed too, while Nuke writes on it."""
    follower = SummaryFollower(written(path, "0,0.5,10,0.25,"))
    assert follower.poll() and not follower.poll()
    written(path, "0,0.5,10,0.25,20,0.1,")
    assert follower.poll()
    assert follower.summary.foundry and follower.summary.step.tolist() == [0, 10, 20]


def test_smoothing_stays_within_a_resolution(path: Path) -> None:
    """The running mean begins anew where the resolution changes, since losses are not comparable across it."""
    text = "1,4,0,2\n2,2,0,2\n3,1,0,1\n4,3,0,1\n"
    assert Summary.read(written(path, TITLE + text)).smoothed(window=10).tolist() == [4.0, 3.0, 1.0, 2.0]
