"""ImageSequence: the frames behind a path: a numbered sequence, a single file, a folder's only sequence, or a movie."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from pathlib import Path

from fileseq import FileSequence

from paircat.engine.errors import FrameError, MissingFrameError, PairCatError
from paircat.engine.home_folder import typed_path
from paircat.engine.path_kind import is_file, is_folder
from paircat.engine.picture import files, movies
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Header, Image

# The frame field of a file's name: ####, @@@@, %04d, [1001-1040], 1001-1040####. A single @ has to stand alone.
_FIELD = re.compile(
    r"(?:(?<![A-Za-z\d-])(?P<from>-?\d+)-(?P<to>-?\d+))?(?P<marks>#+|@+|%(?P<zeros>0?\d*)d)|\[(?P<first>-?\d+)-(?P<last>-?\d+)\]"
)
_SEPARATORS = ("", ".", "_", "-")  # beside a single @; the first is an end of the name
FARTHEST = 9_999_999
"""The highest frame of a single file; a longer number in its name is a date or a serial number."""
_NUMBERED = re.compile(r"\.(-?\d+)\.[^.]+$")
_PICTURES = frozenset((
    "exr", "sxr", "tif", "tiff", "png", "dpx", "jpg", "jpeg", "hdr", "webp", "tga", "bmp", "jp2", "jxl", "cin",
    "psd", "sgi", "rgb", "rgba", "iff", "pic", "gif", "ppm", "pgm", "pfm",
))  # fmt: skip


@dataclass(frozen=True)
class Pattern:
    """A file's name divided at its frame field.

    Attributes:
        digits: the least number of digits, filled up with zeros; a minus sign counts as one, as %04d counts.
        limits: the first and last frame that the pattern itself names, or None.
        any_digits: whether files are found whatever their zeros: [1-40] says nothing about them.
    """

    folder: Path
    before: str
    after: str
    digits: int
    limits: tuple[int, int] | None = None
    any_digits: bool = False

    @classmethod
    def parse(cls, path: str) -> Pattern | None:
        """The pattern in the last part of a path, or None where there is no frame field. The last field counts."""
        folder, name = os.path.split(path)
        fields = [hit for hit in _FIELD.finditer(name) if hit["marks"] != "@" or _stands_alone(name, hit)]
        if not fields:
            return None
        hit = fields[-1]
        limits, digits = None, 1
        first, last = hit["first"] or hit["from"], hit["last"] or hit["to"]
        if first is not None:
            limits, digits = (int(first), int(last)), len(first)
        if hit["marks"]:
            digits = int(hit["zeros"] or 1) if hit["marks"].startswith("%") else len(hit["marks"])
        return cls(Path(folder), name[: hit.start()], name[hit.end() :], digits, limits, not hit["marks"])

    def file(self, frame: int) -> Path:
        return self.folder / f"{self.before}{frame:0{self.digits}d}{self.after}"

    def frame_of(self, name: str) -> int | None:
        """The frame number in a file's name, None where the name does not fit. -001 and -0001 are both frame -1."""
        if not (name.startswith(self.before) and name.endswith(self.after)):
            return None
        number = name[len(self.before) : len(name) - len(self.after)]
        if not re.fullmatch(r"-?[0-9]+", number):
            return None
        frame = int(number)
        if not self.any_digits and number not in (
            f"{frame:0{self.digits}d}",
            f"{frame:0{self.digits + 1}d}" if frame < 0 else "",
        ):
            return None
        return frame if self.limits is None or self.limits[0] <= frame <= self.limits[1] else None


@dataclass(frozen=True, eq=False)
class ImageSequence:
    """Frames that can be read one by one.

    Attributes:
        path: the pattern, file, folder or movie, as it was given.
        frames: the frames that exist; a movie's count from 1, a single file's is the number in its name or 1.
        limits: the first and last frame that the pattern asks for, as in shot.[1001-1040].exr, or None.
        linked: whether there are links in its folder, of which what they lead to may go and come unseen.
    """

    path: str
    frames: FrameRange
    is_movie: bool = False
    limits: tuple[int, int] | None = None
    linked: bool = False
    _files: Mapping[int, Path] = field(default_factory=dict, repr=False)

    @classmethod
    def find(cls, path: str, base: Path | None = None) -> ImageSequence:
        """Find what a path means. `~` and `$VARS` are expanded, a relative path starts at `base`.

        Understood are shot.####.exr, shot.@@@@.exr, shot.%04d.exr, shot.[1001-1040].exr, shot.1001-1040####.exr, a
        single file, a movie, and a folder that holds exactly one sequence. The folder is listed once.

        Raises:
            MissingFrameError: nothing is there.
            FrameError: a folder holds no sequence or several; a movie cannot be opened.
        """
        full = expand(path, base)
        if is_folder(full):
            return cls._in_folder(path, full)
        if is_file(full):
            if movies.is_movie(full):
                frames = FrameRange.between(1, movies.count(full))
                return cls(path, frames, True, _files=dict.fromkeys(frames, full))
            number = _NUMBERED.search(full.name)
            frame = int(number[1]) if number and abs(int(number[1])) <= FARTHEST else 1
            return cls(path, FrameRange((frame,)), _files={frame: full})
        pattern = Pattern.parse(str(full))
        if pattern is None:
            _check_seen(full)
            raise MissingFrameError(f"'{full}' does not exist. Correct the path{_variables(str(full))}.", str(full))
        return cls._matching(path, full, pattern)

    @classmethod
    def _matching(cls, path: str, full: Path, pattern: Pattern) -> ImageSequence:
        names, linked = _list(pattern.folder)
        found: dict[int, Path] = {}
        for name in names:
            frame = pattern.frame_of(name)
            if frame is not None and (frame not in found or name == pattern.file(frame).name):
                found[frame] = pattern.folder / name
        if not found:
            raise MissingFrameError(
                f"No frame of '{full}' exists; its folder holds {_described(names, full.name)}. "
                f"Correct the path{_variables(str(full))}.",
                str(full),
            )
        return cls(path, FrameRange.of(found), limits=pattern.limits, linked=linked, _files=found)

    @classmethod
    def _in_folder(cls, path: str, folder: Path) -> ImageSequence:
        listed, _ = _list(folder)
        names = [name for name in listed if _suffix(name) in _PICTURES]
        clips = [name for name in listed if movies.is_movie(folder / name)]
        sequences = _grouped(names)
        if len(sequences) + len(clips) != 1:
            found = _described(names + clips)
            raise FrameError(
                f"The folder '{folder}' holds {found}, so there is no telling which sequence is meant. "
                "Name it, for example shot.####.exr.",
                str(folder),
            )
        if clips:
            return cls.find(str(folder / clips[0]))._renamed(path)
        only = sequences[0]
        if len(only) == 1 and not only.frameSet():
            return cls.find(str(folder / str(only)))._renamed(path)
        # fileseq's own file names are ambiguous where the padding is mixed, so its result is matched against the list.
        pattern = Pattern(folder, only.basename(), only.extension(), only.zfill())
        return cls._matching(path, folder / only.basename(), pattern)

    def _renamed(self, path: str) -> ImageSequence:
        return replace(self, path=path)

    def file(self, frame: int) -> Path:
        """The file that holds a frame; the movie itself for each frame of a movie.

        Raises:
            MissingFrameError: the frame does not exist.
        """
        if frame not in self._files:
            raise MissingFrameError(
                f"Frame {frame} of '{self.path}' does not exist; the frames are {self.frames}. "
                "Render it, or change the frame range.",
                self.path,
                frame,
            )
        return self._files[frame]

    def header(self, frame: int) -> Header:
        """Raises FrameError, MissingFrameError: as `read` does."""
        if self.is_movie:
            return movies.read_header(self.file(frame))
        return files.read_header(self.file(frame), frame)

    def read(self, frame: int) -> Image:
        """A frame as it is stored.

        Raises:
            MissingFrameError: the frame does not exist.
            FrameError: its file is empty, truncated or no picture.
        """
        if self.is_movie:
            return movies.read_frame(self.file(frame), frame)
        return files.read_image(self.file(frame), frame)


def expand(path: str, base: Path | None = None) -> Path:
    """A path with `~` and `$VARS` put in; a relative one starts at `base`, or at the current folder."""
    return Path(os.path.normpath((base or Path.cwd()) / typed_path(path)))


def is_readable(path: Path) -> bool:
    """Whether a file's suffix is one of pictures or movies that can be read."""
    return _suffix(path.name) in _PICTURES or movies.is_movie(path)


def is_there(file: Path) -> bool:
    """Whether a path leads to something. What may not be looked at is there: reading it says who may."""
    try:
        return file.exists()
    except OSError:
        return True


def output_file(pattern: str, frame: int, *, several: bool = True) -> Path:
    """The file that a writer makes for a frame of shot.####.exr, shot.%04d.exr or shot.[1001-1040].exr.

    Args:
        several: whether more than this one frame is written. A name without a frame field serves for one only.

    Raises:
        PairCatError: there is no frame field, but several frames.
    """
    parsed = Pattern.parse(pattern)
    if parsed is not None:
        return parsed.file(frame)
    if several:
        raise PairCatError(
            f"'{pattern}' has no place for the frame number, so each frame would replace the one before. "
            "Write the name as shot.####.exr."
        )
    return Path(pattern)


def _stands_alone(name: str, hit: re.Match[str]) -> bool:
    """Whether a part of a name lies between separators: the @ of shot.@.exr does, that of still@2x.exr is a letter."""
    return name[: hit.start()][-1:] in _SEPARATORS and name[hit.end() :][:1] in _SEPARATORS


def _check_seen(file: Path) -> None:
    """Refuse what cannot even be looked for, rather than call it missing."""
    try:
        file.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError):  # a name with a NUL is an error of value
        return
    except OSError as error:
        raise FrameError(
            f"'{file}' cannot be looked at: {error.strerror}. Check who may read its folder.", str(file)
        ) from error


def _list(folder: Path) -> tuple[list[str], bool]:
    """The names of a folder's files, and whether it holds links. A link that leads nowhere is no file."""
    try:
        with os.scandir(folder) as entries:
            # Hidden files are half-written ones or other programs' leftovers.
            found = [entry for entry in entries if not entry.name.startswith(".")]
        linked = any(entry.is_symlink() for entry in found)
        return sorted(entry.name for entry in found if _is_file(entry)), linked
    except FileNotFoundError:
        raise MissingFrameError(
            f"The folder '{folder}' does not exist. Correct the path{_variables(str(folder))}.", str(folder)
        ) from None
    except OSError as error:
        raise FrameError(
            f"The folder '{folder}' cannot be listed: {error.strerror or error}. Check who may read it.", str(folder)
        ) from error


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return (not entry.is_symlink() or is_there(Path(entry.path))) and not entry.is_dir()
    except PermissionError:  # a link to what may not be looked at
        return True


def _grouped(names: list[str]) -> list[FileSequence]:
    return sorted(FileSequence.findSequencesInList(names), key=str)


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].lower()


def _described(names: list[str], wanted: str = "") -> str:
    """What a folder holds, in few words: its first sequences, or those whose names are most like the wanted one."""
    found = _grouped([name for name in names if is_readable(Path(name))])
    pattern = Pattern.parse(wanted)
    if pattern:
        # Beside the frame field: how many digits somebody thought of says little about which name was meant.
        like = SequenceMatcher(None, "", pattern.before + pattern.after)
        found.sort(key=lambda one: _likeness(like, one.basename() + one.extension()), reverse=True)
    if not found:
        return "no pictures"
    return ", ".join(map(_named, found[:5])) + (f" and {len(found) - 5} more" if len(found) > 5 else "")


def _likeness(like: SequenceMatcher[str], name: str) -> float:
    like.set_seq1(name)
    return like.ratio()


def _named(sequence: FileSequence) -> str:
    """A sequence as `find` takes it, with its frames; a single picture by its own name."""
    frames = sequence.frameSet()
    if not frames:
        return str(sequence)
    if len(frames) == 1:
        return next(iter(sequence))
    return f"{sequence.basename()}{'#' * max(sequence.zfill(), 1)}{sequence.extension()} {frames}"


def _variables(path: str) -> str:
    """A hint at variables that are not set, since they stay in the path as they were."""
    unset = re.findall(r"\$\{?\w+\}?", path)
    return f", or set the variable {', '.join(unset)}" if unset else ""
