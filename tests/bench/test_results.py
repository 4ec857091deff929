import itertools
import json
import platform
import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from paircat.bench import machine, rounds
from paircat.bench.piece import Piece, Place
from paircat.bench.plot import Panel, decades, growth_panels, panels, svg, ticks
from paircat.bench.results import Results
from paircat.bench.table import markdown
from paircat.bench.tasks import NAMES

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
    half = {"psnr": 33.0, "ssim": 0.9, "iou": None, "gflops": 50.0, "precision": "bfloat16"}
    found.add(Piece("learn", "grade", "small", 20), half)
    found.add(Piece("learn", "matte", "probe", 20), {"psnr": 15.0, "ssim": 0.8, "iou": 0.61})
    found.add(Piece("nothing", "grade"), {"psnr": 20.8, "ssim": 0.7, "iou": None})
    found.add(Piece("matmul", "grade", seconds=20), {"gflops": 100.0, "bfloat16_gflops": 200.0})
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
    (tmp_path / results.save(tmp_path).name.replace("_full_", "_full_full_")).write_text("cut off")
    assert Results.resume("full", PLACE, tmp_path).started == results.started
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
    assert "| medium | 20 s | 31.00 | +1.50 | 0.9000 | 5.00 | 1024 MB | float32 | 50 | 50 % |" in text
    assert "| small | 20 s | 33.00 | +3.50 | 0.9000 |  |  | bfloat16 | 50 | 25 % |" in text
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
        Panel(
            "grade",
            "PSNR, dB",
            {"small": [(20, 33.0)], "medium": [(20, 31.0), (60, 33.0)], "probe": [(20, 29.5)]},
            20.8,
        ),
        Panel("matte", "IoU", {"probe": [(20, 0.61)]}, None),
    ]
    root = ET.fromstring(svg(drawn, "a < b"))
    space = "{http://www.w3.org/2000/svg}"
    assert len(root.findall(f".//{space}polyline")) == 4
    assert len(root.findall(f".//{space}line[@stroke-dasharray]")) == 1
    heights = [float(circle.get("cy", 0)) for circle in root.findall(f".//{space}circle")][1:3]
    assert heights[0] > heights[1]  # the better score stands higher


def test_fixes_and_checkpoints_are_drawn_over_steps(results: Results) -> None:
    """The twins in one panel, the checkpoints of each task in another, beside what doing nothing is."""
    for task, inside in (("fix", 20.0), ("fix_whole", 25.0)):
        for steps in (100, 200):
            piece = Piece("fix", task, "small", steps=steps)
            results.add(piece, {"inside": inside + steps / 100, "nothing_inside": 17.0})
    saved = {"checkpoints": [{"step": 25, "margin": 0.5, "frame_margin": 0.4}, {"step": 50, "margin": 1.5}]}
    saved["checkpoints"][1]["frame_margin"] = 1.0
    worst = {"worst_margin": 0.5, "worst_step": 25, "worst_frame_margin": 0.4}
    results.add(Piece("checkpoints", "restore", "small", steps=50), {**saved, **worst})
    twins, checkpoints = panels(results)[-2:]
    assert twins.curves == {"fix": [(100, 21.0), (200, 22.0)], "fix_whole": [(100, 26.0), (200, 27.0)]}
    assert (twins.floor, twins.across) == (17.0, " steps")
    assert checkpoints == Panel(
        "restore, checkpoints", "dB over nothing", {"small": [(25, 0.5), (50, 1.5)]}, 0.0, " steps"
    )
    text = markdown(results)
    assert "| restore | small | 25, 50 | +0.50, +1.50 | +0.500 | 25 | +0.400 |" in text
    assert ET.fromstring(svg(panels(results))) is not None


def test_growth_is_drawn_on_logarithmic_axes(results: Results) -> None:
    """Seconds and memory of an axis, its sizes by name; twice as much of both is as far at any size."""
    for width, height in ((640, 360), (1280, 720), (2560, 1440)):
        cost = Piece("cost", contestant="small", width=width, height=height, pairs=8, crop=128, batch=4)
        results.add(cost, {"step_seconds": width * height / 1e6, "peak_bytes": width << 20, "base_bytes": 0})
    seconds, megabytes = growth_panels(results)
    assert seconds.labels[640 * 360] == "640x360"
    assert [value for _, value in megabytes.curves["small"]] == [640, 1280, 2560]
    drawn = ET.fromstring(svg([seconds]))
    circles = drawn.findall(".//{http://www.w3.org/2000/svg}circle")
    for side in ("cx", "cy"):
        first, second, third = (float(circle.get(side, 0)) for circle in circles)
        assert second - first == pytest.approx(third - second, abs=0.2)
    assert {text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")} >= {"640x360", "2560x1440", "1"}


def test_numbers_that_would_touch_are_left_out(results: Results) -> None:
    """Ten names in the width of five: no two of them overlap, and the first is there."""
    curve = [(2.0**place, float(place)) for place in range(10)]
    panel = Panel("many", "", {"small": curve}, labels={amount: "1234567x89" for amount, _ in curve})
    space = "{http://www.w3.org/2000/svg}text"
    places = sorted(
        float(text.get("x", 0)) for text in ET.fromstring(svg([panel])).iter(space) if text.text == "1234567x89"
    )
    assert 2 <= len(places) < 6
    assert min(b - a for a, b in itertools.pairwise(places)) > 6 * len("1234567x89")


def test_ticks_are_round_numbers_inside() -> None:
    """About five, within the range."""
    assert ticks(20.8, 36.2) == [25, 30, 35]
    assert ticks(0.08, 0.61) == [0.2, 0.4, 0.6]
    assert ticks(3, 3) == [3]
    assert decades(0.3, 12) == [0.5, 1, 2, 5, 10]
    assert decades(3, 4) == [3, 3.5, 4]  # as there is no power of ten, nor twice or five times one


def test_the_quick_pass_fits_into_its_time() -> None:
    """By its own guess all that the goals need is measured within 38 minutes; what comes after it might not fit."""
    plan = rounds.quick(NAMES, with_tunet=False)
    first = 1 + max(place for place, one in enumerate(plan) if any(piece.kind == "fix" for piece in one.pieces))
    assert sum(one.guess for one in plan[:first]) < 38 * 60
    needed = {(one.task, one.contestant, one.seconds) for each in plan[:first] for one in each.pieces}
    for task in ("grade", "deblur", "restore", "tennis"):
        assert {(task, name, 60) for name in ("small", "medium", "small-fp32", "probe")} <= needed
        assert {(task, name, 20) for name in ("small", "medium", "small-fp32")} <= needed
    assert {("restore", "small", 120), ("tennis", "small", 120)} <= needed
    assert {one.contestant for each in plan[first:] for one in each.pieces if one.kind == "learn"} >= {"large"}


def test_time_budgets_replace_those_of_the_quick_pass() -> None:
    """Everybody learns for each of them, on every task that was asked for, and nobody for any other."""
    plan = rounds.quick(("restore",), False, seconds=(2.0,), steps=(25,))
    learnt = [piece for one in plan for piece in one.pieces if piece.kind == "learn"]
    assert [(one.task, one.contestant, one.seconds) for one in learnt] == [
        ("restore", name, 2.0) for name in rounds.CONTESTANTS
    ]


def test_a_run_can_be_limited_to_some_kinds() -> None:
    """What they are held against stays beside them, and nothing else does."""
    plan = rounds.quick(NAMES, with_tunet=True)
    kinds = {piece.kind for one in plan for piece in one.only(("learn",)).pieces}
    assert kinds == {"learn", "matmul", "nothing"}
    found = [piece.kind for one in rounds.full(NAMES, True) for piece in one.only(("fix", "startup")).pieces]
    assert set(found) == {"fix", "command", "window"}


def test_the_small_fix_has_a_fifth_more_steps_than_its_twin() -> None:
    """So that one look says whether the goal is met; without both of a pair there is none."""
    found = [piece for one in rounds.fixes(NAMES, "small", (100, 200)) for piece in one.pieces]
    assert [(one.task, one.steps) for one in found] == [
        ("fix", 120),
        ("fix_whole", 100),
        ("fix", 240),
        ("fix_whole", 200),
        ("mark", 120),
        ("mark_whole", 100),
        ("mark", 240),
        ("mark_whole", 200),
    ]
    assert rounds.fixes(("fix",), "small", (100,)) == []


def test_the_full_run_compares_everybody_in_turn() -> None:
    """Each task, budget and repeat is a round with every contestant; tasks come one after the other."""
    plan = rounds.full(("grade", "deblur"), with_tunet=True)
    learning = [one for one in plan if any(piece.kind == "nothing" for piece in one.pieces)]
    learning = [one for one in learning if any(piece.kind == "learn" for piece in one.pieces)]
    assert len(learning) == 2 * 4 * 3
    for one in learning:
        names = [piece.contestant for piece in one.pieces if piece.kind == "learn"]
        assert names == ["small", "medium", "large", "probe", "small-fp32", "tunet", "tunet-best"]
    assert [one.pieces[0].task for one in learning] == ["grade"] * 12 + ["deblur"] * 12
    pieces = [piece for one in plan for piece in one.pieces if piece.kind == "learn"]
    assert len(pieces) == len(set(pieces))
    few = {(one.task, one.seconds) for one in pieces if one.contestant == "small"} - {
        (task, seconds) for task in ("grade", "deblur") for seconds in rounds.BUDGETS
    }
    assert few == {("grade", 12.0), ("deblur", 12.0)}
    assert {piece.kind for one in plan for piece in one.pieces} >= {"cost", "checkpoints", "infer"}


def test_outside_of_git_the_commit_is_unknown(tmp_path: Path) -> None:
    """An unpacked archive can be measured too."""
    assert machine.commit(tmp_path) == "unknown"


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_changed_code_is_distinguished_from_its_commit(tmp_path: Path) -> None:
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
