"""Movies: their frames as pictures, by number and exact. Through PyAV, which is an extra; movie_writer.py makes them.

A frame's number is its place among the presentation times of the file's packets, counted from 1; so it is right for
files with B-frames, variable frame rates and edit lists. A container that states no such times (H.264 with B-frames in
AVI) is decoded once, when it is first opened, for the order of its frames. Going on from frame to frame decodes each
once; going elsewhere starts at the key frame before.
"""

from __future__ import annotations

import bisect
import functools
import itertools
import os
import threading
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from paircat.engine.errors import FrameError, MissingFrameError, PairCatError
from paircat.engine.picture.box import Box
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.metadata import Attribute

SUFFIXES = (".mov", ".mp4", ".m4v", ".mxf", ".avi", ".mkv", ".webm")

_IDLE_DECODERS = 4
# Containers that store frames as they are decoded, without their presentation times: FFmpeg counts those up instead.
_WITHOUT_TIMES = ("avi", "mxf")
# AVColorSpace, as streams are tagged, to the matrices of libswscale.
_MATRIX = {1: 1, 4: 4, 5: 5, 6: 5, 7: 7, 9: 9, 10: 9}
ITU709, VIDEO_RANGE, FULL_RANGE = 1, 1, 2
_ITU601 = 5
_FPS_NAME = "FramesPerSecond"


def is_movie(path: str | os.PathLike[str]) -> bool:
    """Whether a name ends as movies do."""
    return Path(path).suffix.lower() in SUFFIXES


def count(path: str | os.PathLike[str]) -> int:
    """How many frames a movie has.

    Raises:
        FrameError: it is no movie, is damaged, or has no picture. MissingFrameError: it does not exist.
        PairCatError: PyAV is not installed.
    """
    return len(_clip(path).times)


def fps(path: str | os.PathLike[str]) -> Fraction:
    """Frames per second. Raises as `count`."""
    return _clip(path).rate


def read_header(path: str | os.PathLike[str]) -> Header:
    """What is true of all frames of a movie; `FramesPerSecond` is among the metadata. Raises as `count`."""
    return _clip(path).header


def read_frame(path: str | os.PathLike[str], frame: int) -> Image:
    """One frame as R, G, B (and A where the codec has it), display-referred as the movie stores it.

    Up to 8 bits come through rgb24 as k/255, more through rgb48 as k/65535. The stream's own range and matrix are used;
    where it does not say, video range and BT.709 from 720 lines on, BT.601 below.

    Raises:
        MissingFrameError: the movie has no such frame, or does not exist.
        FrameError: the frame, or the movie, is damaged.
        PairCatError: PyAV is not installed.
    """
    clip = _clip(path)
    if not 1 <= frame <= len(clip.times):
        raise MissingFrameError(
            f"Frame {frame} of '{path}' does not exist; the movie has frames 1-{len(clip.times)}. "
            "Change the frame range.",
            str(path),
            frame,
        )
    decoder = _take(clip, frame - 1)
    try:
        pixels = decoder.read(frame - 1)
    except BaseException:
        decoder.close()
        raise
    _give_back(decoder)
    return Image(clip.header, pixels)


@dataclass(frozen=True)
class _Clip:
    """What is known of a movie before its pictures are wanted.

    Attributes:
        times: of all frames as they are shown, in the stream's time base. They rise, but for containers that state
            none, where they only tell the frames apart.
        keys: the places of the key frames among them, counted from 0.
    """

    path: str
    state: tuple[int, int]
    times: tuple[int, ...]
    keys: tuple[int, ...]
    rate: Fraction
    header: Header
    pixel_format: str
    matrix: int
    colour_range: int

    @functools.cached_property
    def places(self) -> dict[int, int]:
        """The place of each time."""
        return {time: place for place, time in enumerate(self.times)}


def av_library() -> Any:
    try:
        import av
    except ImportError as error:
        raise PairCatError(
            "Movies need PyAV, which is not installed. Run: pip install 'paircat[movies]', or use an image sequence."
        ) from error
    return av


def _clip(path: str | os.PathLike[str]) -> _Clip:
    try:
        status = Path(path).stat()
    except FileNotFoundError:
        raise MissingFrameError(f"The movie '{path}' does not exist. Correct the path.", str(path)) from None
    if not status.st_size:
        raise FrameError(f"The movie '{path}' is empty (0 bytes). Render it or copy it again.", str(path))
    return _scan(str(path), status.st_mtime_ns, status.st_size)


@functools.lru_cache(maxsize=64)
def _scan(path: str, mtime_ns: int, size: int) -> _Clip:
    """Walk through a movie's packets, undecoded, for the times of its frames."""
    av = av_library()
    try:
        with av.open(path) as container:
            if not container.streams.video:
                raise FrameError(f"'{path}' holds no picture, only sound or data. Choose another file.", path)
            stream = container.streams.video[0]
            context = stream.codec_context
            packets = [item for item in container.demux(stream) if item.pts is not None and not item.is_discard]
            times = sorted({item.pts for item in packets})
            if _is_unordered(container, stream, packets):
                times = _decoded_times(path, times)
            key_times = {item.pts for item in packets if item.is_keyframe}
            keys = [place for place, time in enumerate(times) if time in key_times]
            rate = stream.average_rate or stream.guessed_rate or Fraction(24)
            high = context.height >= 720
            full = context.color_range == FULL_RANGE or (context.pix_fmt or "").startswith("yuvj")
            clip = _Clip(
                path, (mtime_ns, size), tuple(times), tuple(keys), Fraction(rate), _header(stream, Fraction(rate)),
                _pixel_format(context.format), _MATRIX.get(int(context.colorspace), ITU709 if high else _ITU601),
                FULL_RANGE if full else VIDEO_RANGE,
            )  # fmt: skip
    except (av.FFmpegError, AttributeError) as error:  # a stream of an unknown codec has no format
        raise _damaged(path, None, error) from error
    if not times:
        raise FrameError(f"The movie '{path}' has no frames. Render it or copy it again.", path)
    return clip


def _is_unordered(container: Any, stream: Any, packets: list[Any]) -> bool:
    """Whether frames are shown in another order than they are stored in, and the packets' times do not tell which."""
    return (
        container.format.name in _WITHOUT_TIMES
        and stream.codec_context.has_b_frames
        and not all(item.is_keyframe for item in packets)
        and all(one.pts < next_one.pts for one, next_one in itertools.pairwise(packets))
    )


def _decoded_times(path: str, times: list[int]) -> list[int]:
    """The times of all packets in the order in which the decoder gives their frames.

    Raises:
        FrameError: a frame cannot be decoded, so that there is no telling where it belongs.
    """
    with av_library().open(path) as container:
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        found = [frame.pts for frame in container.decode(stream)]
    if sorted(found, key=lambda time: (time is not None, time)) != times:
        raise FrameError(
            f"The movie '{path}' does not say in which order its frames are shown, and not all of them can be decoded "
            "to find out. Copy it again, or convert it to .mov or .mp4.",
            path,
        )
    return found


def _header(stream: Any, rate: Fraction) -> Header:
    context = stream.codec_context
    window = Box(0, 0, context.width, context.height)
    deep = any(part.bits > 8 for part in context.format.components)
    names = ("R", "G", "B", "A") if _has_alpha(context.format) else ("R", "G", "B")
    metadata = {_FPS_NAME: Attribute("rational", (rate.numerator, rate.denominator))}
    # A container may say what the codec's own frames do not, as of ProRes.
    aspect = float(stream.sample_aspect_ratio or context.sample_aspect_ratio or 1)
    return Header(names, window, window, aspect, ("uint16" if deep else "uint8",) * len(names), metadata)


def _has_alpha(pixel_format: Any) -> bool:
    return any(part.is_alpha for part in pixel_format.components)


def _pixel_format(pixel_format: Any) -> str:
    """The packed format that holds all of a stream's bits."""
    if any(part.bits > 8 for part in pixel_format.components):
        return "rgba64le" if _has_alpha(pixel_format) else "rgb48le"
    return "rgba" if _has_alpha(pixel_format) else "rgb24"


def _damaged(path: str, frame: int | None, error: object) -> FrameError:
    place = f"The movie '{path}'" if frame is None else f"Frame {frame} of '{path}'"
    reason = getattr(error, "strerror", None) or error
    return FrameError(f"{place} cannot be read: {reason}. Render it or copy it again.", path, frame)


class _Decoder:
    """An open movie and how far it is decoded. Used by one thread at a time."""

    def __init__(self, clip: _Clip) -> None:
        self.clip = clip
        av = av_library()
        try:
            self._container = av.open(clip.path)
        except av.FFmpegError as error:
            raise _damaged(clip.path, None, error) from error
        self._stream = self._container.streams.video[0]
        self._stream.thread_type = "AUTO"
        self._frames = self._container.decode(self._stream)
        self.next = 0

    def close(self) -> None:
        self._container.close()

    def reaches(self, place: int) -> bool:
        """Whether decoding on gets to a frame no later than starting at the key frame before it."""
        key = self._key(place)
        return self.next <= place and (key is None or key <= self.next)

    def _key(self, place: int) -> int | None:
        """The place of the key frame at or before a place."""
        number = bisect.bisect_right(self.clip.keys, place) - 1
        return self.clip.keys[number] if number >= 0 else None

    def read(self, place: int) -> np.ndarray:
        """Float32 (height, width, 3 or 4) of the frame at `place`, counted from 0."""
        av = av_library()
        times, key = self.clip.times, self._key(place)
        try:
            found = self._decode_until(place) if self.reaches(place) else None
            for start in () if found else (times[key or 0], times[0]):
                self._container.seek(start, stream=self._stream, backward=True)
                self._frames = self._container.decode(self._stream)
                found = self._decode_until(place)
                if found:
                    break
        except av.FFmpegError as error:
            raise _damaged(self.clip.path, place + 1, error) from error
        if found is None or found.is_corrupt:
            raise _damaged(self.clip.path, place + 1, "its data is damaged or missing")
        self.next = place + 1
        return self._pixels(found)

    def _decode_until(self, place: int) -> Any:
        """The frame of that place, or None where the movie has gone beyond it."""
        for frame in self._frames:
            reached = self.clip.places.get(frame.pts, -1)
            if reached == place:
                return frame
            if reached > place:
                return None
        return None

    def _pixels(self, frame: Any) -> np.ndarray:
        from av.video.reformatter import Interpolation

        exact = Interpolation.BICUBIC | Interpolation.ACCURATE_RND | Interpolation.FULL_CHR_H_INT
        codes = frame.to_ndarray(
            format=self.clip.pixel_format,
            src_colorspace=self.clip.matrix,
            src_color_range=self.clip.colour_range,
            dst_color_range=FULL_RANGE,
            interpolation=exact,
        )
        return codes.astype(np.float32) / np.float32(np.iinfo(codes.dtype).max)


_idle: list[_Decoder] = []
_idle_lock = threading.Lock()


def _take(clip: _Clip, place: int) -> _Decoder:
    """An idle decoder of this very file, best one that only has to go on; else a new one."""
    with _idle_lock:
        for stale in [item for item in _idle if item.clip.path == clip.path and item.clip.state != clip.state]:
            _idle.remove(stale)
            stale.close()
        mine = [item for item in _idle if item.clip == clip]
        if mine:
            best = max(mine, key=lambda item: (item.reaches(place), item.next))
            _idle.remove(best)
            return best
    return _Decoder(clip)


def _give_back(decoder: _Decoder) -> None:
    with _idle_lock:
        _idle.append(decoder)
        while len(_idle) > _IDLE_DECODERS:
            _idle.pop(0).close()
