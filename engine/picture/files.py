"""Image files: reading a frame and its header, and writing one, so that a round trip changes nothing.

Through OpenImageIO. What happens to numbers:
    half, float     as they are; nothing is clamped on the way in or out.
    uint8, uint16   k / 255 and k / 65535, the nearest float32. Written: clipped to 0..1 and rounded, NaN as 0.
    DPX 10, 12 bit  widened to 16 bits by repeating their top bits (as OpenImageIO does), then like uint16.
    uint (32 bit)   numbers of objects, materials and the like: the value itself, not a fraction of 2^32. Exact up to
                    2^24, beyond which float32 skips whole numbers.
    other types     (signed integers, double) as OpenImageIO turns them into float.
Alpha: values are kept as the file has them. A PNG or TIFF with unassociated alpha is neither multiplied on reading nor
divided on writing; as in any compositor that is a step of the recipe.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import OpenImageIO as oiio

from paircat.engine.atomic import replacing
from paircat.engine.errors import FrameError, MissingFrameError, PairCatError
from paircat.engine.picture.box import Box
from paircat.engine.picture.channels import canonical
from paircat.engine.picture.formats import EXR, JPEG, PNG, FileFormat, format_of
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.metadata import carry_over, read_attributes

_HALF_MOST = 65504.0  # the largest number that half holds; a larger one would become infinite
_INTEGER_TOP = {"uint8": 255, "uint10": 1023, "uint12": 4095, "uint16": 65535}
_MAIN_PARTS = ("rgba", "rgb", "main", "beauty")
_AGAIN = "Render it or copy it again."


def read_header(path: str | os.PathLike[str], frame: int | None = None) -> Header:
    """Channels, windows, stored types and metadata of a file, without decoding its pixels.

    Args:
        frame: its number, for the error's sake.

    Raises:
        MissingFrameError: there is no such file.
        FrameError: the file is empty, cannot be opened, or is no picture.
    """
    source = _open(path, frame)
    try:
        return _merge(list(_parts(source, path, frame).values()))
    finally:
        source.close()


def read_image(path: str | os.PathLike[str], frame: int | None = None) -> Image:
    """A file's picture; the parts of a multi-part EXR become layers of one picture, over the union of their windows.

    Raises:
        MissingFrameError: there is no such file.
        FrameError: the file is empty, truncated, damaged, cannot be opened, or is no picture.
    """
    source = _open(path, frame)
    try:
        parts = _parts(source, path, frame)
        pictures = [Image(part, _pixels(source, number, path, frame)) for number, part in parts.items()]
    finally:
        source.close()
    if len(pictures) == 1:
        return pictures[0]
    header = _merge(list(parts.values()))
    layers = [picture.over_window(header.data_window) for picture in pictures]
    return Image(header, np.ascontiguousarray(np.concatenate(layers, axis=2)))


def write_image(
    path: str | os.PathLike[str],
    image: Image,
    *,
    data_type: str = "auto",
    compression: str = "auto",
    quality: int | None = None,
) -> Path:
    """Write a picture in the format that the name's ending says, whole or not at all. Missing folders are created.

    A format that keeps no data window (all but EXR) gets the display window, zero where there are no pixels. EXR is
    written as one part, in scan lines.

    Args:
        data_type: half, float, uint, uint8, uint10, uint12 or uint16, as far as the format has it; `auto` is what each
            channel's source had, else half for EXR, 16 bits for TIFF, PNG and DPX, 8 bits for JPEG.
        compression: a name that the format knows, such as zip, piz, dwaa; `auto` is the source's, else zip.
        quality: 1 to 100 for JPEG (95 where None); for dwaa and dwab the level of loss (the source's or 45).

    Raises:
        PairCatError: the format cannot hold the channels or type, the disk is full, the folder cannot be written.
    """
    target = Path(path)
    kind = format_of(target)
    if not kind.windows:
        image = _as_seen(image, kind, target)
    types = _types(image.header, kind, data_type, target)
    spec = _spec(image.header, types, kind)
    _compress(spec, image.header, kind, compression, quality, target)
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PairCatError(
            f"The folder '{target.parent}' could not be created: {error.strerror or error}. "
            "Choose another folder or ask for the right to write there."
        ) from error
    with replacing(target) as beside:
        _write(beside, target, kind, spec, _stored(image.pixels, types))
    return target


def _open(path: str | os.PathLike[str], frame: int | None) -> Any:
    """An ImageInput, or the sentence that says why there is none."""
    file = Path(path)
    try:
        size = file.stat().st_size
        if file.is_file() and size:
            with file.open("rb"):
                pass
    except FileNotFoundError:
        raise MissingFrameError(
            f"{_named(file, frame)} does not exist. {_AGAIN.replace('Render it', 'Render it, correct the path,')}",
            str(file),
            frame,
        ) from None
    except OSError as error:
        raise FrameError(
            f"{_named(file, frame)} cannot be opened: {error.strerror or error}. Check who may read the file.",
            str(file),
            frame,
        ) from error
    if not file.is_file():
        raise FrameError(f"{_named(file, frame)} is no file. Name a picture inside of it.", str(file), frame)
    if not size:
        raise _unreadable(file, frame, "it is empty (0 bytes)")
    config = oiio.ImageSpec()
    config["oiio:UnassociatedAlpha"] = 1  # as stored: OpenImageIO would multiply it into the colours
    source = oiio.ImageInput.open(str(file), config)
    if source is None:
        reason = oiio.geterror()
        if "format reader" in reason or reason.startswith("Not a"):
            reason = "it is no picture in a known format"
        raise _unreadable(file, frame, reason)
    return source


def _named(file: Path, frame: int | None) -> str:
    return f"'{file}'" if frame is None else f"Frame {frame}, '{file}',"


def _unreadable(path: str | os.PathLike[str], frame: int | None, reason: str) -> FrameError:
    brief = " ".join(reason.split())[:200].rstrip(".")
    return FrameError(f"{_named(Path(path), frame)} cannot be read: {brief}. {_AGAIN}", str(path), frame)


def _parts(source: Any, path: str | os.PathLike[str], frame: int | None) -> dict[int, Header]:
    """A Header for the number of each part of the file, the main picture's first.

    The channels' names are those that they will have in the merged picture.
    """
    specs: list[Any] = []
    while source.seek_subimage(len(specs), 0):
        spec = source.spec()
        if spec.deep:
            raise FrameError(
                f"{_named(Path(path), frame)} is a deep picture. Flatten it and write it again.", str(path), frame
            )
        specs.append(spec)
        if source.format_name() != "openexr":  # pages and thumbnails of other formats are other pictures
            break
    source.geterror()  # the end of the parts is reported as an error
    if not specs:
        raise _unreadable(path, frame, "it holds no picture")
    titles = [spec.get_string_attribute("oiio:subimagename") for spec in specs]
    main = _main_part(titles)
    headers = {main: _header(specs[main], tuple(specs[main].channelnames))}
    taken = set(headers[main].channels)
    for number, spec in enumerate(specs):
        if number != main:
            headers[number] = _header(spec, _part_names(spec.channelnames, titles[number], number, taken))
            taken.update(headers[number].channels)
    return headers


def _main_part(titles: Sequence[str]) -> int:
    """Which part is the picture that the others belong to: by its name, else the first without one, else the first."""
    lower = [title.lower() for title in titles]
    return next((lower.index(name) for name in (*_MAIN_PARTS, "") if name in lower), 0)


def _part_names(channels: Sequence[str], title: str, number: int, taken: set[str]) -> tuple[str, ...]:
    """A further part's channels: its name stands before the bare ones, or, where one of them is taken, before all."""
    layer = f"part{number}" if title.lower() in ("", "rgba", "rgb") else title  # rgb.R would mean the main picture's R
    bare = not title or title.lower() in _MAIN_PARTS
    names = tuple(name if bare or "." in name else f"{layer}.{name}" for name in channels)
    if taken.intersection(names):  # together, so that no picture has colours of one part and alpha of another
        names = tuple(f"{layer}.{name}" for name in channels)
    while taken.intersection(names):
        names = tuple(f"{layer}.{name}" for name in names)
    return names


def _header(spec: Any, names: tuple[str, ...]) -> Header:
    formats = tuple(str(kind) for kind in spec.channelformats) or (str(spec.format),) * spec.nchannels
    bits = spec.get_int_attribute("oiio:BitsPerSample")
    if bits in (10, 12) and formats[0] == "uint16":
        formats = (f"uint{bits}",) * spec.nchannels
    data = Box(spec.x, spec.y, spec.width, spec.height)
    display = Box(spec.full_x, spec.full_y, spec.full_width, spec.full_height)
    aspect = spec.get_float_attribute("PixelAspectRatio", 1.0)
    return Header(names, data, data if display.empty else display, aspect or 1.0, formats, read_attributes(spec))


def _merge(parts: Sequence[Header]) -> Header:
    """One header over all parts; windows become unions, what the first one says of the picture holds for all."""
    merged = parts[0]
    for part in parts[1:]:
        merged = replace(
            merged,
            channels=merged.channels + part.channels,
            formats=merged.formats + part.formats,
            data_window=merged.data_window.union(part.data_window),
            metadata={**part.metadata, **merged.metadata},
        )
    return merged


def _pixels(source: Any, part: int, path: str | os.PathLike[str], frame: int | None) -> np.ndarray:
    """Float32 (height, width, channels) of one part."""
    source.seek_subimage(part, 0)
    spec = source.spec()
    formats = [str(kind) for kind in spec.channelformats] or [str(spec.format)] * spec.nchannels
    top = _INTEGER_TOP.get(formats[0]) if len(set(formats)) == 1 else None
    pixels = _decode(source, part, (0, spec.nchannels), formats[0] if top else "float", path, frame)
    if top:
        pixels = pixels.astype(np.float32)
        pixels /= np.float32(top)
    for number, kind in enumerate(formats):
        if kind == "uint":
            whole = _decode(source, part, (number, number + 1), "uint", path, frame)
            pixels[:, :, number] = whole[:, :, 0]
    return np.ascontiguousarray(pixels, dtype=np.float32)


def _decode(source: Any, part: int, channels: tuple[int, int], kind: str, path: Any, frame: int | None) -> np.ndarray:
    pixels = source.read_image(part, 0, *channels, kind)
    # Asked even when there are pixels: the rest of a truncated JPEG comes back grey, with an error beside it.
    reason = source.geterror() or oiio.geterror()
    if pixels is None or reason:
        raise _unreadable(path, frame, reason or "it is damaged")
    return pixels


def _as_seen(image: Image, kind: FileFormat, target: Path) -> Image:
    """The display window with its corner at zero, channels in the order of formats that know them by place only."""
    header = image.header
    names = kind.check_channels(header.channels, target)
    types = _source_types(header)
    formats = tuple(types[header.channels.index(name)] for name in names)
    pixels = image.with_pixels(image.select(names), channels=names, formats=formats).over_window(header.display_window)
    window = Box(0, 0, header.display_window.width, header.display_window.height)
    return image.with_pixels(pixels, channels=names, formats=formats, data_window=window, display_window=window)


def _source_types(header: Header) -> tuple[str, ...]:
    """The stored type of every channel, empty texts where it is not known (a channel was added on the way)."""
    known = header.formats + ("",) * len(header.channels)
    return known[: len(header.channels)]


def _types(header: Header, kind: FileFormat, data_type: str, target: Path) -> tuple[str, ...]:
    """The type that each channel will have in the file."""
    kind.check_type(data_type, target)
    if data_type != "auto":
        return (data_type,) * len(header.channels)
    types = tuple(kind.stored_type(source) for source in _source_types(header))
    # Only EXR can give each channel its own type; elsewhere the largest one holds them all.
    return types if kind is EXR else (max(types, key=kind.types.index),) * len(types)


def _spec(header: Header, types: tuple[str, ...], kind: FileFormat) -> Any:
    data, display = header.data_window, header.display_window
    if data.empty:  # a picture without a single pixel has to have one in a file
        data = Box(display.x, display.y, 1, 1)
    stored = ["uint16" if name in ("uint10", "uint12") else name for name in types]
    spec = oiio.ImageSpec(data.width, data.height, len(header.channels), stored[0])
    spec.x, spec.y = data.x, data.y
    spec.full_x, spec.full_y, spec.full_width, spec.full_height = display
    carry_over(header.metadata, spec)
    spec["PixelAspectRatio"] = float(header.pixel_aspect)
    if kind is EXR:
        spec.channelnames = header.channels
        spec.erase_attribute("oiio:UnassociatedAlpha")
        if len(set(stored)) > 1:
            spec.channelformats = tuple(oiio.TypeDesc(name) for name in stored)
    elif len(header.channels) == 2 and canonical(header.channels[1]).rpartition(".")[2] == "A":
        spec.channelnames, spec.alpha_channel = ("Y", "A"), 1  # two channels are no grey with alpha by themselves
    if kind is PNG:
        spec["oiio:UnassociatedAlpha"] = 1  # the values as they are: OpenImageIO would divide the colours by alpha
    if types[0] in ("uint10", "uint12"):
        spec["oiio:BitsPerSample"] = int(types[0].removeprefix("uint"))
    return spec


def _compress(spec: Any, header: Header, kind: FileFormat, compression: str, quality: int | None, target: Path) -> None:
    if kind is JPEG:
        spec["compression"] = f"jpeg:{95 if quality is None else quality}"
        spec["jpeg:subsampling"] = "4:4:4"
        return
    if kind is PNG:
        spec["png:compressionLevel"] = 3  # half the time of the default for a few percent of size
    if not kind.compressions:
        return
    kind.check_compression(compression, target)
    if compression == "auto":
        source = str(header.metadata.get("compression", ""))
        compression = source if source in kind.compressions else kind.compressions[0]
    spec["compression"] = compression
    if compression in ("dwaa", "dwab"):
        level = header.metadata.get("openexr:dwaCompressionLevel", 45) if quality is None else quality
        spec["compression"] = f"{compression}:{level:g}"


def _stored(pixels: np.ndarray, types: tuple[str, ...]) -> np.ndarray:
    """The numbers as OpenImageIO is to take them: integers ready-made, so that rounding is ours and exact."""
    if not pixels.size:
        pixels = np.zeros((1, 1, pixels.shape[2]), np.float32)
    top = _INTEGER_TOP.get(types[0])
    if top:
        scaled = np.clip(np.nan_to_num(pixels, nan=0.0, posinf=1.0, neginf=0.0), 0.0, 1.0) * np.float32(top)
        codes = np.rint(scaled).astype(np.uint16)
        if types[0] == "uint8":
            return codes.astype(np.uint8)
        bits = {"uint10": 10, "uint12": 12}.get(types[0])
        return codes if bits is None else (codes << (16 - bits)) | (codes >> (2 * bits - 16))
    halves = [number for number, name in enumerate(types) if name == "half"]
    if halves and np.nanmax(np.abs(pixels[:, :, halves]), initial=0) > _HALF_MOST:
        pixels = pixels.copy()
        beyond = pixels[:, :, halves]  # infinities stay what they are; what is finite stays so
        pixels[:, :, halves] = np.where(np.isinf(beyond), beyond, beyond.clip(-_HALF_MOST, _HALF_MOST))
    if "uint" not in types:
        return pixels
    # OpenImageIO stores fractions of 2^32 - 1; in double precision the way there and back is exact.
    exact = pixels.astype(np.float64)
    for number, name in enumerate(types):
        if name == "uint":
            whole = np.clip(np.rint(np.nan_to_num(exact[:, :, number])), 0, 2**32 - 1)
            exact[:, :, number] = whole / (2**32 - 1)
    return exact


def _write(beside: Path, target: Path, kind: FileFormat, spec: Any, pixels: np.ndarray) -> None:
    if kind is JPEG:
        _reserve(beside, pixels.nbytes)
    out = oiio.ImageOutput.create(str(beside))
    done = False
    if out is not None:
        try:
            done = out.open(str(beside), spec) and out.write_image(np.ascontiguousarray(pixels))
        finally:
            done = out.close() and done  # the last bytes are written here, so it can be what fails
    if done and _ended(beside, kind):
        return
    reason = (out.geterror() if out is not None else "") or oiio.geterror() or "unknown reason"
    folder = target.parent
    if shutil.disk_usage(folder).free < pixels.nbytes // 8 or "No space left" in reason:
        raise OSError(errno.ENOSPC, "disk full")
    if not os.access(folder, os.W_OK):
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))
    raise PairCatError(f"'{target}' could not be written: {' '.join(reason.split())}. Check the folder and its disk.")


def _ended(file: Path, kind: FileFormat) -> bool:
    """Whether a file that was written has its end. OpenImageIO's PNG and JPEG writers are silent about a full disk."""
    mark = {PNG: b"IEND\xaeB`\x82", JPEG: b"\xff\xd9"}.get(kind, b"")
    return not mark or file.read_bytes().endswith(mark)


def _reserve(file: Path, nbytes: int) -> None:
    """See that there is room for the pixels before libjpeg starts, which ends the whole process on a full disk."""
    if hasattr(os, "posix_fallocate"):
        with file.open("wb") as probe:
            os.posix_fallocate(probe.fileno(), 0, nbytes)
    elif shutil.disk_usage(file.parent).free < nbytes:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
