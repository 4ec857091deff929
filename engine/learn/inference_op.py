"""InferenceOp: a picture through a .cat. The node's meaning on the canvas; torch is loaded by its first frame."""

from __future__ import annotations

import functools
import threading
from collections import OrderedDict
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
    """The source as the network of a .cat turns it out.

    Attributes:
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
        return header.with_added(placed(_channels_out(self.cat, _file_state(self.cat)), header.channels))

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


@functools.lru_cache(maxsize=64)
def _channels_out(path: str, state: tuple[int, int] | None) -> tuple[str, ...]:
    """What a network gives, read again only when its file changed."""
    return read_header(Path(path)).channels_out


_WEIGHT_BYTES = 512 << 20  # of all networks that are kept: dozens of them, and little of a GPU's memory
_loaded: OrderedDict[tuple[str, str, bool], tuple[tuple[int, int] | None, Model]] = OrderedDict()
_loaded_lock = threading.Lock()


def _model(path: str, state: tuple[int, int] | None, device: str, half: bool) -> Model:
    """A loaded network, kept while its file stays the same and there is room; those used last stay longest."""
    from paircat.engine.learn.model import Model

    place = path, device, half
    with _loaded_lock:
        if place in _loaded and _loaded[place][0] == state:
            _loaded.move_to_end(place)
            return _loaded[place][1]
        _loaded.pop(place, None)
    model = Model.load(path, device, half)
    with _loaded_lock:
        _loaded[place] = state, model
        _loaded.move_to_end(place)
        kept = {place: _weight_bytes(known) for place, (_, known) in _loaded.items()}
        while len(_loaded) > 1 and sum(kept.values()) > _WEIGHT_BYTES:
            kept.pop(_loaded.popitem(last=False)[0])
    return model


def _weight_bytes(model: Model) -> int:
    return sum(weights.nbytes for weights in model.network.state_dict().values())
