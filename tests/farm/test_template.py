"""Templates, judged by Open Job Description's own model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from openjd.model import IntRangeExpr, Job, StepParameterSpaceIterator, create_job, decode_job_template
from openjd.model import preprocess_job_parameters as values_of

from paircat.engine.errors import PairCatError
from paircat.engine.picture.frames import FrameRange
from paircat.farm import openjd_lines
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
    job = job_of(template(submit("CopyCat1"), "shot.pcat", Choices(title="{{Param.X}}\x01 " + "x" * 200)), tmp_path)
    assert job.name.startswith("{ {Param.X} } xxx") and len(job.name) == 128


IRREGULAR = FrameRange.of(1000 + number * number for number in range(400))


def test_a_list_of_frames_too_long_for_a_parameter_stands_in_the_template(submit: Submit, tmp_path: Any) -> None:
    """A parameter holds 1,024 letters; what the submitter cannot change then is the frames, not how many a task has."""
    data = template(submit("CopyCat1", "Write1", frames=str(IRREGULAR)), "shot.pcat", Choices(chunk=150))
    job = job_of(data, tmp_path)
    chunks = [list(IntRangeExpr.from_str(text)) for text in frames_of(job, "Write1")]
    assert len(chunks) == 3 and max(len(chunk) for chunk in chunks) <= 150
    assert sorted(frame for chunk in chunks for frame in chunk) == list(IRREGULAR)
    assert len(frames_of(job_of(data, tmp_path, FramesPerTask="400"), "Write1")) == 1
    assert "Frames" not in {row["name"] for row in data["parameterDefinitions"]}


def test_a_part_too_long_for_a_value_becomes_several_tasks_without_chunking(submit: Submit, tmp_path: Any) -> None:
    """Every frame once, in the order of the frames."""
    submission = submit("CopyCat1", "Write1", frames=str(IRREGULAR))
    data = template(submission, "shot.pcat", Choices(chunk=400, chunking=False))
    texts = frames_of(job_of(data, tmp_path, extensions=()), "Write1")
    assert [frame for text in texts for frame in FrameRange.parse(text)] == list(IRREGULAR)
    assert 1 < len(texts) <= 4


def test_a_movie_of_many_single_frames_is_told_them_by_its_command(
    script: Script, submit: Submit, tmp_path: Any
) -> None:
    """An argument may be longer than a parameter."""
    script.node("Write1").set("file", "out/warm.mov")
    job = job_of(template(submit("CopyCat1", "Write1", frames=str(IRREGULAR)), "shot.pcat", Choices()), tmp_path, ())
    (frames,) = [text for text in job.steps[1].script.actions.onRun.args if text.startswith("--frames=")]
    assert FrameRange.parse(openjd_lines.frames(frames.partition("=")[2])) == IRREGULAR


def test_nodes_with_accents_and_long_names_make_a_valid_template(script: Script, submit: Submit, tmp_path: Any) -> None:
    """Steps that have to be shortened still wait for the right ones, and each run still has a parameter of its own."""
    long = "Nachbearbeitung_der_sehr_langen_Aufnahme_mit_dem_grossen_Zug_im_Schnee"
    script.rename("CopyCat1", "Étalonnage")
    for name, folder in ((f"{long}_1", "first"), (f"{long}_2", "second")):
        (tmp_path / "shot" / folder).mkdir()
        script.add("CopyCat", name).set("dataDirectory", folder)
        for end, source in script.node("Étalonnage").connections.items():
            script.connect(source, name, end)
    script.rename("Write1", "出力")
    submission = submit("Étalonnage", f"{long}_1", f"{long}_2", "出力", networks={"Inference1": f"{long}_2"})
    data = template(submission, "shot.pcat", Choices())
    job = job_of(data, tmp_path, EtalonnageRun="tuesday")
    first, second, third, rendering = job.steps
    assert (first.name, second.name, rendering.name) == ("Étalonnage", long[:64], "出力")
    assert third.name == f"{long[:62]}_2"
    assert [item.dependsOn for item in rendering.dependencies] == [third.name]
    defaults = {f"{{{{Param.{row['name']}}}}}": row.get("default") for row in data["parameterDefinitions"]}
    arguments = [step.script.actions.onRun.args for step in (first, second, third)]
    runs = [words[words.index("--name") + 1] for words in arguments]
    assert runs[0] == "{{Param.EtalonnageRun}}"
    assert [defaults[run] for run in runs] == ["Étalonnage_run", f"{long}_1_run", f"{long}_2_run"]
    assert f"{long}_2={runs[2]}" in rendering.script.actions.onRun.args


def test_more_renderings_than_a_job_has_parameters_have_their_frames_in_the_template(
    script: Script, submit: Submit, tmp_path: Any
) -> None:
    """A job has fifty parameters; more trainings than that are refused with what to do."""
    for number in range(2, 62):
        script.add("Write", f"Write{number}").set("file", f"out/plate{number}.####.jpg")
        script.connect("Read1", f"Write{number}")
    names = [f"Write{number}" for number in range(2, 62)]
    job = job_of(template(submit(*names), "shot.pcat", Choices()), tmp_path)
    assert {tuple(frames_of(job, name)) for name in names} == {("1001-1008",)}
    for number in range(2, 62):
        script.add("CopyCat", f"CopyCat{number}").set("dataDirectory", "runs")
        for end, source in script.node("CopyCat1").connections.items():
            script.connect(source, f"CopyCat{number}", end)
    submission = submit(*(f"CopyCat{number}" for number in range(1, 62)))
    with pytest.raises(PairCatError, match=r"would have 64 parameters, and can have 50; make several jobs"):
        template(submission, "shot.pcat", Choices())
