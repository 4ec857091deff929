"""Events: what a Trainer reports while it trains. A Recorder makes files of them, a command line progress lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from paircat.engine.picture.image import Image

if TYPE_CHECKING:
    from paircat.engine.runs.checkpoint import CatHeader

FinishReason = Literal["done", "stopped", "minutes"]


@dataclass(frozen=True)
class Started:
    """Training begins after `step` completed steps: 0 for a new run, more for a resumed one.

    Attributes:
        total_steps: the step at which the run is done; 0 where only time limits it.
        notes: sentences for the artist, such as a crop size that was shrunk to fit.
        seconds_left: the training time that is left where minutes limit it; 0 where they do not.
    """

    step: int
    total_steps: int
    notes: tuple[str, ...] = ()
    seconds_left: float = 0.0


@dataclass(frozen=True)
class StepDone:
    """One step is complete.

    Attributes:
        step: completed steps, counted from 1.
        seconds: training time so far in the whole run, that of earlier sittings included, start-up excluded.
        scale: the divisor of the resolution that was trained: 4, 2 or 1.
    """

    step: int
    loss: float
    seconds: float
    scale: int


@dataclass(frozen=True)
class StageChanged:
    """From here on the resolution's divisor is `scale`."""

    step: int
    scale: int


@dataclass(frozen=True, eq=False)
class SheetRow:
    """One crop of a contact sheet.

    Attributes:
        input, groundtruth, output: float32 arrays of one height and width, (h, w, channels), as in files.
        channels_in: names of the channels of `input`.
        channels_out: names of the channels of `groundtruth` and `output`.
        view: name of the view transform to look through.
    """

    input: np.ndarray
    groundtruth: np.ndarray
    output: np.ndarray
    channels_in: tuple[str, ...]
    channels_out: tuple[str, ...]
    view: str


@dataclass(frozen=True)
class Grown:
    """From the next step on the network is of the run's own Model Size, and goes on with what a smaller one has learnt.

    Attributes:
        size: Medium or Large.
    """

    step: int
    size: str


@dataclass(frozen=True, eq=False)
class SheetReady:
    """Crops for a contact sheet, one below the other."""

    step: int
    rows: tuple[SheetRow, ...]


@dataclass(frozen=True, eq=False)
class PreviewReady:
    """A frame of the Preview input through the network as it is after `step` steps.

    Attributes:
        view: name of the view transform to look through, as that of a contact sheet.
        frame: its number in the Preview input, where it is known.
    """

    step: int
    image: Image
    view: str
    frame: int | None = None


@dataclass(frozen=True, eq=False)
class CheckpointReady:
    """All that the run is after `step` steps.

    Attributes:
        header, weights: the .cat: what applying the network needs.
        state: the .ost: what resuming needs; nested dicts and lists of torch tensors and plain values.
    """

    step: int
    loss: float
    header: CatHeader
    weights: dict[str, np.ndarray]
    state: dict[str, Any]


@dataclass(frozen=True)
class PairsRead:
    """How the pairs reach the training, reported with each checkpoint.

    Attributes:
        pairs: how many there are. in_memory, on_disk: how many of them are kept decoded there; the rest is decoded anew
            each time. hit_rate: how many of the looks at a pair so far found it decoded, 0..1.
        decode_threads, steps_ahead: how many threads prepare crops, for how many steps.
        waited: seconds that training stood still for its crops since this session began.
    """

    step: int
    pairs: int
    in_memory: int
    on_disk: int
    hit_rate: float
    decode_threads: int
    steps_ahead: int
    waited: float


@dataclass(frozen=True)
class Notice:
    """Something went wrong that the training does not end for, such as a preview frame that cannot be read."""

    step: int
    text: str


@dataclass(frozen=True)
class Finished:
    """The last event: total steps done, stopped by request, or the time given is used up.

    Attributes:
        scale: the divisor of the resolution that was trained last; above 1, full resolution was never trained.
    """

    step: int
    reason: FinishReason
    scale: int = 1


Event = (
    Started
    | StepDone
    | StageChanged
    | Grown
    | SheetReady
    | PreviewReady
    | CheckpointReady
    | PairsRead
    | Notice
    | Finished
)
