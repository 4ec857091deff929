"""Quantization: kernels in eight bits with a scale for each feature, a quarter of the size, for files that ship.

The rounding is a hundredth of a typical weight or less, which a picture does not show.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

_SCALE = "#scale"
_STEPS = 127


def quantized(weights: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Kernels as int8 beside an array of scales of the same name and '#scale'; the rest as it is."""
    result: dict[str, np.ndarray] = {}
    for name, values in weights.items():
        if values.ndim < 4:
            result[name] = values
            continue
        rows = values.reshape(len(values), -1)
        scales = (np.abs(rows).max(axis=1) / _STEPS).astype(np.float32)
        steps = np.rint(rows / np.where(scales > 0, scales, 1)[:, None]).astype(np.int8)
        result[name], result[name + _SCALE] = steps.reshape(values.shape), scales
    return result


def dequantized(arrays: Mapping[str, np.ndarray]) -> dict[str, np.ndarray]:
    """Float32 weights of what `quantized` gave; other weights as they are.

    Raises:
        KeyError: a scale without its kernel.
    """
    weights = {name: values for name, values in arrays.items() if not name.endswith(_SCALE)}
    for name, scales in arrays.items():
        if name.endswith(_SCALE):
            steps = weights[name.removesuffix(_SCALE)]
            weights[name.removesuffix(_SCALE)] = steps * scales.reshape(-1, *[1] * (steps.ndim - 1))
    return weights
