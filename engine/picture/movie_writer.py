"""MovieWriter: frames as a movie, H.264 or ProRes, through PyAV, which is an extra."""

from __future__ import annotations

import contextlib
import os
from fractions import Fraction
from pathlib import Path
from typing import Any, Self

import numpy as np

from paircat.engine.atomic import replacing
from paircat.engine.errors import PairCatError
from paircat.engine.picture.movies import FULL_RANGE, ITU709, VIDEO_RANGE, av_library

_CODECS = {".mp4": "h264", ".m4v": "h264", ".mkv": "h264", ".mov": "prores"}
_ROOM = 1 << 20  # bytes that have to fit onto the disk for a movie to be begun


def check_writable(path: str | os.PathLike[str], codec: str = "") -> str:
    """The codec for a movie of this name: the one that is asked for, or what the suffix stands for.

    Raises:
        PairCatError: such a movie cannot be written, or PyAV is not installed.
    """
    suffix = Path(path).suffix.lower()
    chosen = codec or _CODECS.get(suffix, "")
    if chosen not in ("h264", "prores") or suffix not in _CODECS:
        raise PairCatError(
            f"'{path}' cannot be written as a movie{f' with {codec}' if codec else ''}; "
            "let the name end in .mp4 (H.264) or .mov (ProRes)."
        )
    av_library()
    return chosen


class MovieWriter:
    """Writes display-referred frames as a movie, which takes its name when the `with` block ends well.

    H.264 (yuv420p, CRF 16) in .mp4, ProRes 422 HQ (10 bit) in .mov, 4444 where it has an alpha; all BT.709 in video
    range. H.264 needs even sizes: an odd picture gets its last column or row twice.

    Raises:
        PairCatError: PyAV is missing, the name ends otherwise, or the disk or folder refuses the file.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        fps: float | Fraction,
        width: int,
        height: int,
        codec: str = "",
        alpha: bool = False,
        pixel_aspect: float = 1.0,
    ) -> None:
        """
        Args:
            codec: h264 or prores; empty for what the suffix stands for. alpha: whether frames have one; ProRes only.
            pixel_aspect: how many times as wide as high a pixel is shown.
        """
        self._path = Path(path)
        self._codec = check_writable(path, codec)
        self._alpha = alpha
        self._rate = _exact_rate(fps)
        self._size = (width, height)
        self._pixel_aspect = Fraction(pixel_aspect).limit_denominator(1000)
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        av = av_library()
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise PairCatError(
                f"The folder '{self._path.parent}' could not be created: {error.strerror}. Choose another folder."
            ) from error
        with contextlib.ExitStack() as stack:
            beside = stack.enter_context(replacing(self._path))
            # FFmpeg's own first bytes come many frames later: a full disk is to be reported before those are made.
            beside.write_bytes(bytes(_ROOM))
            stack.enter_context(self._sentences(av))
            options = {"movflags": "+faststart"} if beside.suffix.lower() != ".mkv" else {}
            self._container = stack.enter_context(av.open(str(beside), "w", options=options))
            self._stream = self._add_stream()
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *error: Any) -> None:
        try:
            if error[0] is None:
                self._mux(None)
        except BaseException as failure:
            self._stack.__exit__(type(failure), failure, failure.__traceback__)
            raise
        self._stack.__exit__(*error)

    def write(self, pixels: np.ndarray) -> None:
        """Add a frame: float (height, width, 3), or 4 with alpha, 0..1 as shown on a display; clipped, NaN as 0.

        In a movie with alpha, a frame that has none is opaque; in one without, a frame's alpha is left out.
        """
        width, height = self._size
        if pixels.shape[:2] != (height, width):
            raise PairCatError(
                f"'{self._path}' is a movie of {width}x{height}, but a frame is {pixels.shape[1]}x{pixels.shape[0]}. "
                "Put a Reformat before it."
            )
        dtype, name = (np.uint16, "rgb48le") if self._codec == "prores" else (np.uint8, "rgb24")
        if self._alpha:
            name = "rgba64le"
        if self._alpha and pixels.shape[2] == 3:
            pixels = np.pad(pixels, ((0, 0), (0, 0), (0, 1)), constant_values=1.0)
        pixels = pixels[:, :, : 4 if self._alpha else 3]
        values = np.clip(np.nan_to_num(pixels, nan=0.0), 0.0, 1.0) * np.iinfo(dtype).max
        codes = np.pad(np.rint(values).astype(dtype), ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
        self._mux(av_library().VideoFrame.from_ndarray(np.ascontiguousarray(codes), format=name))

    def _add_stream(self) -> Any:
        deep = self._codec == "prores"
        options = {"profile": "4" if self._alpha else "3"} if deep else {"crf": "16", "preset": "medium"}
        stream = self._container.add_stream("prores_ks" if deep else "libx264", rate=self._rate, options=options)
        stream.width, stream.height = (length + length % 2 for length in self._size)
        stream.pix_fmt = ("yuva444p10le" if self._alpha else "yuv422p10le") if deep else "yuv420p"
        context = stream.codec_context
        context.colorspace = context.color_primaries = context.color_trc = ITU709
        context.color_range = VIDEO_RANGE
        context.sample_aspect_ratio = self._pixel_aspect
        return stream

    def _mux(self, frame: Any) -> None:
        if frame is not None:
            frame = frame.reformat(
                format=self._stream.pix_fmt,
                dst_colorspace=ITU709,
                src_color_range=FULL_RANGE,
                dst_color_range=VIDEO_RANGE,
            )
        for packet in self._stream.encode(frame):
            self._container.mux(packet)

    @contextlib.contextmanager
    def _sentences(self, av: Any) -> Any:
        """FFmpeg's errors that are no OSError, which `replacing` knows, as a sentence too."""
        try:
            yield
        except av.FFmpegError as error:
            if isinstance(error, OSError) and error.errno:
                raise
            raise PairCatError(
                f"'{self._path}' could not be written: {error}. Check the folder and the size of the picture."
            ) from error


def _exact_rate(rate: float | Fraction) -> Fraction:
    """23.976 means 24000/1001, and so on."""
    whole = round(float(rate) * 1.001)
    ntsc = Fraction(whole * 1000, 1001)
    return ntsc if abs(float(ntsc) - float(rate)) < 0.002 else Fraction(rate).limit_denominator(1001)
