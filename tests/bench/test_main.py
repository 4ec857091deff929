from pathlib import Path
from typing import Any

import pytest

from paircat.bench import __main__ as bench
from paircat.bench import piece
from paircat.bench.piece import Piece, Place
from paircat.bench.results import Results
from paircat.bench.rounds import Round

PLAN = [
    Round((Piece("matmul", "grade"), Piece("nothing", "grade"), Piece("learn", "grade", "probe", 0.2))),
    Round((Piece("learn", "grade", "small", 0.2),)),
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[Piece]:
    """What was measured: in this process, to be quick, and without the large matrices."""
    noted: list[Piece] = []

    def here(one: Piece, place: Place) -> dict[str, Any]:
        noted.append(one)
        return {"gflops": 1.0} if one.kind == "matmul" else piece.measure(one, place)

    monkeypatch.setattr(piece, "run", here)
    return noted


def test_a_run_measures_everything_once(asked: list[Piece], place: Place, tmp_path: Path) -> None:
    """Pieces run in order and are saved; going on with finished results measures nothing again."""
    results = Results.begin("full", place)
    bench.run(results, PLAN, place, tmp_path)
    assert [entry for entry, _ in results.pieces] == [one for each in PLAN for one in each.pieces] == asked
    assert results.finished
    assert Results.load(next(tmp_path.glob("*.json"))) == results
    asked.clear()
    bench.run(results, PLAN, place, tmp_path)
    assert asked == []


def test_an_interruption_loses_one_piece_at_most(
    asked: list[Piece], place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was measured before it is on the disk, and the run goes on from there."""
    measure = piece.run

    def pressed(one: Piece, place: Place) -> dict[str, Any]:
        if one.kind == "learn":
            raise KeyboardInterrupt
        return measure(one, place)

    with monkeypatch.context() as patch:
        patch.setattr(piece, "run", pressed)
        with pytest.raises(KeyboardInterrupt):
            bench.run(Results.begin("full", place), PLAN, place, tmp_path)
    asked.clear()
    bench.run(Results.resume("full", place, tmp_path), PLAN, place, tmp_path)
    assert [one.kind for one in asked] == ["learn", "learn"]


def test_what_does_not_fit_is_left_out_and_reported(asked: list[Piece], place: Place, tmp_path: Path) -> None:
    """A round that would end after the limit does not begin."""
    results = Results.begin("quick", place)
    plan = [PLAN[1], Round((Piece("learn", "grade", "probe", 300),))]
    bench.run(results, plan, place, tmp_path, limit=60)
    assert asked == list(PLAN[1].pieces)
    assert results.absent == {"did not fit into the time": "learn grade probe 300 s"}
    assert not results.finished


def test_the_command_writes_table_and_plot(
    asked: list[Piece],
    place: Place,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """From the words of a command line to a Markdown table and an SVG; `report` makes them again from the JSON."""
    monkeypatch.delenv("TENNIS", raising=False)
    monkeypatch.delenv("TUNET", raising=False)
    monkeypatch.setattr(bench.rounds, "full", lambda *given, **more: PLAN)
    out = tmp_path / "results"
    assert (
        bench.main(["full", "--data", place.data, "--results", str(out), "--tasks", "grade,tennis", "--no-make"]) == 0
    )
    text = next(out.glob("*.md")).read_text()
    assert "## grade" in text and "| probe | 0.2 s |" in text
    assert "TENNIS=/path" in text and "TUNET=/path" in text
    assert next(out.glob("*.svg")).read_text().startswith("<svg")
    next(out.glob("*.md")).unlink()
    assert bench.main(["report", str(next(out.glob("*.json")))]) == 0
    assert next(out.glob("*.md")).read_text() == text
    assert "Written:" in capsys.readouterr().out


def test_an_unknown_task_is_a_mistake_with_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    """The message says which there are."""
    with pytest.raises(SystemExit):
        bench.main(["quick", "--tasks", "sculpt"])
    assert "no task sculpt; there are grade" in capsys.readouterr().err
