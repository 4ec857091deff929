"""TaskCommands: the command line of each task. Templates put placeholders into it, command lists the values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paircat.farm.submission import Rendering, Training


@dataclass(frozen=True)
class TaskCommands:
    """What stands for the values that differ from farm to farm, or from task to task.

    Attributes:
        script: the submitted script. folder: where its relative paths start.
        runs: CopyCat -> run, of all trainings of the submission.
        extra: arguments that every task gets, such as how to report progress.
    """

    script: str
    folder: str
    runs: Mapping[str, str]
    extra: tuple[str, ...] = ()

    def training(self, step: Training) -> list[str]:
        """The arguments after `paircat`."""
        arguments = [*self._begin("train", step.node), "--name", self.runs[step.node]]
        return [*arguments, *self._networks(step), *step.arguments, *self.extra]

    def rendering(self, step: Rendering, frames: str, output: str = "") -> list[str]:
        """The arguments after `paircat`, for some of the frames."""
        arguments = self._begin("infer" if step.output else "render", step.node)
        if step.output:
            arguments += ["--output", output]
        return [*arguments, f"--frames={frames}", *self._networks(step), *step.arguments, *self.extra]

    def _networks(self, step: Training | Rendering) -> list[str]:
        arguments = []
        for copycat in step.needs:
            arguments += ["--run", f"{copycat}={self.runs[copycat]}"]
        for inference, copycat in step.networks.items():
            arguments += ["--network", f"{inference}={copycat}"]
        return arguments

    def _begin(self, command: str, node: str) -> list[str]:
        return [command, self.script, "-X", node, "--task", "--script-folder", self.folder]
