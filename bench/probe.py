"""Probe: a deliberately plain residual U-Net that the product's defaults have to beat.

AdamW, weights averaged over time, a cosine over the seconds it is given, crops of 128 pixels, batches of eight. It is a
yardstick and no part of the product: nothing in it is tuned, and nothing in it should be.
"""

from __future__ import annotations

import copy
import math
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from paircat.bench import memory, scores
from paircat.bench.learner import Learnt
from paircat.bench.tasks import Task

_CROP, _BATCH, _RATE = 128, 8, 1e-3


class Block(nn.Module):
    """Two 3x3 convolutions on a residual path that starts at zero."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.a = nn.Conv2d(width, width, 3, padding=1)
        self.b = nn.Conv2d(width, width, 3, padding=1)
        for parameter in self.b.parameters():
            nn.init.zeros_(parameter)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.b(F.gelu(self.a(x)))


class Probe(nn.Module):
    """Four levels from half resolution down (pixel unshuffle), no normalisation; output = colour matrix + residual."""

    def __init__(self, width: int = 32) -> None:
        super().__init__()
        c = [width, width * 2, width * 3, width * 4]
        self.stem = nn.Conv2d(12, c[0], 3, padding=1)
        self.enc = nn.ModuleList(Block(n) for n in c[:3])
        self.down = nn.ModuleList(nn.Conv2d(c[i], c[i + 1], 2, stride=2) for i in range(3))
        self.mid = nn.Sequential(Block(c[3]), Block(c[3]))
        self.up = nn.ModuleList(nn.Conv2d(c[i + 1], c[i] * 4, 1) for i in range(3))
        self.dec = nn.ModuleList(Block(n) for n in c[:3])
        self.head = nn.Conv2d(c[0], 12, 3, padding=1)
        self.colour = nn.Conv2d(3, 3, 1)
        for parameter in (*self.head.parameters(), *self.colour.parameters()):
            nn.init.zeros_(parameter)
        self.colour.weight.data = torch.eye(3)[:, :, None, None].clone()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        z = self.stem(F.pixel_unshuffle(x, 2))
        skips = []
        for enc, down in zip(self.enc, self.down, strict=True):
            z = enc(z)
            skips.append(z)
            z = down(z)
        z = self.mid(z)
        for i in (2, 1, 0):
            z = self.dec[i](F.pixel_shuffle(self.up[i](z), 2) + skips[i])
        return self.colour(x) + F.pixel_shuffle(self.head(z), 2)


class Training:
    """The probe with its data, its averaged weights and its optimizer."""

    def __init__(self, task: Task) -> None:
        torch.manual_seed(0)
        self.random = np.random.default_rng(0)
        self.bce = task.matte
        sides = zip(*task.pairs(), strict=True)
        self.x, self.y = (stacked(side, task.scene_linear) for side in sides)
        height, width = self.x.shape[2:]
        self.crop = min(_CROP, height, width) // 16 * 16
        self.net = Probe().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.average = copy.deepcopy(self.net)
        self.optimizer = torch.optim.AdamW(self.net.parameters(), _RATE, betas=(0.9, 0.98), weight_decay=1e-4)
        self.steps = 0

    def step(self, share: float) -> None:
        """Learn from one batch; `share` is the part of the time that is used up, 0..1."""
        warm = min(1.0, (self.steps + 1) / 30)
        for group in self.optimizer.param_groups:
            group["lr"] = _RATE * warm * (0.02 + 0.49 * (1 + math.cos(math.pi * min(1.0, share))))
        x, y = self._batch()
        out = self.net(x.contiguous(memory_format=torch.channels_last))
        loss = F.binary_cross_entropy_with_logits(out, y) if self.bce else (out - y).abs().mean()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.optimizer.step()
        keep = min(0.99, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for mine, theirs in zip(self.average.parameters(), self.net.parameters(), strict=True):
                mine.lerp_(theirs, 1 - keep)
        self.steps += 1

    def _batch(self) -> tuple[torch.Tensor, torch.Tensor]:
        count, _, height, width = self.x.shape
        pairs = []
        for _ in range(_BATCH):
            pair = self.random.integers(count)
            top = self.random.integers(height - self.crop + 1)
            left = self.random.integers(width - self.crop + 1)
            area = (slice(None), slice(top, top + self.crop), slice(left, left + self.crop))
            both = torch.stack((self.x[pair][area], self.y[pair][area]))
            pairs.append(both.flip(3) if self.random.random() < 0.5 else both)
        batch = torch.stack(pairs)
        return batch[:, 0], batch[:, 1]


def stacked(pictures: tuple[np.ndarray, ...], scene_linear: bool) -> torch.Tensor:
    """(N, 3, height, width); scene-linear values in the score's log encoding, since the probe has none of its own."""
    values = np.stack([scores.encode(picture) if scene_linear else picture for picture in pictures])
    return torch.from_numpy(values).permute(0, 3, 1, 2).contiguous()


@torch.inference_mode()
def apply(net: nn.Module, pixels: np.ndarray, bce: bool = False, scene_linear: bool = False) -> np.ndarray:
    """The probe over a whole frame, float32 (height, width, 3)."""
    x = stacked((pixels,), scene_linear)
    height, width = x.shape[2:]
    padded = F.pad(x, (0, -width % 16, 0, -height % 16), mode="replicate")
    out = net(padded.contiguous(memory_format=torch.channels_last))[:, :, :height, :width]
    values = (torch.sigmoid(out) if bce else out)[0].permute(1, 2, 0).contiguous().numpy()
    return scores.decode(values) if scene_linear else values


def train(task: Task, seconds: float) -> Learnt:
    """Train the probe for so many seconds."""
    training = Training(task)
    started = time.perf_counter()
    used = 0.0
    while used < seconds:
        training.step(used / seconds)
        used = time.perf_counter() - started
    steps, peak = training.steps, memory.peak()

    def flops() -> float:
        with FlopCounterMode(display=False) as counter:
            training.step(1.0)
        return float(counter.get_total_flops()) * steps

    average = copy.deepcopy(training.average)
    return Learnt(steps, used, peak, lambda pixels: apply(average, pixels, task.matte, task.scene_linear), flops)
