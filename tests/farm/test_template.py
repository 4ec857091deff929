"""Templates, judged by Open Job Description's own model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from openjd.model import IntRangeExpr, Job, StepParameterSpaceIterator, create_job, decode_job_template
from openjd.model import preprocess_job_parameters as values_of

from paircat.engine.errors import PairCatError
from paircat.farm.host_requirements import HostRequirements
from paircat.farm.submission import Submission
from paircat.farm.template import CHUNKING, Choices, template
from paircat.nodes.script import Script

Submit = Callable[..., Submission]


def job_of(data: dict[str, Any], tmp_path: Any, extensions: tuple[str, ...] = (CHUNKING,), **values: str) -> Job:
    """The job that a scheduler makes of a template; it raises where the template is not valid."""
    decoded = decode_job_template(template=data, supported_extensions=extensions)
    values = {"ScriptFolder": str(tmp_path), **values}
    found = values_of(
        job_template=decoded, job_parameter_values=values, job_template_dir=tmp_path, current_working_dir=tmp_path
    )
    return create_job(job_template=decoded, job_parameter_values=found)


def frames_of(job: Job, step: str) -> list[str]:
    """The frames of each task."""
    (found,) = [item for item in job.steps if item.name == step]
    return [task["Frames"].value for task in StepParameterSpaceIterator(space=found.parameterSpace)]


def test_frames_come_in_chunks_that_the_submitter_can_change(submit: Submit, tmp_path: Any) -> None:
    """Frames and frames a task are parameters of the job."""
    data = template(submit("CopyCat1", "Write1"), "shot.pcat", Choices(chunk=3))
    chunks = [list(IntRangeExpr.from_str(text)) for text in frames_of(job_of(data, tmp_path), "Write1")]
    assert chunks == [[1001, 1002, 1003], [1004, 1005, 1006], [1007, 1008]]
    assert frames_of(job_of(data, tmp_path, Frames="1-3", FramesPerTask="5"), "Write1") == ["1-3"]


def test_without_chunking_each_part_of_the_range_is_a_task(submit: Submit, tmp_path: Any) -> None:
    """For schedulers that know no extension at all."""
    data = template(submit("CopyCat1", "Write1"), "shot.pcat", Choices(chunk=3, chunking=False))
    assert frames_of(job_of(data, tmp_path, extensions=()), "Write1") == ["1001-1003", "1004-1006", "1007-1008"]


def test_a_range_with_more_parts_than_a_template_holds_says_how_to_go_on(script: Script, submit: Submit) -> None:
    """Instead of a template that no scheduler takes."""
    with pytest.raises(PairCatError, match=r"2000 tasks.*--chunk 2 or more"):
        template(submit("CopyCat1", "Write1", frames="1-2000"), "shot.pcat", Choices(chunk=1, chunking=False))


def test_a_rendering_depends_on_its_training(submit: Submit, tmp_path: Any) -> None:
    """The training is one task, and what it learns goes by the name of its run."""
    job = job_of(template(submit("CopyCat1", "Write1"), "shot.pcat", Choices()), tmp_path, Run="tuesday")
    first, second = job.steps
    assert (first.name, first.parameterSpace) == ("CopyCat1", None)
    assert [item.dependsOn for item in second.dependencies] == ["CopyCat1"]


def test_a_movie_is_one_task(script: Script, submit: Submit, tmp_path: Any) -> None:
    """Parts of a file cannot be written side by side."""
    script.node("Write1").set("file", "out/warm.mov")
    data = template(submit("CopyCat1", "Write1"), "shot.pcat", Choices(chunk=3))
    assert "extensions" not in data
    job = job_of(data, tmp_path, extensions=())
    assert job.steps[1].parameterSpace is None


def test_what_a_machine_must_have_is_asked_for(submit: Submit, tmp_path: Any) -> None:
    """Only what was said; by default no graphics card, since any machine can do the work."""
    for needs, expected in (
        (HostRequirements(), {"amount.worker.vcpu": 2, "amount.worker.memory": 8192}),
        (HostRequirements(0, 0, 1, 12000), {"amount.worker.gpu": 1, "amount.worker.gpu.memory": 12000}),
    ):
        job = job_of(template(submit("CopyCat1"), "shot.pcat", Choices(needs=needs)), tmp_path)
        assert {item.name: int(item.min) for item in job.steps[0].hostRequirements.amounts} == expected
    free = template(submit("CopyCat1"), "shot.pcat", Choices(needs=HostRequirements(0, 0)))
    assert job_of(free, tmp_path).steps[0].hostRequirements is None


def test_several_nodes_have_parameters_of_their_own(script: Script, submit: Submit, tmp_path: Any) -> None:
    """Two Writes with different frames, one of them from the plate alone."""
    script.add("Write", "Write2").set("file", "out/plate.####.jpg")
    script.node("Write2").set("frames", "1002")
    script.connect("Read1", "Write2")
    data = template(submit("CopyCat1", "Write1", "Write2"), "shot.pcat", Choices())
    job = job_of(data, tmp_path, Write2Frames="1004-1005")
    assert frames_of(job, "Write1") == ["1001-1008"]
    assert frames_of(job, "Write2") == ["1004,1005"] or frames_of(job, "Write2") == ["1004-1005"]
    assert not job.steps[2].dependencies


def test_braces_in_a_title_are_no_placeholder(submit: Submit, tmp_path: Any) -> None:
    """A title is a text, whatever stands in it, and no longer than a scheduler allows."""
    job = job_of(template(submit("CopyCat1"), "shot.pcat", Choices(title="{{Param.X}} " + "x" * 200)), tmp_path)
    assert job.name.startswith("{ {Param.X} } xxx") and len(job.name) == 128
