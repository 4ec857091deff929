"""LinearMap: the best colour matrix between input and ground truth, which the network starts from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


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
        samples, channels_in = inputs.shape
        channels_out = targets.shape[1]
        as_it_is = np.eye(channels_out, channels_in) if channels_in == channels_out else None
        rest = np.zeros((channels_out, channels_in)) if as_it_is is None else as_it_is
        x = np.concatenate([inputs, np.ones((samples, 1))], axis=1).astype(np.float64)
        wanted = targets.astype(np.float64) - inputs @ rest.T
        strength = ridge * (float(np.mean(inputs.astype(np.float64) ** 2)) + 1e-6)
        pull = samples * np.diag([*np.full(channels_in, strength), 1e-9])
        solution = np.linalg.solve(x.T @ x + pull, x.T @ wanted)
        return cls((rest + solution[:-1].T).astype(np.float32), solution[-1].astype(np.float32))

    def apply(self, inputs: np.ndarray) -> np.ndarray:
        """(..., channels in) to (..., channels out)."""
        return inputs @ self.matrix.T + self.offset

    def to_json(self) -> dict[str, Any]:
        return {"matrix": self.matrix.tolist(), "offset": self.offset.tolist()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> LinearMap:
        return cls(np.array(data["matrix"], np.float32), np.array(data["offset"], np.float32))
