"""Whole files that are either the old one or the new one, whatever happens in between.

Everything an artist could lose goes through here: the new content is written beside the old file, flushed to the disk,
and takes its name in one step.
"""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Iterator
from pathlib import Path

from paircat.engine.errors import PairCatError
from paircat.engine.part_file import part_name


@contextlib.contextmanager
def replacing(path: str | os.PathLike[str]) -> Iterator[Path]:
    """Give the block a path beside `path` to write; put it in place when the block ends well, remove it otherwise.

    The temporary name keeps the suffix, since image libraries choose the format by it. Of a symbolic link it is the
    target that is replaced, and the temporary file stands beside that: a name takes another in one step only there.

    Raises:
        PairCatError: the disk is full, or the folder cannot be written.
    """
    named = Path(path)
    target = Path(os.path.realpath(named)) if named.is_symlink() else named
    beside = target.with_name(part_name(target, named.suffix))
    try:
        yield beside
        with beside.open("rb+") as file:
            os.fsync(file.fileno())
        with contextlib.suppress(PermissionError):  # some network drives give permissions themselves
            beside.chmod(_mode(target))
        beside.replace(target)
        _sync_folder(target.parent)
    except OSError as error:
        raise PairCatError(_sentence(named, error)) from error
    finally:
        with contextlib.suppress(OSError):
            beside.unlink(missing_ok=True)


def write_text(path: str | os.PathLike[str], text: str) -> None:
    """Replace a text file (UTF-8) whole."""
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")


def write_bytes(path: str | os.PathLike[str], content: bytes) -> None:
    """Replace a binary file whole."""
    with replacing(path) as beside:
        beside.write_bytes(content)


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced, or of any new file: some libraries make theirs private."""
    try:
        return target.stat().st_mode & 0o777
    except OSError:
        return 0o666 & ~_UMASK


def _umask() -> int:
    """The process's mask, which can only be read by setting it; once, before there are threads."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


_UMASK = _umask()


def _sync_folder(folder: Path) -> None:
    """Make the renaming itself durable. Windows has no such call and needs none."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError:  # some network file systems refuse it for folders
        pass
    finally:
        os.close(handle)


def _sentence(target: Path, error: OSError) -> str:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"'{target}' could not be written: the disk is full. Free some space; what was there before is unharmed."
    return f"'{target}' could not be written: {error.strerror or error}. Check that its folder exists and is writable."
