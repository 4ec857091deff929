"""Recipe: how a set of initial weights is trained: its pairs, its settings, how long for each size."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from paircat.engine.settings import InitialWeights, ModelSize, TrainingSettings
from paircat.weights.recipes.pairs import PreparedPairs
from paircat.weights.recipes.restoration import restoration_pairs
from paircat.weights.recipes.sources import Sources

SEED = 20


@dataclass(frozen=True)
class Recipe:
    """One set.

    Attributes:
        name: as in file names. set: as on the knob. needs: keys of the sources. steps: by model size, as shipped.
        batch_size, crop_size: at full resolution. learning_rate: of each size, before the engine's own scaling.
    """

    name: str
    set: InitialWeights
    needs: tuple[str, ...]
    pairs: Callable[[Sources, int], PreparedPairs]
    steps: Mapping[ModelSize, int]
    batch_size: int = 8
    crop_size: int = 128
    learning_rate: float = 1e-3
    quarter_turns: bool = True

    def settings(self, size: ModelSize, steps: int = 0) -> TrainingSettings:
        """How a size of the set is trained, for `steps` or as long as the shipped one."""
        return TrainingSettings(
            steps=steps or self.steps[size],
            model_size=size,
            batch_size=self.batch_size,
            crop_size=self.crop_size,
            learning_rate=self.learning_rate,
            seed=SEED,
            checkpoint_interval=500,
            image_interval=500,
            max_checkpoints=3,
            flips=True,
            quarter_turns=self.quarter_turns,
            device="cpu",
        )


_PHOTOGRAPHS = ("photos", "interiors", "lomiri", "skimage")

RECIPES = {
    recipe.name: recipe
    for recipe in (
        Recipe(
            "deblur",
            InitialWeights.DEBLUR,
            _PHOTOGRAPHS,
            functools.partial(restoration_pairs, "deblur"),
            {ModelSize.SMALL: 8000, ModelSize.MEDIUM: 6000, ModelSize.LARGE: 5000},
        ),
        Recipe(
            "upscale",
            InitialWeights.UPSCALE,
            _PHOTOGRAPHS,
            functools.partial(restoration_pairs, "upscale"),
            {ModelSize.SMALL: 8000, ModelSize.MEDIUM: 6000, ModelSize.LARGE: 5000},
        ),
    )
}
