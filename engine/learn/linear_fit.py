"""Linear fit: the best colour matrix between input and ground truth, which the network starts from."""

from __future__ import annotations

import numpy as np


def linear_fit(inputs: np.ndarray, targets: np.ndarray, ridge: float = 1e-3) -> tuple[np.ndarray, np.ndarray]:
    """Least squares of targets = matrix @ inputs + offset, pulled slightly towards leaving the picture as it is.

    Args:
        inputs: (samples, channels_in) encoded values; targets: (samples, channels_out).
        ridge: weight of the pull; keeps the matrix sane where channels are constant or copies of each other.

    Returns:
        matrix (channels_out, channels_in) and offset (channels_out,), float32. Where input and target have as many
        channels, the matrix is the identity if that is the better map, as it is for a deblurring.
    """
    samples, channels_in = inputs.shape
    channels_out = targets.shape[1]
    rest = np.eye(channels_out, channels_in) if channels_in == channels_out else np.zeros((channels_out, channels_in))
    x = np.concatenate([inputs, np.ones((samples, 1))], axis=1).astype(np.float64)
    wanted = targets.astype(np.float64) - inputs @ rest.T
    pull = (
        ridge * samples * np.diag([*np.full(channels_in, float(np.mean(inputs.astype(np.float64) ** 2)) + 1e-6), 0.0])
    )
    pull[-1, -1] = 1e-9 * samples
    solution = np.linalg.solve(x.T @ x + pull, x.T @ wanted)
    matrix = rest + solution[:-1].T
    return matrix.astype(np.float32), solution[-1].astype(np.float32)
