"""Recipe: how a set of initial weights is trained: its pairs, its settings, how long for each size."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from paircat.engine.settings import InitialWeights, ModelSize, TrainingSettings
from paircat.weights.recipes.composites import matting_pairs
from paircat.weights.recipes.pairs import PreparedPairs
from paircat.weights.recipes.restoration import restoration_pairs
from paircat.weights.recipes.sources import Sources

SEED = 20


@dataclass(frozen=True)
class Recipe:
    """One set.

    Attributes:
        name: as in file names. set: as on the knob. needs: keys of the sources. steps: by model size, if none are
            given.
        about, limits, measured, kept_out: sentences for the card. digits: of its scores.
        object_sizes: the smallest and the largest object that an untrained set is shown, as in a CatHeader.
        batch_size, crop_size: at full resolution. learning_rate: of each size, before the engine's own scaling.
    """

    name: str
    set: InitialWeights
    needs: tuple[str, ...]
    pairs: Callable[[Sources, int], PreparedPairs]
    steps: Mapping[ModelSize, int]
    about: str
    measured: str
    limits: str
    kept_out: str = ""
    digits: int = 2
    batch_size: int = 8
    crop_size: int = 128
    learning_rate: float = 1e-3
    quarter_turns: bool = True
    object_sizes: tuple[int, ...] = ()

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

_PEOPLE = (
    *("clips", "argon", "paperkit", "materialkit", "matplotlib", "agency", "landing", "softsystem"),
    *("interiors", "photos", "lomiri", "skimage", "opencv", "selfie"),
)

DEBLUR = Recipe(
    "deblur",
    InitialWeights.DEBLUR,
    _PHOTOGRAPHS,
    functools.partial(restoration_pairs, "deblur"),
    {ModelSize.SMALL: 9000, ModelSize.MEDIUM: 7000, ModelSize.LARGE: 5500},
    about=(
        "A start for sharpening soft, defocused or shaken footage: RGB in, RGB out. Learnt from pieces of "
        "photographs, nearly half of them under a Gaussian blur of about 2 pixels with noise of about 2/255, the "
        "rest under Gaussians of 0.5 to 3.5 pixels, round and oval, discs of 0.8 to 5 pixels, and straight and "
        "bent strokes of 2 to 18, with noise of 0 to 10/255, and a seventh of them compressed."
    ),
    measured=(
        "PSNR on RGB in dB, the mean over the photographs that were kept out, of a Gaussian blur of 2 pixels with"
        " noise of 2/255. Unsharp masking has the best radius and amount for each picture, Wiener's filter the "
        "true kernel and the best ratio of noise to signal for each picture."
    ),
    limits=(
        "Values are display-referred; a run that starts from it sees scene-linear ones beyond 0..1 through PairCat's "
        "logarithm, which is close enough. Applied as it is, values beyond 1.5 go by its colour matrix alone. "
        "Detail that a blur has removed is not invented. Noise above 4/255 is only"
        " partly removed, and blurs wider than 5 pixels are only partly undone."
    ),
)
UPSCALE = Recipe(
    "upscale",
    InitialWeights.UPSCALE,
    _PHOTOGRAPHS,
    functools.partial(restoration_pairs, "upscale"),
    {ModelSize.SMALL: 9000, ModelSize.MEDIUM: 7000, ModelSize.LARGE: 5500},
    about=(
        "A start for enlarging: RGB in, RGB out, both of the final size, the input enlarged by bicubic weights "
        "(Reformat does that). Learnt from pieces of photographs that were made 2 times smaller (78 %), 3 times "
        "(9 %) or 4 times (13 %), by bicubic weights (66 %), areas, Lanczos, or a blur and sampling."
    ),
    measured="PSNR on Y (BT.601) in dB, x2 by bicubic weights, the mean over the photographs that were kept out.",
    limits=(
        "Made for x2; x3 and x4 become sharper, but texture is not invented. Enlargements by nearest neighbours, "
        "and strongly compressed sources, are not what it learnt from."
    ),
)
HUMAN_MATTING = Recipe(
    "human_matting",
    InitialWeights.HUMAN_MATTING,
    _PEOPLE,
    matting_pairs,
    {ModelSize.SMALL: 6000, ModelSize.MEDIUM: 4500, ModelSize.LARGE: 3500},
    about=(
        "A start for a matte of people: RGB in, alpha out. It is a starting point for a shot, not a matting "
        "product: paint a few frames of yours and train. Learnt from about thirty people, cut out by a teacher "
        "(selfie_segmentation of MediaPipe, at each person's own scale) and refined by closed-form matting "
        "(pymatting), placed over photographs at many sizes with matched and changed colours; and walkers cut out"
        " by their difference from an empty street."
    ),
    measured=(
        "Intersection over union (IoU) above one half, of whole frames of two clips, and of six photographs of people "
        "from the waist up, 560 pixels high, who are in nothing that was learnt. The mattes of carphone and of the "
        "photographs are the teacher's, refined, and were looked at one by one; those of tennis are the data set's own."
    ),
    limits=(
        "It knows about thirty people by sight, most of them from the waist up, and walkers from afar, in "
        "display-referred values: scene-linear ones are too dark for it, so put a Grade with a gamma of 2.2 before it. "
        "Applied as it is, it is shown frames so much reduced that people are between 30 and 130 pixels large "
        "(the edge of a square of the same area), and the matte is enlarged along the picture's edges: hair and "
        "fingers are lost by it. Balls and cups in a hand may count as part of the person."
    ),
    kept_out="The clip carphone, and tennis, which is measured on where it is given, are never trained on.",
    digits=3,
    batch_size=4,
    crop_size=256,
    quarter_turns=False,
    object_sizes=(30, 130),
)

RECIPES = {recipe.name: recipe for recipe in (DEBLUR, UPSCALE, HUMAN_MATTING)}
