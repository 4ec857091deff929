"""Run format: numbers of runs as text."""

import doctest
import math
from dataclasses import replace

import numpy as np
import pytest
from written_runs import write_run

from paircat.engine.runs.lock import RunLock
from paircat.engine.runs.summary import Summary
from paircat.engine.settings import TrainingSettings
from paircat.ui import run_format
from paircat.ui.folder_watch import FolderWatch
from paircat.ui.run_format import Pace


def summary_of(steps, step_seconds, scale=1, total=1000):
    step = np.arange(1, steps + 1)
    return Summary(
        step, np.ones(steps), step * step_seconds, np.full(steps, scale), facts={"total_steps": total, "step": 0}
    )


def test_examples_hold():
    """Those of the docstrings."""
    assert doctest.testmod(run_format).failed == 0


def test_time_left_is_steps_left_by_pace():
    """At full resolution every step takes as long as those before."""
    pace = Pace.of(summary_of(400, 0.5))
    assert pace.steps_per_second == pytest.approx(2)
    assert pace.left == pytest.approx(300)


def stages_of(*parts, total=1000):
    """A run of (steps, seconds a step, scale) one after the other, the first step of each three times as long."""
    times = np.concatenate([np.r_[3 * seconds, np.full(steps - 1, seconds)] for steps, seconds, _ in parts])
    scale = np.concatenate([np.full(steps, scale) for steps, _, scale in parts])
    step = np.arange(1, len(times) + 1)
    return Summary(step, np.ones(len(step)), np.cumsum(times), scale, facts={"total_steps": total, "step": 0})


def test_slow_first_steps_do_not_count():
    """Those of the run, of a resolution, and of a sitting that goes on after a stop."""
    assert Pace.of(summary_of(12, 0.5)).left == pytest.approx(494)
    slow = stages_of((12, 0.5, 1))
    assert Pace.of(slow).left == pytest.approx(494)
    again = stages_of((100, 0.5, 1), (8, 0.25, 1))
    again = replace(again, facts={"total_steps": 1000, "step": 100})
    assert Pace.of(again).left == pytest.approx(892 * 0.25)


def test_a_sitting_that_has_slow_steps_only_tells_nothing_yet():
    """Nor would those before, which another machine may have made; slow steps that go on are soon believed."""
    for steps in range(1, 7):
        again = replace(stages_of((100, 0.25, 1), (steps, 4.0, 1)), facts={"total_steps": 1000, "step": 100})
        left = Pace.of(again).left
        assert math.isnan(left) if steps < 5 else left == pytest.approx((900 - steps) * 4)
    quick = replace(stages_of((100, 0.25, 1), (6, 0.25, 1)), facts={"total_steps": 1000, "step": 100})
    assert math.isnan(Pace.of(quick).left)


def test_steps_of_finer_resolutions_to_come_take_longer():
    """A run at a quarter of the resolution is not promised to go on at that pace."""
    settings = TrainingSettings(multi_resolution=True)
    early = Pace.of(summary_of(30, 0.1, scale=4), settings)
    assert 2 * 970 * 0.1 < early.left < 6 * 970 * 0.1
    assert Pace.of(summary_of(30, 0.1, scale=4), TrainingSettings(multi_resolution=False)).left > early.left


def test_two_resolutions_tell_what_the_third_takes():
    """Of 0.13 s at a quarter and 0.16 s at half, 0.12 s are the same at any size: a full step takes 0.28 s."""
    pace = Pace.of(stages_of((60, 0.13, 4), (140, 0.16, 2)), TrainingSettings(multi_resolution=True))
    assert pace.steps_per_second == pytest.approx(1 / 0.16)
    assert pace.left == pytest.approx(800 * 0.28, rel=0.01)


def test_unknown_end_and_too_few_steps():
    """No time left is shown where nothing says how long the run is."""
    assert math.isnan(Pace.of(summary_of(50, 0.1, total=0)).left)
    assert math.isnan(Pace.of(Summary()).left)
    assert Pace.of(summary_of(50, 0.1, total=50)).left == 0


def test_line_of_a_training_says_all_of_it(tmp_path):
    """State, step, loss, resolution, pace, elapsed and left."""
    run = write_run(tmp_path, scale=2, end="")
    with RunLock(run.lock):
        watch = FolderWatch(tmp_path)
        watch.look()
        watch.load_next()
        line = run_format.progress(watch.snapshots[0])
    for part in ("Training", "step 40 of 100", "loss 0.", "1/2 resolution", "4 steps/s", "0:10 elapsed", "left"):
        assert part in line


@pytest.mark.parametrize(("steps", "recent"), [(100, 50), (2500, 50), (10000, 200)])
def test_the_loss_is_that_of_the_recent_steps(tmp_path, steps, recent):
    """The last 50 or the last 2 %, whichever is more; what a run was like before says nothing of how it stands."""
    run = write_run(tmp_path, steps=2)
    losses = [0.5] * (steps - recent) + [0.03, 0.01] * (recent // 2)
    rows = "".join(f"{step},{loss},{step},1\n" for step, loss in enumerate(losses, 1))
    run.summary.write_text(f'# paircat {{"version": 1, "total_steps": {steps}}}\n{rows}# finished done\n')
    watch = FolderWatch(tmp_path)
    watch.look()
    watch.load_next()
    assert watch.snapshots[0].info.loss == pytest.approx(0.02)
    assert f"loss {run_format.loss(0.02)}" in run_format.facts(watch.snapshots[0])
