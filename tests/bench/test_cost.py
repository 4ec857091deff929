from dataclasses import replace
from pathlib import Path

import pytest

from paircat.bench import cost, growth, piece
from paircat.bench.piece import Piece, Place
from paircat.bench.results import Results
from paircat.bench.tasks import Task
from paircat.engine.learn import trainer
from paircat.engine.learn.batches import BatchFeed

SMALL = Piece("cost", contestant="small", width=96, height=64, pairs=3, crop=32, batch=2)


@pytest.fixture
def results() -> Results:
    """Costs of which seconds grow with the pixels, memory with their root, and batches not at all."""
    found = Results.begin("full", Place("data"))
    for width, height in ((640, 360), (1280, 720), (3840, 2160)):
        values = {
            "step_seconds": width * height * 1e-6,
            "waiting": width * 1e-6,
            "first_waits": width * 1e-3,
            "peak_bytes": 10**8 + width * 10**5,
            "base_bytes": 10**8,
        }
        found.add(replace(growth.MEMORY, crop=128, width=width, height=height), values)
    found.add(replace(growth.MEMORY, crop=128, batch=1), {"step_seconds": 1.0, "peak_bytes": 2, "base_bytes": 1})
    found.add(replace(growth.MEMORY, crop=512), {"error": "ended by SIGKILL"})
    return found


def test_a_step_costs_time_and_memory(place: Place) -> None:
    """Seconds, bytes, and how much of it was waiting, of a process in which nothing was trained before."""
    found = piece.run(SMALL, place)
    assert "error" not in found
    assert found["step_seconds"] > 0
    assert 0 < found["waiting"] < 1
    assert found["first_waits"] > 0
    assert found["peak_bytes"] > found["base_bytes"] > 0


def test_measuring_leaves_the_trainer_as_it_was(place: Place) -> None:
    """Its crops are timed only while a step's cost is measured."""
    cost.of_a_step(SMALL, place)
    assert trainer.BatchFeed is BatchFeed


def test_pairs_of_any_size_are_written(tmp_path: Path) -> None:
    """As many as asked, of the size that was asked, both sides."""
    cost.write_pairs(tmp_path, 30, 50, 3)
    task = Task("cost", tmp_path)
    assert task.frames("input") == task.frames("gt") == (1, 2, 3)
    before, after = task.pixels("input", 3), task.pixels("gt", 3)
    assert before.shape == (30, 50, 3)
    assert abs(after - before / 2).max() < 0.005


def test_one_thing_is_varied_at_a_time() -> None:
    """Every piece differs from the base of its axis in one respect; none comes twice."""
    pieces = growth.pieces("medium")
    assert len(pieces) == len(set(pieces))
    assert replace(growth.MEMORY, contestant="medium") in pieces
    for axis in growth.AXES:
        base = replace(axis.base, contestant="medium")
        along = [one for one in pieces if replace(one, **{name: getattr(base, name) for name in axis.fields}) == base]
        assert len({axis.amount(one) for one in along if axis.amount(one)}) >= 3, axis.name


def test_exponents_tell_how_cost_grows(results: Results) -> None:
    """Linear seconds are 1, memory as the root of them 0.5; two points are no row, and failures no points."""
    (row,) = growth.measured(results)
    assert row.axis.name == "frame size" and row.contestant == "small"
    assert row.labels == ["640x360", "1280x720", "3840x2160"]
    assert growth.slope(row.seconds) == pytest.approx(1)
    assert growth.slope(row.bytes) == pytest.approx(0.5)
    assert row.waiting == pytest.approx(0.00384)
    text = growth.table(results)
    assert "| 640x360, 1280x720, 3840x2160 | 0.230, 0.922, 8.29 | 1.00 | 61, 122, 366 | 0.50 | 0.4 % | 3.84 |" in text
