"""Pretrained weights: where those lie that come with PairCat, a .cat for each set and model size."""

from __future__ import annotations

from pathlib import Path

import paircat
from paircat.engine.errors import CheckpointError
from paircat.engine.settings import InitialWeights, ModelSize

FOLDER = Path(paircat.__file__).parent / "weights"


def pretrained_weights(chosen: InitialWeights, size: ModelSize, folder: Path = FOLDER) -> Path:
    """The .cat of a set: of the size, or of the largest smaller one that there is, which can be widened.

    Raises:
        CheckpointError: this installation has no such set in this size, nor in a smaller one.
    """
    sizes = list(ModelSize)
    for candidate in reversed(sizes[: sizes.index(size) + 1]):
        path = _path(chosen, candidate, folder)
        if path.is_file():
            return path
    others = [other for other in sizes if _path(chosen, other, folder).is_file()]
    if others:
        raise CheckpointError(
            f"The initial weights '{chosen}' are installed for {' and '.join(others)}, but not for {size}; set Model "
            f"Size to {others[0]}, or choose other initial weights."
        )
    raise CheckpointError(
        f"The initial weights '{chosen}' are not installed: there is no '{_path(chosen, size, folder)}'. Install "
        f"PairCat again from a whole wheel or checkout, or choose None or a .cat file."
    )


def _path(chosen: InitialWeights, size: ModelSize, folder: Path) -> Path:
    return folder / f"{chosen.lower().replace(' ', '_')}_{size.lower()}.cat"
