"""InferenceOp: a picture through a .cat. The node's meaning on the canvas; torch is loaded by its first frame."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from paircat.engine.errors import PairCatError
from paircat.engine.picture.channels import placed
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.op import Op
from paircat.engine.runs.checkpoint import read_header

if TYPE_CHECKING:
    from paircat.engine.learn.model import Model


@dataclass(frozen=True)
class InferenceOp(Op):
    """Attributes:
    cat: path of the .cat file, absolute.
    tile_size: edge of the tiles in pixels; 0 is automatic, -1 the whole frame.
    overlap: pixels over which tiles fade into each other.
    half: half precision on a GPU.
    device: auto, cpu, cuda, cuda:N or mps.
    memory_megabytes: for the network's feature maps; 0 is automatic.
    gate: leave pixels alone that the network has no reason to touch.
    """

    own_process: ClassVar[bool] = True

    source: Op
    cat: str
    tile_size: int = 0
    overlap: int = 64
    half: bool = False
    device: str = "auto"
    memory_megabytes: int = 0
    gate: bool = True

    def header(self, frame: int) -> Header:
        header = self.source.header(frame)
        return header.with_added(placed(read_header(Path(self.cat)).channels_out, header.channels))

    def frame_state(self, frame: int) -> Any:
        return _file_state(self.cat)

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        model = _model(self.cat, _file_state(self.cat), self.device, self.half)
        image = render(self.source, frame)
        try:
            return model.apply_to(
                image,
                model.channels_in,
                model.channels_out,
                gate=self.gate,
                tile_size=self.tile_size,
                feather=self.overlap,
                memory_bytes=self.memory_megabytes << 20,
            )
        except PairCatError as error:
            raise PairCatError(f"Frame {frame} cannot go through '{Path(self.cat).name}': {error}") from error


def _file_state(path: str) -> tuple[int, int] | None:
    """Time and size of the file: a .cat that was replaced is loaded again."""
    try:
        stat = Path(path).stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_size


@functools.lru_cache(maxsize=2)
def _model(path: str, state: tuple[int, int] | None, device: str, half: bool) -> Model:
    """A loaded network, kept while its file stays the same."""
    from paircat.engine.learn.model import Model

    return Model.load(path, device, half)
