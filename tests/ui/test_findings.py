"""Findings: what the numbers of a run say."""

import numpy as np
import pytest

from paircat.engine.runs.run import Run, RunInfo, RunState
from paircat.engine.runs.summary import Summary
from paircat.engine.training_estimate import TrainingEstimate
from paircat.ui.findings import Action, findings
from paircat.ui.folder_watch import RunSnapshot


@pytest.fixture
def run(tmp_path):
    """Makes a run of losses and resolutions."""

    def make(loss, scale=1, state=RunState.FINISHED, left=0):
        steps = np.arange(1, len(loss) + 1)
        summary = Summary(steps, np.asarray(loss), steps * 0.1, np.full(len(loss), scale))
        info = RunInfo("a", state, len(loss), len(loss) + left, 1.0, float(loss[-1]), True)
        return RunSnapshot(Run("a", tmp_path), info, summary, loaded=True)

    return make


def applying(snapshot, estimate=None):
    return {finding.action for finding in findings(snapshot, estimate) if finding.applies}


def test_curve_that_still_falls_asks_for_more_epochs(run):
    """One that is level does not."""
    assert Action.RESUME in applying(run(np.linspace(1, 0.2, 400)))
    assert Action.RESUME not in applying(run(np.full(400, 0.2)))
    assert "fell by" in next(item.text for item in findings(run(np.linspace(1, 0.2, 400)), None) if item.applies)


def test_a_run_in_training_is_not_judged_yet(run):
    """It will go on anyway."""
    assert Action.RESUME not in applying(run(np.linspace(1, 0.2, 400), state=RunState.TRAINING))


@pytest.mark.parametrize("state", [RunState.STOPPED, RunState.INTERRUPTED])
def test_a_run_with_steps_left_is_to_be_resumed(run, state):
    """More Epochs are for one that has done all of its own."""
    snapshot = run(np.linspace(1, 0.2, 400), state=state, left=1200)
    assert Action.GO_ON in applying(snapshot) and Action.RESUME not in applying(snapshot)
    text = next(item.text for item in findings(snapshot, None) if item.action is Action.GO_ON)
    assert "fell by" in text and text.endswith("Resume it: 1,200 steps are left.")
    level = findings(run(np.full(400, 0.2), state=state, left=1200), None)
    assert [item.applies for item in level if item.action is Action.GO_ON] == [False]
    assert Action.RESUME not in {item.action for item in level}


def test_run_that_was_stopped_before_full_resolution(run):
    """It can be finished there; one that came to it needs nothing."""
    assert Action.FULL_RESOLUTION in applying(run(np.ones(50), scale=2, state=RunState.STOPPED))
    assert Action.FULL_RESOLUTION not in applying(run(np.ones(50), scale=1, state=RunState.STOPPED))


def test_small_crops_of_large_frames():
    """A crop of 128 shows little of 2K; one of 512 enough."""
    assert Action.LARGER_CROP in applying(
        None, TrainingEstimate(frames=(1,) * 9, width=2048, height=1080, crop_size=128)
    )
    assert Action.LARGER_CROP not in applying(
        None, TrainingEstimate(frames=(1,) * 9, width=2048, height=1080, crop_size=512)
    )


def test_all_advice_is_there_and_what_applies_is_first(run):
    """Every topic of the manual, without a run, too."""
    titles = {"Full resolution", "More epochs", "Model size", "Crop size", "The pairs", "More pairs", "Blank rows"}
    assert {finding.title for finding in findings(None, None)} == titles
    found = findings(run(np.linspace(1, 0.2, 400)), TrainingEstimate(frames=(1, 5)))
    assert {finding.title for finding in found} == titles
    assert [finding.applies for finding in found] == sorted((finding.applies for finding in found), reverse=True)
    assert found[0].applies
