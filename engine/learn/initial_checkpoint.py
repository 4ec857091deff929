"""InitialCheckpoint: the .cat of an earlier run that a run begins as, and what binds the run to how that one saw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paircat.engine.learn.encoding import Encoding
from paircat.engine.learn.network import NetworkShape
from paircat.engine.runs.checkpoint import read_header
from paircat.engine.settings import InitialWeights, TrainingSettings


@dataclass(frozen=True)
class InitialCheckpoint:
    """
    Attributes:
        shape: its network. channels_in, channels_out: what that was trained on.
        encoding_in, encoding_out: the coding of the values that its weights know.
    """

    shape: NetworkShape
    channels_in: tuple[str, ...]
    channels_out: tuple[str, ...]
    encoding_in: Encoding
    encoding_out: Encoding

    @classmethod
    def of(cls, settings: TrainingSettings) -> InitialCheckpoint | None:
        """None where a run begins with nothing, or with a set.

        Raises:
            CheckpointError: the .cat cannot be read.
        """
        if settings.initial_weights != InitialWeights.CHECKPOINT:
            return None
        header = read_header(settings.checkpoint_file)
        before, after = (Encoding(tuple(header.encoding[side])) for side in ("in", "out"))
        shape = NetworkShape.from_json(header.network)
        return cls(shape, header.channels_in, header.channels_out, before, after)

    def goes_on(self, channels_in: Sequence[str], channels_out: Sequence[str]) -> bool:
        """Whether it has a run's own channels; to others its weights are adapted, and learn what these need."""
        return (self.channels_in, self.channels_out) == (tuple(channels_in), tuple(channels_out))

    def coding(self, encoding_in: Encoding, encoding_out: Encoding) -> tuple[Encoding, Encoding]:
        """Its own coding, or else what the pairs ask for, where they have values that it leaves as they are."""
        if not (self.encoding_in.holds(encoding_in) and self.encoding_out.holds(encoding_out)):
            return encoding_in, encoding_out
        return self.encoding_in.with_light_of(encoding_in), self.encoding_out.with_light_of(encoding_out)
