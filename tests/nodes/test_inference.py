"""Inference."""

import pytest

from paircat.engine.errors import GraphError
from paircat.engine.learn.inference_op import InferenceOp


@pytest.fixture
def inference(script):
    node = script.add("Inference")
    node.set("modelFile", "training/run.100.cat")
    script.connect("Read1", "Inference1")
    return node


def test_untouched_knobs_are_the_engines_defaults(inference, script, tmp_path):
    """Only source and network are said; the rest is automatic."""
    assert script.op("Inference1") == InferenceOp(script.op("Read1"), str(tmp_path / "training" / "run.100.cat"))


@pytest.mark.parametrize(
    ("knob", "value", "fields"),
    [
        ("tileSize", "None", {"tile_size": -1}),
        ("tileSize", 2048, {"tile_size": 2048}),
        ("overlap", 32, {"overlap": 32}),
        ("optimizeForSpeedAndMemory", True, {"half": True}),
        ("useGPU", False, {"device": "cpu"}),
        ("memoryMegabytes", 500, {"memory_megabytes": 500}),
    ],
)
def test_each_knob_reaches_the_op(knob, value, fields, inference, script):
    """Each knob changes the field it stands for, and nothing else."""
    before = script.op("Inference1")
    inference.set(knob, value)
    after = script.op("Inference1")
    assert {name: getattr(after, name) for name in fields} == fields
    assert InferenceOp(**{**vars(after), **{name: getattr(before, name) for name in fields}}) == before


def test_inference_without_a_model_names_itself(inference, script):
    """There is nothing to apply."""
    inference.set("modelFile", "")
    with pytest.raises(GraphError, match="Inference1 has no Model File; choose"):
        script.op("Inference1")
