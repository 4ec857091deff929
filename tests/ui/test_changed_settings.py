"""What a resumed run takes of its node's knobs: those that were changed since it was started."""

import os
from dataclasses import replace

import pytest
from copycat_canvas import connect_pairs, show
from written_runs import write_run

from paircat.engine.runs import process
from paircat.engine.runs.job import Job
from paircat.engine.settings import MixedPrecision, ModelSize, TrainingSettings
from paircat.ui.launch import Pairs


@pytest.fixture
def started(monkeypatch):
    """The jobs that would be trained; in place of the training, nothing is started."""
    jobs = []
    monkeypatch.setattr(process, "start", lambda job, log: (jobs.append(Job.load(job)), os.getpid())[1])
    return jobs


def set_back(canvas, **values):
    """Set knobs without a step of undo, such as the ones of the fixture back to their defaults."""
    canvas.put_values("CopyCat1", values)


FOREIGN = TrainingSettings(
    epochs=100,
    model_size=ModelSize.SMALL,
    batch_size=4,
    learning_rate=5e-4,
    checkpoint_interval=50,
    image_interval=7,
    max_checkpoints=3,
    mixed_precision=MixedPrecision.DISABLED,
    device="cpu",
    processes=2,
    threads=1,
)
"""What no knob of the node has said."""


def test_a_knob_that_nobody_touched_changes_nothing_of_a_run(training, canvas, runs, qtbot, started):
    """It was started from the command line, say, with other values; only how far it goes is the knob's."""
    set_back(canvas, modelSize="Medium", imageInterval=100)
    write_run(runs, "theirs", settings=FOREIGN)
    show(training, qtbot, "theirs")
    canvas.set_value("CopyCat1", "seed", 7)  # decides the crops, which stay as they were
    training.resume()
    qtbot.waitUntil(lambda: len(started) == 1)
    assert started[0].settings == replace(FOREIGN, epochs=4000)


def test_what_the_trainer_advises_can_be_followed(training, canvas, runs, qtbot, started):
    """A lower learning rate, a smaller batch, another device: set on the node, a resumed run takes them."""
    write_run(runs, "ours", settings=replace(FOREIGN, batch_size=0))
    show(training, qtbot, "ours")
    wanted = {"learningRate": 1e-4, "batchSizeType": "Manual", "batchSize": 2, "mixedPrecision": "Adaptive"}
    canvas.set_values("CopyCat1", {**wanted, "modelSize": "Large", "device": "cuda:1"})
    training.resume()
    qtbot.waitUntil(lambda: len(started) == 1)
    settings = started[0].settings
    assert (settings.learning_rate, settings.batch_size, settings.model_size) == (1e-4, 2, ModelSize.LARGE)
    assert (settings.device, settings.image_interval, settings.processes) == ("cuda:1", 5, 2)


def test_a_knob_that_is_set_back_to_its_default_was_touched(training, canvas, tmp_path, runs, qtbot, started):
    """Since the run was started with it, or seen with it; also under another name."""
    connect_pairs(canvas, tmp_path)
    canvas.set_values("CopyCat1", {"learningRate": 1e-4, "batchSizeType": "Manual", "batchSize": 2})
    training.start()
    qtbot.waitUntil(lambda: len(started) == 1 and training.starting is not None)
    training._launches.close()
    write_run(runs, training._active.followed, settings=started[0].settings)
    show(training, qtbot, training._active.followed)
    training.rename(training._active.followed, "look.v2")
    show(training, qtbot, "look.v2")
    canvas.set_values("CopyCat1", {"learningRate": 1e-3, "batchSizeType": "Auto"})
    training.resume(pairs=Pairs.OWN)
    qtbot.waitUntil(lambda: len(started) == 2)
    assert started[1].settings == replace(started[0].settings, learning_rate=1e-3, batch_size=0)


def test_the_frames_are_those_of_the_knob_where_it_names_any(training, canvas, runs, qtbot, started):
    """Some may have been painted since; without any, the run's own stay."""
    write_run(runs, "ours", settings=FOREIGN)
    show(training, qtbot, "ours")
    training.resume()
    qtbot.waitUntil(lambda: len(started) == 1)
    own = started[0].frames
    training._launches.close()
    canvas.set_value("CopyCat1", "frames", "1,7")
    training.resume()
    qtbot.waitUntil(lambda: len(started) == 2)
    assert str(started[1].frames) == "1,7" and started[1].frames != own
