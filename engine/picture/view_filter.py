"""ViewFilter: a view of the colour configuration for playing: FFmpeg interpolates in color's table, through PyAV.

For 1920x1080 it takes 50 ms where SciPy takes 400. PyAV is an extra; without it `view_filter` is None.
"""

from __future__ import annotations

import functools
import threading
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from paircat.engine.picture import color

_MOST = np.uint16(65535)
_lock = threading.Lock()  # a filter has one frame in work at a time


class ViewFilter:
    """Applies a table to pictures of one size. Values are codes from 0 to 65535, along the table's axes and out of it.

    Args:
        table: float32 (edge, edge, edge, 3), display values 0..1, red first.
    """

    def __init__(self, table: np.ndarray, width: int, height: int) -> None:
        import av

        self._size = width, height
        made: Any = av  # its stubs know fewer kinds of arguments than it takes
        self._graph = made.filter.Graph()
        with TemporaryDirectory(prefix="paircat_view_") as folder:
            file = Path(folder, "view.cube")  # FFmpeg takes tables from files alone, and reads it now
            rows = np.clip(table, 0.0, 1.0).transpose(2, 1, 0, 3).reshape(-1, 3)
            lines = "\n".join(f"{red:.6f} {green:.6f} {blue:.6f}" for red, green, blue in rows.tolist())
            file.write_text(f"LUT_3D_SIZE {len(table)}\n{lines}\n", encoding="ascii")
            source = self._graph.add_buffer(width=width, height=height, format="gbrp16le", time_base="1/24")
            middle = self._graph.add("lut3d", file=str(file), interp="tetrahedral")
            sink = self._graph.add("buffersink")
            source.link_to(middle)
            middle.link_to(sink)
            self._graph.configure()
        self._frame = functools.partial(made.VideoFrame, width, height, "gbrp16le")

    def apply(self, codes: np.ndarray) -> np.ndarray:
        """Uint16 (height, width, 3) through the table."""
        width, height = self._size
        frame = self._frame()
        for plane, channel in zip(frame.planes, (1, 2, 0), strict=True):
            rows = np.frombuffer(plane, np.uint16).reshape(height, -1)
            rows[:, :width] = codes[:, :, channel]
        out = np.empty_like(codes)
        with _lock:
            self._graph.push(frame)
            made = self._graph.pull()
        for plane, channel in zip(made.planes, (1, 2, 0), strict=True):
            out[:, :, channel] = np.frombuffer(plane, np.uint16).reshape(height, -1)[:, :width]
        return out


def view_filter(view: str, width: int, height: int) -> ViewFilter | None:
    """That of a view and size; None where there is no PyAV.

    Raises:
        PairCatError: there is no such view.
    """
    color.view_table(view)  # a view that is not there is reported, whether there is PyAV or not
    try:
        return _filter(view, color.config_name(), width, height)
    except ImportError:
        return None


def axis_codes(values: np.ndarray) -> np.ndarray:
    """Light as codes along the table's axes, uint16."""
    return np.rint(color.to_axis(values) * _MOST).astype(np.uint16)


@functools.lru_cache(maxsize=4)
def _filter(view: str, config: str, width: int, height: int) -> ViewFilter:
    return ViewFilter(color.view_table(view), width, height)
