"""TuNet: the open peer (github.com/emlcpfx/tunet), from a checkout that is given by path. Its code stays there.

Its own network classes are trained as its train.py does: AdamW with weight decay 1e-5 and a constant rate, batches of
two patches from an overlapping grid, values in -1..1, L1; log1p for scene-linear pictures; BCE + Dice for a matte.

    tunet        its defaults, but at the smallest of its sizes (32; 64, its default, makes a step every 7 s on two
                 cores), and with patches of 256 pixels rather than 512.
    tunet-best   what served it best when it was tried: residual prediction and patches of 128 for pictures; the loss
                 and rate of its Roto preset for mattes.

Each departure favours it, and so does this: patches are cut from frames in memory, and it is judged on whole frames
rather than through the tiles of its own inference, whose blend leaves the outermost pixels black.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from paircat.bench import memory
from paircat.bench.learner import Learnt
from paircat.bench.tasks import Task

_SIZE, _BATCH, _OVERLAP, _STRIDE = 32, 2, 0.25, 16


@dataclass(frozen=True)
class Preset:
    """How it is trained. `matte`: sigmoid output under BCE + Dice; `residual`: the network adds to its input."""

    patch: int
    rate: float = 1e-4
    matte: bool = False
    residual: bool = False

    @classmethod
    def of(cls, name: str, task: Task) -> Preset:
        if name == "tunet":
            return cls(256)
        return cls(256, 3e-4, matte=True) if task.matte else cls(128, residual=True)


def network(checkout: Path) -> nn.Module:
    """Its plain U-Net of the smallest size.

    Raises:
        SystemExit: there is no TuNet at the path.
    """
    if not (checkout / "models" / "factory.py").is_file():
        sys.exit(f"There is no TuNet in '{checkout}'; give the path of a checkout of github.com/emlcpfx/tunet.")
    sys.path.insert(0, str(checkout))
    create: Any = importlib.import_module("models").create_model
    return create(model_type="unet", n_ch=3, n_cls=3, hidden_size=_SIZE)


class Training:
    """Its network with its data and its optimizer."""

    def __init__(self, checkout: Path, task: Task, preset: Preset) -> None:
        torch.manual_seed(0)
        self.preset, self.linear = preset, task.scene_linear
        self.pairs = [(to_net(x, self.linear), to_net(y, self.linear)) for x, y in task.pairs()]
        height, width = self.pairs[0][0].shape[1:]
        self.patch = min(preset.patch, height // _STRIDE * _STRIDE, width // _STRIDE * _STRIDE)
        rows, columns = places(height, self.patch), places(width, self.patch)
        self.slices = [(pair, y, x) for pair in range(len(self.pairs)) for y in rows for x in columns]
        self.net = network(checkout)
        if preset.residual:
            for parameter in self.net.get_submodule("outc").parameters():
                nn.init.zeros_(parameter)
        self.optimizer = torch.optim.AdamW(self.net.parameters(), preset.rate, weight_decay=1e-5)
        self.order = self._shuffled()
        self.steps = 0

    def step(self) -> None:
        chosen = [next(self.order) for _ in range(_BATCH)]
        x, y = (torch.stack([self._cut(side, place) for place in chosen]) for side in (0, 1))
        out = self.net(x)
        if self.preset.matte:
            loss = matte_loss(out, y * 0.5 + 0.5)
        else:
            loss = F.l1_loss(out + x if self.preset.residual else out, y)
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        self.optimizer.step()
        self.steps += 1

    def _cut(self, side: int, place: tuple[int, int, int]) -> torch.Tensor:
        pair, top, left = place
        return self.pairs[pair][side][:, top : top + self.patch, left : left + self.patch]

    def _shuffled(self) -> Iterator[tuple[int, int, int]]:
        random = np.random.default_rng(0)
        while True:
            for index in random.permutation(len(self.slices)):
                yield self.slices[index]


def places(length: int, patch: int) -> list[int]:
    """Where its overlapping grid of patches begins along one axis; the last one ends at the edge."""
    step = max(1, patch - int(patch * _OVERLAP))
    return sorted({*range(0, length - patch, step), length - patch})


def to_net(pixels: np.ndarray, scene_linear: bool) -> torch.Tensor:
    """(3, height, width) in its range of -1..1."""
    values = torch.from_numpy(np.ascontiguousarray(pixels)).permute(2, 0, 1)
    values = torch.log1p(values.clamp(min=0)) if scene_linear else values
    return values.contiguous() * 2 - 1


def matte_loss(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
    """Cross entropy and Dice (Milletari et al., 2016) per channel, averaged over the channels."""
    total = torch.zeros(())
    for one, wanted in zip(logits.unbind(1), target.unbind(1), strict=True):
        coverage = torch.sigmoid(one)
        overlap = 2 * (coverage * wanted).sum() + 1
        dice = 1 - overlap / (coverage.sum() + wanted.sum() + 1)
        total = total + F.binary_cross_entropy_with_logits(one, wanted) + dice
    return total / logits.shape[1]


@torch.inference_mode()
def apply(net: nn.Module, pixels: np.ndarray, preset: Preset, scene_linear: bool = False) -> np.ndarray:
    """Its network over a whole frame, float32 (height, width, 3)."""
    x = to_net(pixels, scene_linear)[None]
    height, width = x.shape[2:]
    padded = F.pad(x, (0, -width % _STRIDE, 0, -height % _STRIDE), mode="replicate")
    out = net(padded)[:, :, :height, :width]
    if preset.matte:
        values = torch.sigmoid(out)
    else:
        values = (out + x if preset.residual else out) * 0.5 + 0.5
        values = torch.expm1(values.clamp(min=0)) if scene_linear else values
    return values[0].permute(1, 2, 0).contiguous().numpy()


@torch.inference_mode()
def apply_in_tiles(net: nn.Module, pixels: np.ndarray, patch: int = 512) -> np.ndarray:
    """As its own inference does it: overlapping tiles, one after the other, under a Hann window."""
    x = to_net(pixels, False)
    window = torch.hann_window(patch, periodic=False)
    window = (window[:, None] * window[None])[None]
    total, weight = torch.zeros_like(x), torch.zeros_like(x[:1])
    for top in places(x.shape[1], patch):
        for left in places(x.shape[2], patch):
            area = (slice(None), slice(top, top + patch), slice(left, left + patch))
            total[area] += net(x[area][None])[0] * window
            weight[area] += window
    return ((total / weight.clamp(min=1e-8)) * 0.5 + 0.5).permute(1, 2, 0).contiguous().numpy()


def train(task: Task, seconds: float, name: str, checkout: Path) -> Learnt:
    """Train it for so many seconds; `name` is tunet or tunet-best."""
    preset = Preset.of(name, task)
    training = Training(checkout, task, preset)
    started = time.perf_counter()
    used = 0.0
    while used < seconds:
        training.step()
        used = time.perf_counter() - started
    steps, peak = training.steps, memory.peak()
    training.net.eval()

    def flops() -> float:
        with FlopCounterMode(display=False) as counter:
            training.step()
        return float(counter.get_total_flops()) * steps

    notes = (f"U-Net {_SIZE}, patches of {training.patch}, rate {preset.rate:g}.",)
    return Learnt(
        steps, used, peak, lambda pixels: apply(training.net, pixels, preset, task.scene_linear), flops, notes
    )
