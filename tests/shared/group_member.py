"""A process that learns small tasks as one of several, and prints what came of it.

`python group_member.py RANK WORLD_SIZE SYNC_INTERVAL STEPS PORT...`: a port for each task. `results` is what one finds.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from patterns import BentOp, KeyOp, PatternOp

from paircat.engine.distributed_config import DistributedConfig
from paircat.engine.events import StepDone
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.distributed_setup import open_process_group
from paircat.engine.learn.process_group import ProcessGroup
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Image
from paircat.engine.picture.op import Op
from paircat.engine.settings import MixedPrecision, ModelSize, TrainingSettings

SETTINGS = TrainingSettings(
    steps=12, model_size=ModelSize.SMALL, batch_size=5, crop_size=32, image_interval=4, checkpoint_interval=6,
    flips=True, quarter_turns=True, mixed_precision=MixedPrecision.DISABLED, device="cpu",
)  # fmt: skip
PATTERN = PatternOp(count=6)


@dataclass(frozen=True)
class SpotOp(Op):
    """A fix of a few pixels in one corner, which the loss has to weigh up."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        pixels = image.pixels.copy()
        pixels[4:10, 6:12] = 1.0
        return image.with_pixels(pixels)


TASKS: dict[str, tuple[Op, Op]] = {
    "picture": (BlurOp(PATTERN, 3.0, 3.0), PATTERN),
    "spot": (PATTERN, SpotOp(PATTERN)),
    "matte": (PATTERN, KeyOp(PATTERN)),
    "curves": (PATTERN, BentOp(PATTERN)),
    "grown": (BlurOp(PATTERN, 3.0, 3.0), PATTERN),
}
_CHANGES: dict[str, dict[str, Any]] = {"grown": {"model_size": ModelSize.MEDIUM}}  # from Small


def results(
    name: str, config: DistributedConfig | None = None, batch_slice: slice = slice(None), **changes: Any
) -> dict[str, Any]:
    """The losses of all steps, and the network's weights as a digest, as a sum, and some of them as they are.

    Without a config one process learns alone, from all crops of a batch or from a slice of them.
    """
    settings = replace(SETTINGS, **_CHANGES.get(name, {}), **changes)
    single_process = ProcessGroup()
    single_process.batch_slice = batch_slice
    data_set = DataSet.open(*TASKS[name], FrameRange(()))
    with contextlib.ExitStack() as stack:
        group = None if config is None else stack.enter_context(open_process_group(config, data_set, settings))
        state = None
        if group is not None and not group.is_rank_zero:
            state = group.broadcast_state()
        trainer = Trainer(data_set, settings, name, state=state, group=group or single_process)
        if group is not None:
            if group.is_rank_zero:
                group.broadcast_state(trainer.state())
            group.split_batch(settings.batch_size)
        losses = [event.loss for event in trainer.run() if isinstance(event, StepDone)]
    weights = [weight.detach().numpy() for weight in trainer.average.parameters()]
    digest = hashlib.sha256(b"".join(np.ascontiguousarray(weight).tobytes() for weight in weights)).hexdigest()
    return {
        "losses": losses,
        "digest": digest,
        "sum": float(sum(np.abs(weight).sum() for weight in weights)),
        "weights": weights[0].ravel()[:200].tolist(),
    }


def main() -> None:
    torch.set_num_threads(1)
    rank, world_size, sync_interval, steps, *ports = map(int, sys.argv[1:])
    found = {
        name: results(
            name, DistributedConfig(rank, world_size, "127.0.0.1", port, sync_interval=sync_interval), steps=steps
        )
        for name, port in zip(TASKS, ports, strict=False)
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()
