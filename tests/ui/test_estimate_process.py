"""EstimateProcess: answers of a child process that has PyTorch."""

import pytest

from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.job import Job
from paircat.engine.settings import TrainingSettings
from paircat.ui import estimate_process as module
from paircat.ui.estimate_process import EstimateProcess


@pytest.fixture
def estimate_process(qtbot):
    made = EstimateProcess()
    yield made
    made.close()


@pytest.fixture
def job(tmp_path):
    """A job whose frames are missing."""
    source = ReadOp(str(tmp_path / "none.####.exr"))
    return Job(source, source, None, FrameRange(()), TrainingSettings(), "", "a")


def test_questions_are_answered_by_a_real_process(estimate_process, job, qtbot):
    """The device alone, and pairs; of two questions of one asker the newer."""
    answers = {}
    estimate_process.ask("device", None, lambda found: answers.__setitem__("device", found))
    estimate_process.ask("pairs", None, lambda found: answers.__setitem__("older", found))
    estimate_process.ask("pairs", job, lambda found: answers.__setitem__("pairs", found))
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=60000)
    assert answers["device"].problem == "" and "older" not in answers
    assert "none.####.exr" in answers["pairs"].problem


def test_process_that_dies_is_reported_and_started_again(estimate_process, qtbot, monkeypatch):
    """The next question starts another."""
    answers = []
    monkeypatch.setattr(module, "_COMMAND", ("-c", "raise SystemExit(3)"))
    estimate_process.ask("a", None, answers.append)
    qtbot.waitUntil(lambda: len(answers) == 1, timeout=10000)
    assert "has ended" in answers[0].problem
    monkeypatch.setattr(module, "_COMMAND", ("-c", "print('noise'); input(); print('{\"gpu\": \"Big\"}')"))
    estimate_process.ask("a", None, answers.append)
    qtbot.waitUntil(lambda: len(answers) == 2, timeout=10000)
    assert answers[1].gpu == "Big"
