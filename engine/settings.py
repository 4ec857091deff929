"""TrainingSettings: everything that decides how a run learns, with PairCat's defaults."""

from __future__ import annotations

import dataclasses
import enum
from dataclasses import dataclass
from typing import Any

from paircat.engine.errors import PairCatError


class ModelSize(enum.StrEnum):
    SMALL = "Small"
    MEDIUM = "Medium"
    LARGE = "Large"


class InitialWeights(enum.StrEnum):
    NONE = "None"
    CHECKPOINT = "Checkpoint"
    DEBLUR = "Deblur"
    UPSCALE = "Upscale"
    HUMAN_MATTING = "Human Matting"


class MixedPrecision(enum.StrEnum):
    ADAPTIVE = "Adaptive"
    DISABLED = "Disabled"
    FORCE = "Force Enabled"


class NonFinite(enum.StrEnum):
    """What to do with NaN and Inf in a training pair."""

    ERROR = "error"
    ZERO = "zero"


class Target(enum.StrEnum):
    """What ground truths are."""

    AUTO = "Auto"
    PICTURE = "Picture"
    MATTE = "Matte"


CROP_SIZES = (32, 64, 128, 256, 512)


@dataclass(frozen=True)
class TrainingSettings:
    """How a run learns. Lengths are in steps unless their name says otherwise.

    Attributes:
        epochs: how often the whole data set is processed; decides the total steps unless `steps` or `minutes` is given.
        steps: total steps, instead of epochs; 0 means that epochs decide.
        minutes: stop after this much training time, start-up not counted; 0 means no limit.
        batch_size: crops a step; 0 means Auto, from free memory.
        crop_size: edge of the random square crops in pixels at full resolution; 0 means Auto:
            256 on a GPU, 128 on the CPU, shrunk to fit.
        initial_weights: what the network starts from; `checkpoint_file` belongs to CHECKPOINT.
        channels_in, channels_out: selections such as rgb, rgba, alpha, depth.Z, all; empty means what the inputs carry.
        target: what the ground truth is: a coverage from 0 to 1, learnt as one, or a picture; Auto looks at it.
        learning_rate: of the run's first part, but for a new network's first hundred steps, which are up to three times
            as large; it falls to nothing over the run's last four fifths.
        checkpoint_interval: a .cat, .ost and preview every so many steps.
        image_interval: a contact sheet every so many steps.
        max_checkpoints: keep only so many checkpoints of the run (first, best and last always stay); 0 keeps all.
        multi_resolution: begin at a quarter and half of the resolution; the run always ends at full resolution.
        flips, quarter_turns: mirror or turn crops at random; off, since a shot's light and lenses have a direction.
        non_finite: refuse NaN and Inf in the pairs, or train with them set to zero.
        device: auto, cpu, cuda, cuda:N or mps; cuda:all or cuda:0,2 trains on several GPUs of this machine at once.
        processes: how many processes share the work where the CPU trains.
        threads: CPU threads of all processes of this machine together; 0 for as many as make the quickest steps now.
        cache_megabytes: memory for decoded pairs; what does not fit goes to files of together at most
            `disk_cache_megabytes` in the cache folder, the rest is decoded again whenever it is needed.
    """

    epochs: int = 10000
    steps: int = 0
    minutes: float = 0.0
    model_size: ModelSize = ModelSize.MEDIUM
    batch_size: int = 0
    crop_size: int = 0
    initial_weights: InitialWeights = InitialWeights.NONE
    checkpoint_file: str = ""
    channels_in: str = ""
    channels_out: str = ""
    target: Target = Target.AUTO
    learning_rate: float = 1e-3
    seed: int = 0
    checkpoint_interval: int = 1000
    image_interval: int = 100
    max_checkpoints: int = 0
    multi_resolution: bool = True
    mixed_precision: MixedPrecision = MixedPrecision.ADAPTIVE
    flips: bool = False
    quarter_turns: bool = False
    non_finite: NonFinite = NonFinite.ERROR
    view_transform: str = "auto"
    device: str = "auto"
    processes: int = 1
    threads: int = 0
    cache_megabytes: int = 4096
    disk_cache_megabytes: int = 20480

    def __post_init__(self) -> None:
        for name, least in _LEAST.items():
            if getattr(self, name) < least:
                raise PairCatError(
                    f"{name.replace('_', ' ').capitalize()} must be at least {least}, not {getattr(self, name)}."
                )
        if not 0 < self.learning_rate <= 1:
            raise PairCatError(f"Learning rate must lie between 0 and 1, not {self.learning_rate}.")

    @property
    def warm_start(self) -> bool:
        """Whether a run starts from weights that have learnt already, so that it needs no reduced pictures first."""
        return self.initial_weights != InitialWeights.NONE

    def to_json(self) -> dict[str, Any]:
        return {item.name: getattr(self, item.name) for item in dataclasses.fields(self)}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> TrainingSettings:
        """Settings of a job or checkpoint; names of other versions are passed over, values are checked.

        Raises:
            PairCatError: a value is outside of what the setting allows.
        """
        known = {item.name: item for item in dataclasses.fields(cls)}
        values: dict[str, Any] = {}
        for name, value in data.items():
            if name not in known:
                continue
            kind: Any = _ENUMS.get(name)
            convert: Any = kind or type(known[name].default)
            try:
                values[name] = convert(value)
            except (ValueError, TypeError):
                allowed = f"one of {', '.join(kind)}" if kind else _WORDS[convert]
                raise PairCatError(f"The setting '{name}' is '{value}'; it must be {allowed}.") from None
        return cls(**values)


_ENUMS: dict[str, Any] = {
    "model_size": ModelSize,
    "initial_weights": InitialWeights,
    "mixed_precision": MixedPrecision,
    "non_finite": NonFinite,
    "target": Target,
}
_WORDS = {int: "a whole number", float: "a number", bool: "true or false", str: "a text"}
_LEAST = {
    "epochs": 1, "steps": 0, "minutes": 0, "batch_size": 0, "crop_size": 0, "checkpoint_interval": 1,
    "image_interval": 1, "max_checkpoints": 0, "processes": 1, "threads": 0, "cache_megabytes": 0,
    "disk_cache_megabytes": 0, "seed": 0,
}  # fmt: skip


def total_steps(epochs: int, pairs: int, batch_size: int) -> int:
    """Steps of a whole run: floor(epochs x pairs / batch size), as CopyCat's manual has it.

    >>> total_steps(10000, 6, 4), total_steps(1000, 10000, 55)
    (15000, 181818)
    """
    return epochs * pairs // batch_size
