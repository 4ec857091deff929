"""Small tasks, made by the tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from paircat.bench.inference import write_noise_task
from paircat.bench.piece import Place
from paircat.engine.learn.device import threads

_MODELS = """
from torch import nn

class Out(nn.Module):
    def __init__(self, a, b):
        super().__init__()
        self.c_block = nn.Conv2d(a, b, 1)

    def forward(self, x):
        return self.c_block(x)

class UNet(nn.Module):
    def __init__(self, n_ch, n_cls, h):
        super().__init__()
        self.inc = nn.Sequential(nn.Conv2d(n_ch, h, 3, padding=1), nn.BatchNorm2d(h), nn.ReLU())
        self.outc = Out(h, n_cls)

    def forward(self, x):
        return self.outc(self.inc(x))

def create_model(model_type="unet", n_ch=3, n_cls=3, hidden_size=64, bilinear=True, t=2):
    return UNet(n_ch, n_cls, hidden_size)
"""


@pytest.fixture(autouse=True)
def _one_thread() -> Iterator[None]:
    """What is measured in the tests' own process; several threads would wait for each other."""
    with threads(1):
        yield


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with the tasks `grade` and `matte`: noise of 64 pixels, and its half as the ground truth."""
    folder = tmp_path / "data"
    for name in ("grade", "matte"):
        write_noise_task(folder / name)
    return folder


@pytest.fixture
def place(data: Path) -> Place:
    return Place(str(data), threads=1)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A stand-in for a checkout of TuNet, which is not ours to copy: its factory's signature around one convolution."""
    models = tmp_path / "tunet" / "models"
    models.mkdir(parents=True)
    (models / "factory.py").write_text("")
    (models / "__init__.py").write_text(_MODELS)
    return tmp_path / "tunet"
