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

SPECIFICATION = "jobtemplate-2023-09"
CHUNKING = "TASK_CHUNKING"
MOST_VALUES = 1024
"""The longest list of values that a task parameter can have."""
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
        PairCatError: without chunking there are more parts than a template can hold.
    """
    chunked = choices.chunking and any(not step.movie for step in submission.renderings)
    commands = TaskCommands(
        "{{Param.Script}}",
        "{{Param.ScriptFolder}}",
        {step.node: f"{{{{Param.{run_parameter(submission, step)}}}}}" for step in submission.trainings},
        ("--path-mapping", "{{Session.PathMappingRulesFile}}", "--progress", "openjd"),
    )
    steps = [_training(step, commands, choices) for step in submission.trainings]
    steps += [_rendering(submission, step, commands, choices) for step in submission.renderings]
    return {
        "specificationVersion": SPECIFICATION,
        **({"extensions": [CHUNKING]} if chunked else {}),
        "name": _title(choices.title or submission.title),
        "parameterDefinitions": _parameters(submission, script_file, choices, chunked),
        "steps": steps,
    }


def run_parameter(submission: Submission, step: Training) -> str:
    """The parameter that holds the name of a training's run."""
    return "Run" if len(submission.trainings) == 1 else f"{step.node}Run"


def frames_parameter(submission: Submission, step: Rendering) -> str:
    """The parameter that holds the frames of a rendering."""
    return "Frames" if len(submission.renderings) == 1 else f"{step.node}Frames"


def output_parameter(step: Rendering) -> str:
    """The parameter that holds where an Inference without a Write writes to."""
    return f"{step.node}Output"


def parts(frames: FrameRange, count: int) -> list[str]:
    """A frame range in parts of at most `count` frames, as text in artists' notation."""
    return [str(FrameRange(frames.frames[at : at + count])) for at in range(0, len(frames), count)]


def _title(text: str) -> str:
    """A job's name is one line of at most 128 characters, in which two braces would begin a placeholder."""
    return re.sub(r"([{}])(?=\1)", r"\1 ", " ".join(text.split()))[:128]


def _parameters(submission: Submission, script_file: str, choices: Choices, chunked: bool) -> list[dict[str, Any]]:
    found = [
        _path("Script", "FILE", "IN", "The script", "The graph as it was submitted.", script_file),
        _path("ScriptFolder", "DIRECTORY", "NONE", "Folder of the script", "Where its relative paths start."),
        _text("PairCat", "PairCat's command", "How a farm machine calls PairCat.", choices.program),
    ]
    for training in submission.trainings:
        name = run_parameter(submission, training)
        found.append(_text(name, f"Run of {training.node}", "A run of this name that was begun goes on.", training.run))
    for step in submission.renderings:
        if step.output:
            texts = f"Output of {step.node}", "The files to write."
            found.append(_path(output_parameter(step), "FILE", "OUT", *texts))
        if choices.chunking or step.movie:
            frames = openjd_lines.range_expression(step.frames.frames)
            texts = f"Frames of {step.node}", "Such as 1001-1040, or 1-99:10."
            found.append(_text(frames_parameter(submission, step), *texts, frames))
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


def _training(step: Training, commands: TaskCommands, choices: Choices) -> dict[str, Any]:
    return {**_begin(step, choices), **_script(commands.training(step), _SECONDS_TO_SAVE)}


def _rendering(submission: Submission, step: Rendering, commands: TaskCommands, choices: Choices) -> dict[str, Any]:
    output = f"{{{{Param.{output_parameter(step)}}}}}"
    frames = f"{{{{Param.{frames_parameter(submission, step)}}}}}"
    found = _begin(step, choices)
    if not step.movie:
        found["parameterSpace"] = {"taskParameterDefinitions": [_task_frames(step, frames, choices)]}
        frames = "{{Task.Param.Frames}}"
    return {**found, **_script(commands.rendering(step, frames, output), _SECONDS_FOR_A_FRAME)}


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


def _begin(step: Training | Rendering, choices: Choices) -> dict[str, Any]:
    """A step's name, what it waits for, and what its machines must have."""
    needs = [{"dependsOn": name} for name in step.needs]
    amounts = choices.needs.amounts()
    return {
        "name": step.node,
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
