import json
import platform
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from paircat.bench import machine, rounds
from paircat.bench.piece import Piece, Place
from paircat.bench.plot import Panel, panels, svg, ticks
from paircat.bench.results import Results
from paircat.bench.table import markdown

PLACE = Place("data")


@pytest.fixture
def results() -> Results:
    """A run with three repeats of one piece, the probe, and a failure."""
    found = Results.begin("full", PLACE)
    for repeat, psnr in enumerate((30.0, 34.0, 31.0)):
        values = {
            "psnr": psnr,
            "ssim": 0.9,
            "iou": None,
            "gflops": 50.0,
            "steps_per_second": 5.0,
            "peak_bytes": 1 << 30,
        }
        found.add(Piece("learn", "grade", "medium", 20, repeat=repeat), {**values, "notes": ["Chose this."]})
        found.add(Piece("learn", "grade", "medium", 60, repeat=repeat), {**values, "psnr": psnr + 2})
    found.add(Piece("learn", "grade", "probe", 20), {"psnr": 29.5, "ssim": 0.8, "iou": None, "gflops": 40.0})
    found.add(Piece("learn", "matte", "probe", 20), {"psnr": 15.0, "ssim": 0.8, "iou": 0.61})
    found.add(Piece("nothing", "grade"), {"psnr": 20.8, "ssim": 0.7, "iou": None})
    found.add(Piece("matmul", "grade", seconds=20), {"gflops": 100.0})
    found.add(Piece("learn", "grade", "large", 20), {"error": "Killed"})
    found.add(
        Piece("infer", contestant="small", width=1920, height=1080), {"frame_seconds": 1.5, "peak_bytes": 1 << 29}
    )
    found.add(Piece("window"), {"absent": "no window"})
    found.add(Piece("command"), {"version_seconds": 0.4})
    found.absent = {"tennis": "its folder was not given"}
    return found


def test_results_survive_the_disk(results: Results, tmp_path: Path) -> None:
    """What is loaded is what was saved, and the file is plain JSON with date, machine and commit."""
    path = results.save(tmp_path)
    assert Results.load(path) == results
    data = json.loads(path.read_text())
    assert data["started"][:2] == "20" and data["machine"]["cores"] >= 1 and data["commit"]


def test_no_name_of_the_host_is_kept(results: Results, tmp_path: Path) -> None:
    """Results can be shown to anybody."""
    assert platform.node() not in results.save(tmp_path).read_text()


def test_an_interrupted_run_goes_on(results: Results, tmp_path: Path) -> None:
    """The same commit on the same machine continues; a finished run does not, and failures are tried again."""
    results.save(tmp_path)
    again = Results.resume("full", PLACE, tmp_path)
    assert again.started == results.started
    assert again.done(Piece("learn", "grade", "probe", 20))
    assert not again.done(Piece("learn", "grade", "large", 20))
    assert Results.resume("full", Place("data", threads=7), tmp_path).pieces == []
    results.finished = True
    results.save(tmp_path)
    assert Results.resume("full", PLACE, tmp_path).pieces == []


def test_another_file_is_no_result(tmp_path: Path) -> None:
    """A JSON file of something else is refused."""
    (tmp_path / "other.json").write_text("{}")
    with pytest.raises(ValueError, match="no result"):
        Results.load(tmp_path / "other.json")


def test_medians_are_over_repeats(results: Results) -> None:
    """Three runs count as their middle one; the failed one as none."""
    assert results.median("psnr", kind="learn", task="grade", contestant="medium", seconds=20) == 31.0
    assert results.median("psnr", kind="learn", task="grade", contestant="large") is None


def test_the_table_says_all_of_it(results: Results) -> None:
    """Scores, the gain over the probe, the share of the best matmul, what is absent, what failed, what was chosen."""
    text = markdown(results, "plot.svg")
    assert "| medium | 20 s | 31.00 | +1.50 | 0.9000 | 5.00 | 1024 MB | 50 | 50 % |" in text
    assert "| doing nothing |  | 20.80 |" in text
    assert "| probe | 20 s | 15.00 |  | 0.8000 | 0.610 |" in text
    assert "| small | 1920x1080 | 1.50 | 512 MB |" in text
    assert "- tennis: its folder was not given" in text
    assert "- learn grade large 20 s: Killed" in text
    assert "- grade: Chose this." in text
    assert "absent: no window" in text
    assert "![Held-out scores over training time](plot.svg)" in text


def test_every_table_is_square(results: Results) -> None:
    """Each line of a table has as many cells as its header."""
    width = 0
    for line in markdown(results).splitlines():
        if line.startswith("|"):
            width = width or line.count("|")
            assert line.count("|") == width, line
        else:
            width = 0


def test_the_plot_is_an_svg_with_a_curve_for_each(results: Results) -> None:
    """One panel a task, IoU for a matte, the medians as points, doing nothing as a dashed line."""
    drawn = panels(results)
    assert drawn == [
        Panel("grade", "PSNR, dB", {"medium": [(20, 31.0), (60, 33.0)], "probe": [(20, 29.5)]}, 20.8),
        Panel("matte", "IoU", {"probe": [(20, 0.61)]}, None),
    ]
    root = ET.fromstring(svg(drawn, "a < b"))
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f".//{space}polyline")) == 3
    assert len(root.findall(f".//{space}line[@stroke-dasharray]")) == 1
    heights = [float(circle.get("cy", 0)) for circle in root.findall(f".//{space}circle")][:2]
    assert heights[0] > heights[1]  # the better score stands higher


def test_ticks_are_round_numbers_inside() -> None:
    """About five, within the range."""
    assert ticks(20.8, 36.2) == [25, 30, 35]
    assert ticks(0.08, 0.61) == [0.2, 0.4, 0.6]
    assert ticks(3, 3) == [3]


def test_the_quick_pass_fits_into_its_time() -> None:
    """By its own guess all of it takes about 40 minutes; what might not fit is the last rounds of 20 seconds."""
    plan = rounds.quick(("grade", "deblur", "restore", "matte", "tennis", "grade_exr"), with_tunet=False)
    assert sum(one.guess for one in plan) < 42 * 60
    assert {piece.seconds for piece in plan[-1].pieces if piece.kind == "learn"} == {20}


def test_the_full_run_compares_everybody_in_turn() -> None:
    """Each task, budget and repeat is a round with every contestant; tasks come one after the other."""
    plan = rounds.full(("grade", "deblur"), with_tunet=True)
    learning = [one for one in plan if any(piece.kind == "learn" for piece in one.pieces)]
    assert len(learning) == 2 * 4 * 3
    for one in learning:
        names = [piece.contestant for piece in one.pieces if piece.kind == "learn"]
        assert names == ["small", "medium", "large", "probe", "tunet", "tunet-best"]
    assert [one.pieces[0].task for one in learning] == ["grade"] * 12 + ["deblur"] * 12
    pieces = [piece for one in plan for piece in one.pieces if piece.kind == "learn"]
    assert len(pieces) == len(set(pieces))


def test_outside_of_git_the_commit_is_unknown(tmp_path: Path) -> None:
    """An unpacked archive can be measured too."""
    assert machine.commit(tmp_path) == "unknown"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_changed_code_is_told_from_its_commit(tmp_path: Path) -> None:
    """Two different changes of one commit have two names; new results are no change."""
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    code, result = tmp_path / "code.py", tmp_path / "bench" / "results" / "old.json"
    result.parent.mkdir(parents=True)
    code.write_text("1")
    result.write_text("1")
    for words in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "one"]):
        subprocess.run([*git, *words], check=True)
    clean = machine.commit(tmp_path)
    result.write_text("2")
    assert machine.commit(tmp_path) == clean
    code.write_text("2")
    first = machine.commit(tmp_path)
    code.write_text("3")
    assert first.startswith(f"{clean}-changed-") and first != machine.commit(tmp_path)
