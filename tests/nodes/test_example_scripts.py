"""The scripts in examples/."""

from pathlib import Path

import pytest

from paircat.engine.learn.inference_op import InferenceOp
from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp
from paircat.engine.settings import ModelSize
from paircat.nodes.copycat import CopyCat
from paircat.nodes.script import Script
from paircat.nodes.write import Write

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.pcat")), ids=lambda path: path.name)
def test_examples_load_without_a_warning_and_are_saved_as_they_stand(path):
    """An example is a file as the program itself writes it, and all of its connections lead somewhere."""
    script = Script.load(path)
    assert script.warnings == []
    assert script.to_text() == path.read_text(encoding="utf-8")
    assert all(source in script.nodes for node in script.nodes.values() for source in node.connections.values())


def test_deblur_learns_to_take_a_blur_back():
    """The example trains blurred frames against sharp ones and applies the result to the whole blurred clip."""
    script = Script.load(EXAMPLES / "deblur.pcat")
    root = EXAMPLES.parent
    copycat, write = script.node("CopyCat1"), script.node("Write1")
    assert isinstance(copycat, CopyCat) and isinstance(write, Write)
    job = copycat.job(script.graph())
    clip = ReadOp(str(root / "demo_data" / "bikes.mp4"))
    assert job.input == job.preview == BlurOp(clip, 2.0, 2.0)
    assert job.ground_truth == clip
    assert job.frames == FrameRange.parse("1,51,101,150,200,250")
    assert job.data_directory == str(root / "demo_out" / "training")
    assert (job.settings.model_size, job.settings.crop_size) == (ModelSize.SMALL, 128)
    assert script.op("Write1") == InferenceOp(BlurOp(clip, 2.0, 2.0), str(root / "demo_out" / "deblur.cat"))
    assert write.write_settings(script.graph()).file == str(root / "demo_out" / "frames" / "deblur.####.exr")


def test_deblur_runs_from_top_to_bottom():
    """Every node stands below those that it takes its pictures from, and no two in one place."""
    nodes = Script.load(EXAMPLES / "deblur.pcat").nodes
    for node in nodes.values():
        assert all(node.position[1] > nodes[source].position[1] for source in node.connections.values())
    assert len({node.position for node in nodes.values()}) == len(nodes)
