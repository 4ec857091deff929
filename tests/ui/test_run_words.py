"""Numbers of runs in words."""

import doctest
import math

import numpy as np
import pytest
from written_runs import write_run

from paircat.engine.runs.lock import RunLock
from paircat.engine.runs.summary import Summary
from paircat.engine.settings import TrainingSettings
from paircat.ui import run_words
from paircat.ui.folder_watch import FolderWatch
from paircat.ui.run_words import Pace


def summary_of(steps, step_seconds, scale=1, total=1000):
    step = np.arange(1, steps + 1)
    return Summary(
        step, np.ones(steps), step * step_seconds, np.full(steps, scale), facts={"total_steps": total, "step": 0}
    )


def test_examples_hold():
    """Those of the docstrings."""
    assert doctest.testmod(run_words).failed == 0


def test_time_left_is_steps_left_by_pace():
    """At full resolution every step takes as long as those before."""
    pace = Pace.of(summary_of(400, 0.5))
    assert pace.steps_per_second == pytest.approx(2)
    assert pace.left == pytest.approx(300)


def test_steps_of_finer_resolutions_to_come_take_longer():
    """A run at a quarter of the resolution is not promised to go on at that pace."""
    settings = TrainingSettings(multi_resolution=True)
    early = Pace.of(summary_of(30, 0.1, scale=4), settings)
    assert early.left > 10 * 970 * 0.1
    assert Pace.of(summary_of(30, 0.1, scale=4), TrainingSettings(multi_resolution=False)).left > early.left


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
        line = run_words.progress(watch.snapshots[0])
    for part in ("Training", "step 40 of 100", "loss 0.", "1/2 resolution", "4 steps/s", "0:10 elapsed", "left"):
        assert part in line
