"""The sentences an artist reads when something is wrong.

Raise a PairCatError for everything that the artist, or whoever set up the machine, can put right. Its text is one
clear sentence that names the file, frame or node, says what is wrong, and says what to do. The command line prints the
text and ends with status 2; the window shows it in the picture or in the panel. Any other exception is a fault of
this program and ends with status 1.
"""


class PairCatError(Exception):
    """A mistake that the reader of the message can put right."""


class FrameError(PairCatError):
    """A frame cannot be read, or does not exist.

    Attributes:
        path: the file, or None where no file is involved.
        frame: the frame number, or None for a picture that is no part of a sequence.
    """

    def __init__(self, message: str, path: str | None = None, frame: int | None = None) -> None:
        super().__init__(message)
        self.path = path
        self.frame = frame


class MissingFrameError(FrameError):
    """The frame was asked for and there is no file for it."""


class ChannelError(PairCatError):
    """A picture has no such layer or channel.

    Attributes:
        lack: that in a few words, such as 'no alpha'.
    """

    def __init__(self, message: str, lack: str) -> None:
        super().__init__(message)
        self.lack = lack


class GraphError(PairCatError):
    """A node is unconnected, cyclic, unknown or set to something impossible."""


class DataSetError(PairCatError):
    """The pairs cannot be trained on: too few, mismatched, not finite."""


class RunError(PairCatError):
    """A run or Data Directory cannot be used as asked: name in use, already training, not writable, full."""


class DamagedSummaryError(RunError):
    """The file is no summary of losses, or a damaged one: reading it again will not help."""


class CheckpointError(PairCatError):
    """A .cat or .ost file is truncated, from a newer version, or not one at all."""


class DamagedError(CheckpointError):
    """A .cat or .ost file is empty, truncated or damaged: no version of this program can read it."""
