"""Template: a submission as an Open Job Description job template, of the specification of September 2023.

No path of the submitter's machine stands in it: those are values of its PATH parameters, which every scheduler maps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from paircat.engine.errors import PairCatError
from paircat.engine.picture.frames import FrameRange
from paircat.farm import openjd_lines
from paircat.farm.host_requirements import HostRequirements
from paircat.farm.submission import Rendering, Submission, Training
from paircat.farm.task_commands import TaskCommands
from paircat.farm.template_names import TemplateNames

SPECIFICATION = "jobtemplate-2023-09"
CHUNKING = "TASK_CHUNKING"
MOST_VALUES = 1024
"""The longest list of values that a task parameter can have."""
LONGEST_VALUE = 1024
"""Letters of the longest value that a parameter can have."""
MOST_PARAMETERS = 50
"""How many parameters a job can have."""
_SECONDS_TO_SAVE = 120  # what a cancelled training gets for its step and its checkpoint
_SECONDS_FOR_A_FRAME = 60


@dataclass(frozen=True)
class Choices:
    """What the submitter can choose about a job.

    Attributes:
        title: of the job; empty: made of the script's and the nodes' names.
        program: how a farm machine calls PairCat.
        chunk: frames a task.
        chunking: the scheduler knows tasks of several frames. Otherwise each part of the frame range is a task of its
            own, and the frames are settled with the template.
        needs: what a machine must have.
    """

    title: str = ""
    program: str = "paircat"
    chunk: int = 20
    chunking: bool = True
    needs: HostRequirements = field(default_factory=HostRequirements)


def template(submission: Submission, script_file: str, choices: Choices) -> dict[str, Any]:
    """The template as JSON values.

    Args:
        script_file: the script's name beside the template.

    Raises:
        PairCatError: without chunking there are more parts than a template can hold, or there are too many nodes.
    """
    names = TemplateNames.of(submission)
    settled = _settled(submission, choices)
    chunked = choices.chunking and any(not step.movie for step in submission.renderings)
    commands = TaskCommands(
        "{{Param.Script}}",
        "{{Param.ScriptFolder}}",
        {node: f"{{{{Param.{parameter}}}}}" for node, parameter in names.runs.items()},
        ("--path-mapping", "{{Session.PathMappingRulesFile}}", "--progress", "openjd"),
    )
    steps = [{**_begin(step, names, choices), **_training(step, commands)} for step in submission.trainings]
    for rendering in submission.renderings:
        frames = "" if rendering.node in settled else f"{{{{Param.{names.frames[rendering.node]}}}}}"
        work = _rendering(rendering, commands, frames, names.outputs.get(rendering.node, ""), choices)
        steps.append({**_begin(rendering, names, choices), **work})
    parameters = _parameters(submission, names, settled, script_file, choices, chunked)
    if len(parameters) > MOST_PARAMETERS:
        raise PairCatError(
            f"The job would have {len(parameters)} parameters, and can have {MOST_PARAMETERS}; make several jobs, "
            "each with fewer -X."
        )
    return {
        "specificationVersion": SPECIFICATION,
        **({"extensions": [CHUNKING]} if chunked else {}),
        "name": _title(choices.title or submission.title),
        "parameterDefinitions": parameters,
        "steps": steps,
    }


def parts(frames: FrameRange, count: int) -> list[str]:
    """A frame range in parts of at most `count` frames, as text in artists' notation that a parameter can hold."""
    found: list[str] = []
    waiting = [FrameRange(frames.frames[at : at + count]) for at in range(0, len(frames), count)][::-1]
    while waiting:
        part = waiting.pop()
        if len(str(part)) <= LONGEST_VALUE:
            found.append(str(part))
        else:
            half = len(part) // 2
            waiting += [FrameRange(part.frames[half:]), FrameRange(part.frames[:half])]
    return found


def _title(text: str) -> str:
    """A job's name is one line of at most 128 characters, in which two braces would begin a placeholder."""
    line = re.sub(r"[\x00-\x1f\x7f-\x9f]", "", " ".join(text.split()))
    return re.sub(r"([{}])(?=\1)", r"\1 ", line)[:128]


def _settled(submission: Submission, choices: Choices) -> set[str]:
    """The renderings whose frames stand in the template itself, since no parameter holds them."""
    found = {
        step.node
        for step in submission.renderings
        if not (choices.chunking or step.movie)
        or len(openjd_lines.range_expression(step.frames.frames)) > LONGEST_VALUE
    }
    others = 4 + len(submission.trainings) + sum(bool(step.output) for step in submission.renderings)
    if others + len(submission.renderings) - len(found) > MOST_PARAMETERS:
        return {step.node for step in submission.renderings}
    return found


def _parameters(
    submission: Submission, names: TemplateNames, settled: set[str], script_file: str, choices: Choices, chunked: bool
) -> list[dict[str, Any]]:
    found = [
        _path("Script", "FILE", "IN", "The script", "The graph as it was submitted.", script_file),
        _path("ScriptFolder", "DIRECTORY", "NONE", "Folder of the script", "Where its relative paths start."),
        _text("PairCat", "PairCat's command", "How a farm machine calls PairCat.", choices.program),
    ]
    for training in submission.trainings:
        name = names.runs[training.node]
        found.append(_text(name, f"Run of {training.node}", "A run of this name that was begun goes on.", training.run))
    for step in submission.renderings:
        if step.output:
            texts = f"Output of {step.node}", "The files to write."
            found.append(_path(names.outputs[step.node], "FILE", "OUT", *texts))
        if step.node not in settled:
            frames = openjd_lines.range_expression(step.frames.frames)
            texts = f"Frames of {step.node}", "Such as 1001-1040, or 1-99:10."
            found.append(_text(names.frames[step.node], *texts, frames))
    if chunked:
        found.append(
            {
                "name": "FramesPerTask",
                "type": "INT",
                "default": choices.chunk,
                "minValue": 1,
                "description": "How many frames a machine makes before it asks for more.",
                "userInterface": {"control": "SPIN_BOX", "label": "Frames per task"},
            }
        )
    return found


def _training(step: Training, commands: TaskCommands) -> dict[str, Any]:
    return _script(commands.training(step), _SECONDS_TO_SAVE)


def _rendering(step: Rendering, commands: TaskCommands, frames: str, output: str, choices: Choices) -> dict[str, Any]:
    """What a rendering does.

    Args:
        frames: the placeholder of its frames; empty: they stand here themselves.
        output: the parameter that says where an Inference without a Write writes to.
    """
    found: dict[str, Any] = {}
    frames = frames or openjd_lines.range_expression(step.frames.frames)
    if not step.movie:
        found["parameterSpace"] = {"taskParameterDefinitions": [_task_frames(step, frames, choices)]}
        frames = "{{Task.Param.Frames}}"
    arguments = commands.rendering(step, frames, f"{{{{Param.{output}}}}}")
    return {**found, **_script(arguments, _SECONDS_FOR_A_FRAME)}


def _task_frames(step: Rendering, frames: str, choices: Choices) -> dict[str, Any]:
    if choices.chunking:
        chunks = {"defaultTaskCount": "{{Param.FramesPerTask}}", "rangeConstraint": "NONCONTIGUOUS"}
        return {"name": "Frames", "type": "CHUNK[INT]", "range": frames, "chunks": chunks}
    ranges = parts(step.frames, choices.chunk)
    if len(ranges) > MOST_VALUES:
        raise PairCatError(
            f"{step.node} comes to {len(ranges)} tasks, and without chunking a job has at most {MOST_VALUES}; "
            f"use --chunk {-(-len(step.frames) // MOST_VALUES)} or more."
        )
    return {"name": "Frames", "type": "STRING", "range": ranges}


def _script(args: list[str], seconds_to_end: int) -> dict[str, Any]:
    cancelation = {"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": seconds_to_end}
    action = {"command": "{{Param.PairCat}}", "args": args, "cancelation": cancelation}
    return {"script": {"actions": {"onRun": action}}}


def _begin(step: Training | Rendering, names: TemplateNames, choices: Choices) -> dict[str, Any]:
    """A step's name, what it waits for, and what its machines must have."""
    needs = [{"dependsOn": names.steps[node]} for node in step.needs]
    amounts = choices.needs.amounts()
    return {
        "name": names.steps[step.node],
        **({"dependencies": needs} if needs else {}),
        **({"hostRequirements": {"amounts": amounts}} if amounts else {}),
    }


def _path(name: str, kind: str, flow: str, label: str, description: str, default: str = "") -> dict[str, Any]:
    control = {"DIRECTORY": "CHOOSE_DIRECTORY"}.get(
        kind, "CHOOSE_OUTPUT_FILE" if flow == "OUT" else "CHOOSE_INPUT_FILE"
    )
    return {
        "name": name,
        "type": "PATH",
        "objectType": kind,
        "dataFlow": flow,
        **({"default": default} if default else {}),
        "description": description,
        "userInterface": {"control": control, "label": label[:64]},
    }


def _text(name: str, label: str, description: str, default: str) -> dict[str, Any]:
    return {
        "name": name,
        "type": "STRING",
        "default": default,
        "minLength": 1,
        "description": description,
        "userInterface": {"control": "LINE_EDIT", "label": label[:64]},
    }
