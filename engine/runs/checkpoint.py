"""Checkpoint files: .cat, a trained network with all that applying it needs, and .ost, from where a run goes on.

A .cat is a safetensors file; its metadata holds one JSON text, the CatHeader, and a checksum of all. An .ost is a torch
file of tensors and plain values. Neither can carry code: an .ost is only ever loaded with weights_only=True. Both are
written whole.
"""

from __future__ import annotations

import dataclasses
import hashlib
import io
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from paircat.engine import atomic
from paircat.engine.errors import CheckpointError, DamagedError
from paircat.engine.path_kind import is_folder
from paircat.engine.runs.quantization import dequantized

VERSION = 1
_METADATA_KEY = "paircat"
_CHECKSUM_KEY = "checksum"
_OST_FORMAT = "paircat.ost"

Result = TypeVar("Result")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class CatHeader:
    """What a .cat says about itself; plain JSON values throughout.

    Attributes:
        run: name of the run when the file was written; the file's own name counts after a rename.
        step, total_steps: completed steps and where the run was to end.
        model_size: Small, Medium or Large.
        network: all that building the network needs.
        channels_in, channels_out: names of the channels in files.
        encoding: how pixel values become the network's values and back.
        gate: changes up to this size, as the network sees values, are noise; 0 where that is not known.
        smallest_change, largest_change: pixels of the smallest and the largest change in one piece that the pairs
            show; 0 where that is not known.
        kept: channels that are the same before and after in the pairs, and stay as they are.
        object_sizes: the smallest and the largest object that the network knows, in pixels of the edge of a square with
            its area; frames are shown reduced, so that theirs are within. Empty: as they are.
        loss, losses: the loss at this step, and some before it.
        settings: the TrainingSettings.
        data_set: the frames, a hash for each pair, their size, and the crops, batch and resolution that were trained.
        versions: of python, torch and paircat.
        created: ISO time with zone.
        picture: a small PNG as base64, or empty.
        notes: sentences for the artist: what was chosen when the run began, and what was reported when it was resumed.
        version: of this format.
    """

    run: str
    step: int
    total_steps: int
    model_size: str
    network: Mapping[str, Any]
    channels_in: tuple[str, ...]
    channels_out: tuple[str, ...]
    encoding: Mapping[str, Any] = field(default_factory=dict)
    gate: float = 0.0
    smallest_change: int = 0
    largest_change: int = 0
    kept: tuple[str, ...] = ()
    object_sizes: tuple[int, ...] = ()
    loss: float = float("nan")
    losses: tuple[float, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)
    data_set: Mapping[str, Any] = field(default_factory=dict)
    versions: Mapping[str, str] = field(default_factory=dict)
    created: str = field(default_factory=_now)
    picture: str = ""
    notes: tuple[str, ...] = ()
    version: int = VERSION

    @property
    def recent_loss(self) -> float:
        """The mean over the last steps, up to fifty, as a run's own; one step alone may lie far off."""
        recent = self.losses[-50:]
        return sum(recent) / len(recent) if recent else self.loss

    def to_json(self) -> dict[str, Any]:
        return {item.name: getattr(self, item.name) for item in dataclasses.fields(self)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> CatHeader:
        """The header that `to_json` gave; keys that are not known here are passed over.

        Raises:
            TypeError: a key without a default is missing.
        """
        known = {item.name for item in dataclasses.fields(cls)}
        values = {name: value for name, value in data.items() if name in known}
        for name in ("channels_in", "channels_out", "kept", "object_sizes", "losses", "notes"):
            if name in values:
                values[name] = tuple(values[name])
        return cls(**values)


def save_cat(path: str | Path, header: CatHeader, weights: Mapping[str, np.ndarray]) -> None:
    """Write a .cat whole: the file at `path` is the old one or the new one, never half of either.

    Raises:
        PairCatError: the disk is full, or the folder cannot be written.
    """
    text = json.dumps(header.to_json(), default=_plain, sort_keys=True)
    arrays = {name: np.asarray(array, order="C") for name, array in weights.items()}
    metadata = {_METADATA_KEY: text, _CHECKSUM_KEY: _checksum(text, arrays)}
    with atomic.replacing(path) as beside:
        try:
            save_file(arrays, beside, metadata=metadata)
        except SafetensorError as error:
            # The library reports a failed write in its own type; put the disk's reason back, where there is one.
            raise OSError(_errno_in(error), str(error)) from error


def load_cat(path: str | Path) -> tuple[CatHeader, dict[str, np.ndarray]]:
    """Header and weights of a .cat.

    Raises:
        CheckpointError: the file is missing, damaged, from a newer version, or something else.
    """

    def read(file: Any) -> tuple[CatHeader, dict[str, np.ndarray]]:
        metadata = file.metadata()
        header, arrays = _header_of(path, metadata), {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        wanted = metadata.get(_CHECKSUM_KEY)  # the first versions wrote none
        if wanted is not None and wanted != _checksum(metadata[_METADATA_KEY], arrays):
            raise _damaged(path)
        return header, arrays

    header, arrays = _open_cat(path, read)
    try:
        weights = dequantized(arrays)
    except (KeyError, ValueError) as error:
        raise _damaged(path) from error
    if not all(np.isfinite(values).all() for values in weights.values() if values.dtype.kind == "f"):
        raise CheckpointError(
            f"'{path}' holds weights that are NaN or Inf, by damage or by a training that failed; choose the "
            "checkpoint before it, or copy the file again from its source."
        )
    return header, weights


def read_header(path: str | Path) -> CatHeader:
    """The header of a .cat, without loading its weights; the file's length is checked all the same.

    Raises:
        CheckpointError: as `load_cat`.
    """
    return _open_cat(path, lambda file: _header_of(path, file.metadata()))


def trained_batch_size(cat: Path | None) -> int:
    """How many crops a step of its run had; 0 where there is no .cat, or none that says so."""
    try:
        return int(read_header(cat).data_set.get("batch_size", 0)) if cat is not None else 0
    except CheckpointError:
        return 0


def other_size(path: str | Path, header: CatHeader) -> CheckpointError:
    """What is said where a run is to begin as a .cat whose network is not of its Model Size."""
    return CheckpointError(
        f"'{path}' holds a {header.model_size} model of another size than the one to train; set Model Size to "
        f"{header.model_size}, or choose other initial weights."
    )


def save_ost(path: str | Path, state: Mapping[str, Any]) -> None:
    """Write an .ost whole. `state` holds torch tensors and plain values in dicts, lists and tuples; no numpy scalars.

    Raises:
        PairCatError: the disk is full, or the folder cannot be written.
    """
    import torch

    with atomic.replacing(path) as beside, beside.open("wb") as file:
        try:
            torch.save({"format": _OST_FORMAT, "version": VERSION, "state": dict(state)}, file)
        except RuntimeError as error:
            # torch.save turns a failed write of the file object into a RuntimeError with the cause behind it.
            cause = error.__cause__ or error.__context__
            if isinstance(cause, OSError):
                raise cause from error
            raise


def load_ost(path: str | Path) -> dict[str, Any]:
    """The state that `save_ost` wrote, with its tensors on the CPU. Nothing in the file is ever executed.

    Raises:
        CheckpointError: the file is missing, damaged, from a newer version, or something else.
    """
    import torch

    content = io.BytesIO(_content(path))
    try:
        whole = torch.load(content, map_location="cpu", weights_only=True)
    except Exception as error:
        # Damage shows as RuntimeError, UnpicklingError, EOFError, KeyError and others, whatever byte it hit.
        raise _damaged(path) from error
    if not isinstance(whole, dict) or whole.get("format") != _OST_FORMAT:
        raise CheckpointError(f"'{path}' is not a PairCat .ost file; choose one that PairCat's training wrote.")
    _check_version(path, whole.get("version"))
    return whole["state"]


def _open_cat(path: str | Path, read: Callable[[Any], Result]) -> Result:
    _check_start(path)
    try:
        with safe_open(path, framework="np") as file:
            return read(file)
    except SafetensorError as error:
        raise _damaged(path) from error
    except OSError as error:
        raise CheckpointError(f"'{path}' cannot be read: {error.strerror or error}. Check its permissions.") from error


def _header_of(path: str | Path, metadata: Mapping[str, str] | None) -> CatHeader:
    text = (metadata or {}).get(_METADATA_KEY)
    if text is None:
        raise CheckpointError(
            f"'{path}' holds weights of another program; choose a .cat that PairCat's training wrote."
        )
    try:
        data = json.loads(text)
        _check_version(path, data.get("version"))
        return CatHeader.from_json(data)
    except (ValueError, TypeError, AttributeError) as error:
        raise _damaged(path) from error


def _checksum(text: str, arrays: Mapping[str, np.ndarray]) -> str:
    """Of the header's text and of all weights: a flipped bit in a weight is still a number."""
    whole = hashlib.blake2b(text.encode(), digest_size=16)
    for name in sorted(arrays):
        whole.update(f"{name} {arrays[name].dtype} {arrays[name].shape}".encode())
        whole.update(np.ascontiguousarray(arrays[name]).tobytes())
    return whole.hexdigest()


def _check_version(path: str | Path, version: Any) -> None:
    if not isinstance(version, int):
        raise _damaged(path)
    if version > VERSION:
        raise CheckpointError(f"'{path}' was written by a newer PairCat (format {version}); update PairCat to open it.")


def _check_start(path: str | Path) -> None:
    """Tell missing, empty and foreign files apart by their first bytes: a safetensors file is a length, then '{'.

    Raises:
        CheckpointError: one of the three.
    """
    try:
        with Path(path).open("rb") as file:
            start = file.read(9)
    except OSError as error:
        raise _unreadable(path, error) from error
    if not start:
        raise _empty(path)
    if len(start) < 9 and start[-1:] != b"{" and int.from_bytes(start.ljust(8, b"\0"), "little") < 1 << 32:
        raise _damaged(path)
    if start[8:9] != b"{":
        raise CheckpointError(
            f"'{path}' is not a PairCat .cat file; if Nuke's CopyCat made it, only Nuke can open it: "
            "train the same pairs here, or choose a .cat that PairCat wrote."
        )


def _content(path: str | Path) -> bytes:
    try:
        content = Path(path).read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    if not content:
        raise _empty(path)
    return content


def _unreadable(path: str | Path, error: OSError) -> CheckpointError:
    if isinstance(error, FileNotFoundError):
        return CheckpointError(f"There is no checkpoint file '{path}'; check the path.")
    if isinstance(error, IsADirectoryError) or is_folder(path):
        return CheckpointError(f"'{path}' is a folder; choose a checkpoint file inside it.")
    return CheckpointError(f"'{path}' cannot be read: {error.strerror or error}. Check its permissions.")


def _empty(path: str | Path) -> DamagedError:
    return DamagedError(f"'{path}' is empty (zero bytes); choose the checkpoint before it, or copy the file again.")


def _damaged(path: str | Path) -> DamagedError:
    return DamagedError(
        f"'{path}' is truncated or damaged; choose the checkpoint before it, or copy the file again from its source."
    )


def _plain(value: Any) -> Any:
    """JSON of what slips in from numpy: scalars and small arrays."""
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} has no place in a checkpoint's header")


def _errno_in(error: Exception) -> int:
    """The operating system's number in a message such as 'No space left on device (os error 28)'; 0 without one."""
    _, found, rest = str(error).partition("os error ")
    digits = rest.split(")")[0]
    return int(digits) if found and digits.isdigit() else 0
