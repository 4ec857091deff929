"""Origin: the .cat of an earlier run that a run begins as, and what its weights are bound to: coding and mask."""

from __future__ import annotations

from dataclasses import dataclass

from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.encoding import Encoding
from paircat.engine.learn.network import NetworkShape
from paircat.engine.runs.checkpoint import read_header
from paircat.engine.settings import InitialWeights, TrainingSettings


@dataclass(frozen=True)
class Origin:
    """Of a .cat with the run's own channels; to others its weights are adapted, and learn what these need.

    Attributes:
        encoding_in, encoding_out: the coding of the values that its weights know.
        masked: it says where it changes the picture, and knows the changed places alone.
    """

    encoding_in: Encoding
    encoding_out: Encoding
    masked: bool

    @classmethod
    def of(cls, data_set: DataSet, settings: TrainingSettings) -> Origin | None:
        """None where a run begins with nothing, with a set, or with other channels.

        Raises:
            CheckpointError: the .cat cannot be read.
        """
        if settings.initial_weights != InitialWeights.CHECKPOINT:
            return None
        header = read_header(settings.checkpoint_file)
        if (header.channels_in, header.channels_out) != (data_set.channels_in, data_set.channels_out):
            return None
        before, after = (Encoding(tuple(header.encoding[side])) for side in ("in", "out"))
        return cls(before, after, NetworkShape.from_json(header.network).masked)

    def coding(self, encoding_in: Encoding, encoding_out: Encoding) -> tuple[Encoding, Encoding]:
        """Its own coding, or else what the pairs ask for, where they have values that it leaves as they are."""
        fits = self.encoding_in.holds(encoding_in) and self.encoding_out.holds(encoding_out)
        return (self.encoding_in, self.encoding_out) if fits else (encoding_in, encoding_out)
