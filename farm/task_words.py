"""TaskWords: the command line of each task. Templates put placeholders into it, command lists the values themselves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from paircat.farm.submission import Rendering, Training


@dataclass(frozen=True)
class TaskWords:
    """What stands for the values that differ from farm to farm, or from task to task.

    Attributes:
        script: the submitted script. folder: where its relative paths start.
        runs: CopyCat -> run, of all trainings of the submission.
        extra: words that every task gets, such as how to tell progress.
    """

    script: str
    folder: str
    runs: Mapping[str, str]
    extra: tuple[str, ...] = ()

    def training(self, step: Training) -> list[str]:
        """The words after `paircat`."""
        words = [*self._begin("train", step.node), "--name", self.runs[step.node]]
        return [*words, *self._networks(step), *step.words, *self.extra]

    def rendering(self, step: Rendering, frames: str, output: str = "") -> list[str]:
        """The words after `paircat`, for some of the frames."""
        words = self._begin("infer" if step.output else "render", step.node)
        if step.output:
            words += ["--output", output]
        return [*words, "--frames", frames, *self._networks(step), *step.words, *self.extra]

    def _networks(self, step: Training | Rendering) -> list[str]:
        words = []
        for copycat in step.needs:
            words += ["--run", f"{copycat}={self.runs[copycat]}"]
        for inference, copycat in step.networks.items():
            words += ["--network", f"{inference}={copycat}"]
        return words

    def _begin(self, command: str, node: str) -> list[str]:
        return [command, self.script, "-X", node, "--task", "--script-folder", self.folder]
