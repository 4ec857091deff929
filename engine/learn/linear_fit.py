"""LinearMap: the best colour matrix between input and ground truth, which the network starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

_LEAST_PULL = 1e-9
"""For the offset, and for what is zero in all samples, such as every feature of a black picture."""


@dataclass(frozen=True)
class LinearMap:
    """targets = matrix @ inputs + offset, on encoded values.

    Attributes:
        matrix: float32 (channels out, channels in). offset: float32 (channels out,).
    """

    matrix: np.ndarray
    offset: np.ndarray

    @classmethod
    def fit(cls, inputs: np.ndarray, targets: np.ndarray, ridge: float = 1e-3) -> LinearMap:
        """Least squares, pulled slightly towards leaving the picture as it is.

        Args:
            inputs: (samples, channels in); targets: (samples, channels out).
            ridge: weight of the pull; keeps the matrix sane where channels are constant or copies of each other.
        """
        channels_in, channels_out = inputs.shape[1], targets.shape[1]
        as_it_is = np.eye(channels_out, channels_in) if channels_in == channels_out else None
        rest = np.zeros((channels_out, channels_in)) if as_it_is is None else as_it_is
        strength = ridge * (float(np.mean(inputs.astype(np.float64) ** 2)) + 1e-6)
        matrix, offset = _solved(inputs, targets.astype(np.float64) - inputs @ rest.T, np.full(channels_in, strength))
        return cls((rest + matrix).astype(np.float32), offset.astype(np.float32))

    @classmethod
    def identity(cls, channels: int) -> LinearMap:
        """Targets are the inputs."""
        return cls(np.eye(channels, dtype=np.float32), np.zeros(channels, np.float32))

    def apply(self, inputs: np.ndarray) -> np.ndarray:
        """(..., channels in) to (..., channels out)."""
        return inputs @ self.matrix.T + self.offset

    def to_json(self) -> dict[str, Any]:
        return {"matrix": self.matrix.tolist(), "offset": self.offset.tolist()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> LinearMap:
        return cls(np.array(data["matrix"], np.float32), np.array(data["offset"], np.float32))


def weighed(features: np.ndarray, wanted: np.ndarray, ridge: float = 1e-3) -> LinearMap:
    """What to add of each feature, by least squares, each pulled towards nothing in proportion to its own size.

    Args:
        features: (samples, features); wanted: (samples, channels out), what is to be explained.
    """
    sizes = np.mean(features.astype(np.float64) ** 2, axis=0)
    matrix, offset = _solved(features, wanted.astype(np.float64), ridge * sizes + _LEAST_PULL)
    return LinearMap(matrix.astype(np.float32), offset.astype(np.float32))


class Sums:
    """Ridge regression over samples that come in parts: all at once would take too much memory."""

    def __init__(self) -> None:
        self.count = 0
        self._squares: torch.Tensor | float = 0.0
        self._products: torch.Tensor | float = 0.0

    def add(self, features: torch.Tensor, wanted: torch.Tensor, weights: torch.Tensor | None = None) -> None:
        """(samples, features) and (samples, channels out); `weights` (samples, 1) of each one's error, by default 1."""
        x = torch.cat([features, features.new_ones(len(features), 1)], dim=1)
        if weights is not None:
            x, wanted = weights * x, weights * wanted
        self._squares = self._squares + (x.T @ x).double()
        self._products = self._products + (x.T @ wanted).double()
        self.count += len(features)

    @property
    def sizes(self) -> np.ndarray:
        """The mean square of each feature."""
        assert isinstance(self._squares, torch.Tensor)
        return (torch.diag(self._squares)[:-1] / self.count).numpy()

    def solved(self, pulls: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Matrix (channels out, features) and offset (channels out,), with a pull towards nothing for each feature."""
        assert isinstance(self._squares, torch.Tensor) and isinstance(self._products, torch.Tensor)
        pull = torch.from_numpy(np.append(pulls + _LEAST_PULL, _LEAST_PULL) * self.count)
        found = torch.linalg.solve(self._squares + torch.diag(pull), self._products).numpy().astype(np.float32)
        return found[:-1].T, found[-1]


def _solved(inputs: np.ndarray, wanted: np.ndarray, pulls: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Matrix (channels out, channels in) and offset of ridge regression, with a pull towards nothing for each input."""
    samples = inputs.shape[0]
    x = np.concatenate([inputs, np.ones((samples, 1))], axis=1).astype(np.float64)
    solution = np.linalg.solve(x.T @ x + samples * np.diag([*pulls, _LEAST_PULL]), x.T @ wanted)
    return solution[:-1].T, solution[-1]
