"""TrainingEstimate: what a training would come to. `python -m paircat.engine.training_estimate` is its process.

The process holds PyTorch, so that whoever asks, such as the window, need not. It reads one job file's path a line and
answers each with one line of JSON, until its input ends. An empty line asks for the device alone.
"""

from __future__ import annotations

import dataclasses
import json
import sys
import traceback
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, TextIO

from paircat.engine.errors import PairCatError
from paircat.engine.output_stream import stream_of_answers
from paircat.engine.runs.job import Job


@dataclass(frozen=True)
class TrainingEstimate:
    """The answer.

    Attributes:
        gpu: the name of the GPU that would train, or empty where there is none.
        frames: of the pairs, in the order in which they are numbered.
        channels_in, channels_out: names of the channels.
        width, height: of the pairs in pixels.
        total_steps: of the whole run, by its epochs.
        auto_batch: the batch size was chosen for the free memory.
        problem: the sentence of why it could not be trained, or empty. What is known so far stands beside it.
    """

    gpu: str = ""
    frames: tuple[int, ...] = ()
    channels_in: tuple[str, ...] = ()
    channels_out: tuple[str, ...] = ()
    width: int = 0
    height: int = 0
    crop_size: int = 0
    batch_size: int = 0
    auto_batch: bool = True
    total_steps: int = 0
    problem: str = ""

    def to_json(self) -> dict[str, Any]:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TrainingEstimate:
        """The estimate that `to_json` gave."""
        values: dict[str, Any] = {name: tuple(item) if isinstance(item, list) else item for name, item in data.items()}
        return cls(**values)


def estimate(job: Job) -> TrainingEstimate:
    """Look at the pairs' headers and the memory; no pixels are read and nothing is written."""
    from paircat.engine.learn.batch_shape import choose_batch_size, choose_crop_size
    from paircat.engine.learn.dataset import DataSet
    from paircat.engine.learn.device import Device
    from paircat.engine.learn.devices import devices
    from paircat.engine.learn.network import NetworkShape
    from paircat.engine.settings import total_steps

    settings, known = job.settings, TrainingEstimate(gpu=gpu_name(), auto_batch=not job.settings.batch_size)
    try:
        pairs = DataSet.open(
            job.input, job.ground_truth, job.frames, settings.channels_in, settings.channels_out, settings.non_finite
        )
        known = dataclasses.replace(
            known,
            frames=pairs.frames.frames,
            channels_in=pairs.channels_in,
            channels_out=pairs.channels_out,
            height=pairs.size[0],
            width=pairs.size[1],
        )
        job.check_initial_weights()
        shape = NetworkShape.of_size(settings.model_size, len(pairs.channels_in), len(pairs.channels_out))
        names = devices(settings.device, settings.processes)
        device = Device.choose(names[0])
        crop_size, _ = choose_crop_size(pairs, settings, device)
        batch_size, _ = choose_batch_size(pairs, settings, device, shape, crop_size, len(names) if device.is_gpu else 1)
    except PairCatError as error:
        return dataclasses.replace(known, problem=str(error))
    steps = settings.steps or max(1, total_steps(settings.epochs, len(pairs), batch_size))
    return dataclasses.replace(known, crop_size=crop_size, batch_size=batch_size, total_steps=steps)


def gpu_name() -> str:
    """The name of the GPU that `auto` trains on, or empty."""
    from paircat.engine.learn.device import Device

    device = Device.choose("auto")
    return device.name if device.is_gpu else ""


def answer(questions: Iterable[str], out: TextIO) -> None:
    """Answer lines until there are no more."""
    for line in questions:
        try:
            path = line.strip()
            found = estimate(Job.load(path)) if path else TrainingEstimate(gpu=gpu_name())
        except PairCatError as error:
            found = TrainingEstimate(problem=str(error))
        except Exception as error:
            traceback.print_exc()
            found = TrainingEstimate(problem=f"The pairs could not be looked at: {type(error).__name__}: {error}")
        try:
            out.write(json.dumps(found.to_json()) + "\n")
            out.flush()
        except BrokenPipeError:  # whoever asked has ended
            return


if __name__ == "__main__":
    answer(sys.stdin, stream_of_answers())
