"""What the chosen nodes come to, and which waits for which."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from paircat.engine.errors import PairCatError
from paircat.farm import submission as submissions
from paircat.farm.submission import Submission
from paircat.nodes.script import Script

Submit = Callable[..., Submission]


def add_second_pair(script: Script) -> None:
    """CopyCat2 with a Data Directory of its own, and Inference2 behind Inference1."""
    script.add("CopyCat", "CopyCat2").set("dataDirectory", "runs2")
    for slot, source in {"Input": "Read1", "GroundTruth": "Read2"}.items():
        script.connect(source, "CopyCat2", slot)
    script.add("Inference", "Inference2")
    script.connect("Inference1", "Inference2")
    script.connect("Inference2", "Write1")


def test_a_write_alone_only_renders(script: Script, submit: Submit) -> None:
    """With the Model File that the Inference has, over all frames of its input."""
    script.node("Inference1").set("modelFile", "runs/warm.9.cat")
    (step,) = submit("Write1").renderings
    assert (step.node, str(step.frames), step.needs, dict(step.networks)) == ("Write1", "1001-1008", (), {})


def test_a_write_waits_for_the_copycat_that_is_trained_with_it(submit: Submit) -> None:
    """Its only Inference takes the network, though it has no Model File yet."""
    found = submit("Write1", "CopyCat1")
    assert [(step.node, step.run) for step in found.trainings] == [("CopyCat1", "CopyCat1_run")]
    (step,) = found.renderings
    assert (step.needs, step.networks) == (("CopyCat1",), {"Inference1": "CopyCat1"})


def test_an_inference_is_rendered_through_the_write_behind_it(submit: Submit) -> None:
    """Named twice over, it is still one step."""
    assert [step.node for step in submit("CopyCat1", "Inference1", "Write1").renderings] == ["Write1"]


def test_an_inference_can_have_an_output_of_its_own(submit: Submit) -> None:
    """Which is then what is written."""
    (step,) = submit("CopyCat1", "Inference1", output="/out/b.####.exr").renderings
    assert (step.node, step.output, step.networks) == ("Inference1", "/out/b.####.exr", {"Inference1": "CopyCat1"})


def test_of_several_networks_each_inference_takes_that_of_its_data_directory(script: Script, submit: Submit) -> None:
    """A Model File in the folder of a trained CopyCat stands for whatever that learns."""
    add_second_pair(script)
    script.node("Inference1").set("modelFile", "runs2/old.1.cat")
    script.node("Inference2").set("modelFile", "runs/old.1.cat")
    (step,) = submit("CopyCat1", "CopyCat2", "Write1").renderings
    assert step.networks == {"Inference1": "CopyCat2", "Inference2": "CopyCat1"}
    assert set(step.needs) == {"CopyCat1", "CopyCat2"}


def test_an_inference_with_another_model_file_keeps_it(script: Script, submit: Submit) -> None:
    """Where there are several; it comes from elsewhere for a reason."""
    add_second_pair(script)
    script.node("Inference1").set("modelFile", "library/denoise.cat")
    script.node("Inference2").set("modelFile", "runs/old.1.cat")
    (step,) = submit("CopyCat1", "Write1").renderings
    assert step.networks == {"Inference2": "CopyCat1"}


def test_what_cannot_be_inferred_is_asked_for(script: Script, submit: Submit) -> None:
    """And the answer is taken."""
    add_second_pair(script)
    with pytest.raises(PairCatError, match=r"Inference\d has no Model File.*--network Inference\d=CopyCat1"):
        submit("CopyCat1", "CopyCat2", "Write1")
    chosen = {"Inference1": "CopyCat1", "Inference2": "CopyCat2"}
    assert submit("CopyCat1", "CopyCat2", "Write1", networks=chosen).renderings[0].networks == chosen


def test_a_training_on_what_another_one_learns_waits_for_it(script: Script, submit: Submit) -> None:
    """Its Input is an Inference with a network out of the other's folder; whichever is named first."""
    add_second_pair(script)
    script.connect("Inference1", "CopyCat2", "Input")
    script.node("Inference1").set("modelFile", "runs/old.1.cat")
    script.node("Inference2").set("modelFile", "runs2/old.1.cat")
    found = submit("CopyCat2", "CopyCat1", "Write1")
    assert [(step.node, step.needs, dict(step.networks)) for step in found.trainings] == [
        ("CopyCat1", (), {}),
        ("CopyCat2", ("CopyCat1",), {"Inference1": "CopyCat1"}),
    ]
    script.node("Inference1").set("modelFile", "library/denoise.cat")
    script.node("Inference1").disabled = False
    assert submit("CopyCat2", "CopyCat1").trainings[0].needs == ()


def test_trainings_that_wait_for_each_other_are_refused(script: Script, submit: Submit) -> None:
    """Neither could begin."""
    add_second_pair(script)
    script.connect("Inference1", "CopyCat2", "Input")
    script.connect("Inference2", "CopyCat1", "Input")
    script.connect("Read1", "Inference2")
    script.node("Inference1").set("modelFile", "runs/old.1.cat")
    script.node("Inference2").set("modelFile", "runs2/old.1.cat")
    with pytest.raises(PairCatError, match=r"CopyCat1 and CopyCat2 each need what the other learns"):
        submit("CopyCat1", "CopyCat2")


def test_a_preview_of_a_trained_copycat_waits_for_it(script: Script, submit: Submit) -> None:
    """It needs no network by name: it shows that of the CopyCat's run."""
    script.add("Preview", "Preview1")
    for slot, source in {"Source": "Read1", "CopyCat": "CopyCat1"}.items():
        script.connect(source, "Preview1", slot)
    script.connect("Preview1", "Write1")
    (step,) = submit("CopyCat1", "Write1").renderings
    assert (step.needs, dict(step.networks), str(step.frames)) == (("CopyCat1",), {}, "1001-1008")


@pytest.mark.parametrize(
    ("names", "others", "sentence"),
    [
        (["Read1"], {}, "Read1 is a Read, which is no work for a farm"),
        (["Nobody"], {}, "There is no node 'Nobody'"),
        (["Write1"], {}, "Inference1 has no Model File"),
        (["Write1"], {"networks": {"Inference1": "CopyCat1"}}, "CopyCat1 is not trained here; add -X CopyCat1"),
        (["CopyCat1"], {"networks": {"Inference1": "CopyCat1"}}, "No chosen node uses Inference1"),
        (["CopyCat1", "Write1"], {"frames": "1-x"}, "'1-x' is not a frame range"),
    ],
)
def test_a_mistake_is_reported_before_anything_is_submitted(
    submit: Submit, names: list[str], others: dict[str, object], sentence: str
) -> None:
    """In a sentence that names the node."""
    with pytest.raises(PairCatError) as error:
        submit(*names, **others)
    assert sentence in str(error.value)


def test_an_inference_with_nothing_behind_it_asks_where_to_write(script: Script, submit: Submit) -> None:
    """Rather than writing somewhere."""
    script.remove("Write1")
    with pytest.raises(PairCatError, match=r"Inference1 has no Write behind it.*--output"):
        submit("CopyCat1", "Inference1")


def test_a_write_behind_a_dot_is_the_inferences(script: Script, submit: Submit) -> None:
    """A Dot only bends a pipe."""
    script.add("Dot")
    script.connect("Inference1", "Dot1")
    script.connect("Dot1", "Write1")
    assert [step.node for step in submit("CopyCat1", "Inference1").renderings] == ["Write1"]


def test_two_trainings_of_one_run_are_refused(script: Script) -> None:
    """The second would find the first's run, and take it for its own."""
    add_second_pair(script)
    script.node("CopyCat2").set("dataDirectory", "runs")
    with pytest.raises(PairCatError, match=r"CopyCat1 and CopyCat2 would both train the run 'look' .*--run CopyCat2="):
        submissions.of(script, ["CopyCat1", "CopyCat2"], {"CopyCat1": "look", "CopyCat2": "look"}, {})


def test_two_renderings_of_one_file_are_refused(script: Script, submit: Submit) -> None:
    """Both would write over each other's frames; parts of one sequence are two Writes' good right."""
    script.node("Inference1").set("modelFile", "runs/warm.9.cat")
    script.add("Write", "Write2").set("file", "out/../out/warm.%04d.exr")
    script.connect("Read1", "Write2")
    for name, frames in {"Write1": "1001-1004", "Write2": "1004-1008"}.items():
        script.node(name).set("frames", frames)
    with pytest.raises(PairCatError, match=r"Write1 and Write2 would both write '.*warm.1004.exr'"):
        submit("Write1", "Write2")
    script.node("Write2").set("frames", "1005-1008")
    assert len(submit("Write1", "Write2").renderings) == 2
