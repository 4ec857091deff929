"""CommandList: a submission as plain commands, for schedulers with a language of their own, such as OpenCue.

commands.json   {"name": ..., "steps": [{"name": "Write1", "needs": ["CopyCat1"], "commands": [[argument, ...], ...]}]}
commands.txt    a command a line, and nothing else; in an order in which `sh -e` can run them one after the other
SCRIPT.pcat     the graph as it was submitted; the commands name it here
"""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Any

from paircat.engine import atomic
from paircat.farm.assets import Assets
from paircat.farm.bundle import as_text, copy_script, make_folder
from paircat.farm.submission import Submission
from paircat.farm.task_commands import TaskCommands
from paircat.farm.template import Choices, parts

FILE = "commands.json"
TEXT_FILE = "commands.txt"


def write_commands(submission: Submission, folder: Path, choices: Choices, replace: bool = False) -> list[Path]:
    """Write the commands.

    Args:
        replace: whether they may take the place of earlier ones in the same folder.

    Returns:
        The files.

    Raises:
        PairCatError: something is missing, or the folder holds other things or cannot be written.
    """
    Assets.of(submission)  # says what is missing
    folder = folder.absolute()
    make_folder(folder, FILE, replace)
    copy = copy_script(submission, folder)
    steps = _steps(submission, str(copy), choices)
    atomic.write_text(folder / FILE, as_text({"name": choices.title or submission.title, "steps": steps}))
    lines = [shlex.join(command) for step in steps for command in step["commands"]]
    atomic.write_text(folder / TEXT_FILE, "\n".join(lines) + "\n")
    return sorted([copy, folder / FILE, folder / TEXT_FILE])


def _steps(submission: Submission, script: str, choices: Choices) -> list[dict[str, Any]]:
    runs = {step.node: step.run for step in submission.trainings}
    tasks = TaskCommands(script, str(submission.path.parent), runs, ("--progress", "lines"))
    found = [
        {"name": step.node, "needs": list(step.needs), "commands": [[choices.program, *tasks.training(step)]]}
        for step in submission.trainings
    ]
    for step in submission.renderings:
        ranges = [str(step.frames)] if step.movie else parts(step.frames, choices.chunk)
        commands = [[choices.program, *tasks.rendering(step, part, step.output)] for part in ranges]
        found.append({"name": step.node, "needs": list(step.needs), "commands": commands})
    return found
