"""Output: where a range of frames is written, and how: image files one by one, or one movie."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paircat.engine.errors import GraphError
from paircat.engine.path_kind import is_folder
from paircat.engine.picture import channels as channel_names
from paircat.engine.picture import color, files, formats, movies
from paircat.engine.picture.channels import canonical
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.metadata import Attribute
from paircat.engine.picture.movie_writer import MovieWriter, check_writable
from paircat.engine.picture.op import Op


@dataclass(frozen=True)
class WriteSettings:
    """Where frames go, and how.

    Attributes:
        file: shot.####.exr, shot.%04d.exr, or a movie's name ending in .mp4 or .mov.
        data_type, compression, quality: as `files.write_image` has them.
        colorspace: convert the colours from scene_linear to this; empty to write them as they are. A movie that names
            none gets linear pictures through the sRGB curve, others as they are.
        channels: a selection; empty for all that the format can hold.
        fps: of a movie; None for the source's, or 24.
    """

    file: str
    data_type: str = "auto"
    compression: str = "auto"
    quality: int | None = None
    colorspace: str = ""
    channels: str = ""
    fps: float | None = None


class Output:
    """Where finished pictures go: files one by one, or one movie, which is opened before the first frame is made.

    Used in a `with` block, whose end puts a movie in place; pictures may come from one other thread.
    """

    def __init__(self, settings: WriteSettings, op: Op, first: int) -> None:
        """
        Args:
            op, first: the recipe and the number of the first frame, by whose header the settings are judged.

        Raises:
            PairCatError: that frame does not exist, or cannot be written with these settings.
        """
        self._settings = settings
        self._stack = contextlib.ExitStack()
        self._movie: MovieWriter | None = None
        self._abandoned = False
        self._header = op.header(first)
        written_channels(self._settings, self._header)

    def __enter__(self) -> Output:
        if movies.is_movie(self._settings.file):
            size = self._header.display_window
            rate = self._settings.fps or _source_rate(self._header)
            alpha = len(written_channels(self._settings, self._header)) == 4
            movie = MovieWriter(
                self._settings.file, rate, size.width, size.height, alpha=alpha, pixel_aspect=self._header.pixel_aspect
            )
            self._movie = self._stack.enter_context(movie)
        return self

    def __exit__(self, *error: object) -> None:
        if error[0] is None and not self._abandoned:
            self._stack.close()
        else:
            stopped = _Stopped()
            with contextlib.suppress(_Stopped):
                self._stack.__exit__(_Stopped, stopped, None)

    @property
    def abandoned_movie(self) -> bool:
        return self._abandoned and movies.is_movie(self._settings.file)

    def abandon(self) -> None:
        """A movie that is not whole shall not take its name."""
        self._abandoned = True

    def write(self, image: Image, file: Path) -> None:
        if self._movie is not None:
            self._movie.write(_shown(image, written_channels(self._settings, image.header), self._settings.colorspace))
            return
        settings = self._settings
        picture = _with_channels(image, written_channels(self._settings, image.header))
        if settings.colorspace:
            picture = color.converted(picture, "scene_linear", settings.colorspace)
        files.write_image(
            file, picture, data_type=settings.data_type, compression=settings.compression, quality=settings.quality
        )


def written_channels(settings: WriteSettings, header: Header) -> tuple[str, ...]:
    """The channels of a picture that are written: those that are asked for, or as many as fit into the file.

    Raises:
        PairCatError: one that is asked for is not there, or they do not fit into the file.
    """
    asked, file = settings.channels, settings.file
    kind = _movie_format(file) if movies.is_movie(file) else formats.format_of(file)
    if not asked:
        return kind.fitting(header.channels)
    return kind.check_channels(channel_names.select(header.channels, asked), file)


def remark(settings: WriteSettings, header: Header) -> str:
    """What whoever uses the files should know, in sentences: what they lack, that they look too dark; or nothing."""
    names = written_channels(settings, header)
    left_out = [] if settings.channels else [name for name in header.channels if name not in names]
    said = [f"'{Path(settings.file).name}' has no room for {', '.join(left_out)}."] if left_out else []
    if channel_names.lights(names) and _is_dark(settings, header):
        said.append(
            "The values are linear light, as they are, which other programs show too dark; set Colour space to the one "
            "of your screen for files that are to be looked at."
        )
    return " ".join(said)


def _is_dark(settings: WriteSettings, header: Header) -> bool:
    """Whether light is stored as what other programs take for display-referred."""
    file = settings.file
    if settings.colorspace or movies.is_movie(file) or color.view_for(header) == color.NO_VIEW:
        return False
    stored = formats.format_of(file).stored_type(header.formats[0] if header.formats else "half")
    return (stored if settings.data_type == "auto" else settings.data_type).startswith("uint")


def check_settings(settings: WriteSettings) -> None:
    """Refuse what can be seen to be wrong without a frame.

    Raises:
        PairCatError: the file's name, type, compression or colour space cannot be; or PyAV is missing for a movie.
    """
    if is_folder(settings.file):
        raise GraphError(f"'{settings.file}' is a folder; write a file's name behind it, for example shot.####.exr.")
    if settings.colorspace:
        color.check_space(settings.colorspace)
    if movies.is_movie(settings.file):
        check_writable(settings.file)
        _movie_format(settings.file).check_type(settings.data_type, settings.file)
        return
    kind = formats.format_of(settings.file)
    kind.check_type(settings.data_type, settings.file)
    kind.check_compression(settings.compression, settings.file)


def _movie_format(file: str) -> formats.FileFormat:
    return formats.MOVIE_WITH_ALPHA if Path(file).suffix.lower() == ".mov" else formats.MOVIE


class _Stopped(Exception):  # noqa: N818  (no error: it tells MovieWriter that the movie is not whole)
    """The work was stopped."""


def _with_channels(image: Image, names: tuple[str, ...]) -> Image:
    header = image.header
    if names == header.channels:
        return image
    known = header.formats + ("",) * len(header.channels)
    return image.with_pixels(
        image.select(names), channels=names, formats=tuple(known[image.index(name)] for name in names)
    )


def _shown(image: Image, names: tuple[str, ...], colorspace: str) -> np.ndarray:
    """Display-referred float32 (height, width, 3) of the display window, 4 with alpha; one channel is shown as grey."""
    header = image.header
    whole = _with_channels(image, names).over_window(header.display_window)
    grey = np.repeat(whole[:, :, :1], 3, axis=2)
    if len(names) == 1 and canonical(names[0]).rpartition(".")[2] == "A":
        return grey  # coverage is no light
    rgb, alpha = (grey, whole[:, :, 1:]) if len(names) == 1 else (whole[:, :, :3], whole[:, :, 3:])
    if colorspace:
        rgb = color.convert(rgb, "scene_linear", colorspace)
    else:
        rgb = color.display_view(rgb, color.view_for(header))
    return np.concatenate([rgb, alpha], axis=2)


def _source_rate(header: Header) -> float:
    stated = header.metadata.get("FramesPerSecond")
    if isinstance(stated, Attribute) and stated.value[1]:
        return stated.value[0] / stated.value[1]
    return float(stated) if isinstance(stated, (int, float)) and stated else 24.0
