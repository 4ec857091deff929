"""Preview."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from paircat.engine.errors import GraphError
from paircat.engine.learn.inference_op import InferenceOp
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.checkpoint import CatHeader, save_cat
from paircat.engine.runs.data_directory import DataDirectory


def checkpoint(folder: Path, run: str, step: int, age: int = 0) -> str:
    """A real .cat of a run, `age` seconds old."""
    folder.mkdir(exist_ok=True)
    path = folder / f"{run}.{step}.cat"
    header = CatHeader(run, step, 1000, "Small", {}, ("R", "G", "B"), ("A",))
    save_cat(path, header, {"weight": np.zeros(3, np.float32)})
    os.utime(path, (1_700_000_000 - age, 1_700_000_000 - age))
    return str(path)


@pytest.fixture
def preview(script):
    node = script.add("Preview")
    script.add("Dot")
    script.connect("Read1", "Preview1", "Source")
    script.connect("CopyCat1", "Dot1")
    script.connect("Dot1", "Preview1", "CopyCat")
    return node


def test_newest_checkpoint_of_the_newest_run_is_shown(preview, script, tmp_path):
    """Steps are compared as numbers, runs by when they were last written to."""
    checkpoint(tmp_path / "training", "old", 5000, age=100)
    checkpoint(tmp_path / "training", "new", 900)
    newest = checkpoint(tmp_path / "training", "new", 1000)
    assert script.op("Preview1") == InferenceOp(script.op("Read1"), newest)
    later = checkpoint(tmp_path / "training", "new", 2000)
    assert script.op("Preview1").cat == later


def test_active_run_goes_before_the_newest(preview, script, tmp_path):
    """The CopyCat says which run is looked at."""
    old = checkpoint(tmp_path / "training", "old", 5000, age=100)
    checkpoint(tmp_path / "training", "new", 900)
    script.node("CopyCat1").set("activeRun", "old")
    assert script.op("Preview1").cat == old
    script.node("CopyCat1").set("activeRun", "gone")
    with pytest.raises(GraphError, match="active run 'gone' of CopyCat1 is not in"):
        script.op("Preview1")


def test_of_runs_that_share_a_folder_that_of_other_pictures_is_not_meant(preview, script, tmp_path):
    """As Resume and Create Inference have it: the newest that learns what is connected."""
    own = checkpoint(tmp_path / "training", "own", 5000, age=100)
    checkpoint(tmp_path / "training", "other", 900)
    job = script.node("CopyCat1").job(script.graph(), "own")
    job.save(tmp_path / "training" / "own.job")
    os.utime(tmp_path / "training" / "own.job", (1_600_000_000, 1_600_000_000))
    other = replace(job, run="other", input=ReadOp("/else/in.####.exr"), ground_truth=ReadOp("/else/gt.####.exr"))
    assert script.op("Preview1").cat.endswith("other.900.cat"), "as long as nobody knows what it learns"
    other.save(tmp_path / "training" / "other.job")
    assert script.op("Preview1").cat == own


def test_before_the_first_checkpoint_there_is_a_sentence(preview, script, tmp_path):
    """No folder, an empty one, and a run without a checkpoint each say what to wait for."""
    with pytest.raises(GraphError, match=r"CopyCat1 has no run in .* yet; start a training"):
        script.op("Preview1")
    (tmp_path / "training").mkdir()
    with pytest.raises(GraphError, match=r"CopyCat1 has no run in .* yet; start a training"):
        script.op("Preview1")
    run = DataDirectory(tmp_path / "training").new_run("young")
    run.summary.write_text("{}\n")
    with pytest.raises(GraphError, match="'young' has not saved a checkpoint yet; wait for step 1000"):
        script.op("Preview1")


def test_the_processor_is_used_where_the_training_uses_it(preview, script, tmp_path):
    """A CopyCat that leaves the GPU alone is previewed without it."""
    checkpoint(tmp_path / "training", "new", 900)
    script.node("CopyCat1").set("useGPU", False)
    assert script.op("Preview1").device == "cpu"


def test_another_node_in_the_place_of_a_copycat_is_named(preview, script):
    """Only a CopyCat has networks."""
    script.connect("Read2", "Preview1", "CopyCat")
    with pytest.raises(GraphError, match="CopyCat input of Preview1 leads to Read2, a Read; connect a CopyCat"):
        script.op("Preview1")
    script.disconnect("Preview1", "CopyCat")
    with pytest.raises(GraphError, match="CopyCat input of Preview1 is not connected"):
        script.op("Preview1")


def test_the_viewer_names_run_and_step(preview, script, tmp_path):
    """So that nobody takes an old network for the newest."""
    checkpoint(tmp_path / "training", "new", 1000)
    assert script.graph().viewed("Preview1") == (script.op("Preview1"), "new, step 1,000")
    preview.disabled = True
    assert script.graph().viewed("Preview1") == (script.op("Read1"), "")
