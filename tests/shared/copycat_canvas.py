"""A CopyCat on a canvas: the pairs that it learns, and waiting for its runs."""

import numpy as np
import OpenImageIO as oiio

from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.job import Job
from paircat.engine.settings import TrainingSettings


def show(training, qtbot, *names):
    """Wait until these runs, and no others, are known with their losses."""
    training.monitor.refresh()
    qtbot.waitUntil(lambda: {run.name for run in training.snapshots if run.loaded} == set(names), timeout=10000)


def connect_pairs(canvas, folder):
    """Two frames and what they are to become, read by two Reads."""
    random = np.random.default_rng(0)
    for frame in (1, 2):
        picture = random.random((32, 32, 3)).astype(np.float32)
        for name, pixels in (("in", picture), ("gt", picture * 0.5)):
            assert oiio.ImageBuf(pixels).write(str(folder / f"{name}.{frame}.exr"))
    for slot, name in (("Input", "in"), ("GroundTruth", "gt")):
        read = canvas.add_node("Read", None, values={"file": f"{name}.#.exr"}, connect_selected=False)
        canvas.connect(read, "CopyCat1", slot)


def of_another_shot(run, folder):
    """The same run, as if it had been started on other files."""
    pictures = [ReadOp(str(folder / f"{side}.####.exr")) for side in ("player", "roto")]
    Job(*pictures, None, FrameRange(()), TrainingSettings(epochs=100), str(run.folder), run.name).save(run.job)
