"""Job: everything a training process needs to know, as one JSON file: recipes, frames, settings, run."""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paircat.engine import atomic, plugin_folders
from paircat.engine.errors import CheckpointError, RunError
from paircat.engine.picture import op as recipes
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op import Op
from paircat.engine.picture.op_modules import load_module, modules_of
from paircat.engine.settings import InitialWeights, TrainingSettings

VERSION = 1
_INSTEAD = "copy it back, or begin a new run with the newest .cat as its initial weights"


@dataclass(frozen=True)
class Job:
    """One training to do, or to go on with.

    Attributes:
        input, ground_truth: the recipes whose common frames are the pairs.
        preview: the recipe that shows the result on frames outside of the data set, or None.
        frames: the frames to train on; none at all means every common frame.
        preview_frame: the frame of `preview` to show; None means the one that lies farthest from all that are trained.
        data_directory, run: where the files go.
        resume: go on from the run's newest checkpoint instead of beginning.
        json_lines: the process prints one JSON object a line instead of text.
        finishing: the run is brought to an early end, at full resolution alone; see engine/runs/finish.py.
        timed_from: the run's training time in seconds at which its time limit began to count; None for from now.
    """

    input: Op
    ground_truth: Op
    preview: Op | None
    frames: FrameRange
    settings: TrainingSettings
    data_directory: str
    run: str
    resume: bool = False
    preview_frame: int | None = None
    json_lines: bool = False
    finishing: bool = False
    timed_from: float | None = 0.0

    def check_initial_weights(self) -> None:
        """Before anything begins: that the .cat to start from is of the Model Size.

        One that cannot be read here may be readable where it is trained, which says what is wrong with it. It reads a
        file, so a window does this on another thread.

        Raises:
            CheckpointError: it is of another size.
        """
        if self.settings.initial_weights != InitialWeights.CHECKPOINT:
            return
        from paircat.engine.runs.checkpoint import other_size, read_header  # loads numpy, which few questions need

        try:
            header = read_header(self.settings.checkpoint_file)
        except CheckpointError:
            return
        if header.model_size != self.settings.model_size:
            raise other_size(self.settings.checkpoint_file, header)

    def save(self, path: str | Path) -> None:
        """Write the job file whole.

        Raises:
            PairCatError: the disk is full, or the folder cannot be written.
        """
        previews = () if self.preview is None else (self.preview,)
        data = {
            "paircat_job": VERSION,
            "run": self.run,
            "data_directory": self.data_directory,
            "resume": self.resume,
            "frames": str(self.frames),
            "preview_frame": self.preview_frame,
            "json_lines": self.json_lines,
            "finishing": self.finishing,
            "timed_from": self.timed_from,
            "settings": self.settings.to_json(),
            "recipes": recipes.to_json(self.input, self.ground_truth, *previews),
            "modules": modules_of(self.input, self.ground_truth, *previews),
        }
        atomic.write_text(path, json.dumps(data, indent=1) + "\n")

    @classmethod
    def load(cls, path: str | Path) -> Job:
        """The job that `save` wrote.

        Raises:
            RunError: the file is missing, damaged, from a newer version, or no job.
            PairCatError: a recipe or setting that does not fit this version.
        """
        data = _read(path)
        try:
            _load_kinds(data)
            roots = recipes.from_json(data["recipes"])
            return cls(
                input=roots[0],
                ground_truth=roots[1],
                preview=roots[2] if len(roots) > 2 else None,
                frames=FrameRange.parse(data["frames"]),
                settings=TrainingSettings.from_json(data["settings"]),
                data_directory=data["data_directory"],
                run=data["run"],
                resume=bool(data["resume"]),
                preview_frame=data.get("preview_frame"),
                json_lines=bool(data.get("json_lines", False)),
                finishing=bool(data.get("finishing", False)),
                timed_from=data.get("timed_from", 0.0),
            )
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise RunError(f"The job file '{path}' is damaged ({error!r}); {_INSTEAD}.") from error


def read_settings(path: str | Path) -> tuple[TrainingSettings, FrameRange]:
    """How a job file trains, and which frames, without its recipes: they may be of kinds that nobody here knows.

    Raises:
        RunError: as Job.load.
        PairCatError: a setting that does not fit this version.
    """
    data = _read(path)
    try:
        return TrainingSettings.from_json(data["settings"]), FrameRange.parse(data["frames"])
    except (KeyError, TypeError, AttributeError) as error:
        raise RunError(f"The job file '{path}' is damaged ({error!r}); {_INSTEAD}.") from error


def read_sources(path: str | Path) -> frozenset[str]:
    """The files of a job's Reads, as they name them: what tells the trainings of one shot from those of another.

    Raises:
        RunError: as Job.load.
    """
    rows = _read(path).get("recipes", {}).get("ops", ())
    return frozenset(str(row["path"]) for row in rows if row.get("op") == "ReadOp" and "path" in row)


def rename_in_file(path: Path, run: str) -> None:
    """Give the job in a file another run; a file that is no job is left alone.

    The file stays as old as it was, since the newest run is the one that was trained last.
    """
    try:
        data = _read(path)
    except RunError:
        return
    if data.get("run") != run:
        data["run"] = run
        status = path.stat()
        atomic.write_text(path, json.dumps(data, indent=1) + "\n")
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def _read(path: str | Path) -> dict[str, Any]:
    try:
        data = json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise RunError(f"There is no job file '{path}', which says what the run trains on; {_INSTEAD}.") from error
    except OSError as error:
        raise RunError(f"The job file '{path}' cannot be read: {error.strerror}. Check its permissions.") from error
    except ValueError as error:
        raise RunError(f"The job file '{path}' is damaged; {_INSTEAD}.") from error
    version = data.get("paircat_job") if isinstance(data, dict) else None
    if not isinstance(version, int):
        raise RunError(f"'{path}' is not a PairCat job file; give the .job file of a run.")
    if version > VERSION:
        raise RunError(f"The job file '{path}' was written by a newer PairCat (format {version}); update PairCat.")
    return data


def _load_kinds(data: dict[str, Any]) -> None:
    """Import what defines the recipes' Ops. An artist's own are loaded from their files, which the job names.

    A job file is data that anybody with access to the folder could have written, so only files in this user's own
    plugin folders are run.
    """
    if not _missing_kinds(data["recipes"]):
        return
    for name, file in data.get("modules", []):
        # A folder that was moved, or a job of another version: the shipped kinds are looked for in any case.
        if name.startswith("paircat."):
            continue
        if not plugin_folders.holds(file):
            raise RunError(
                f"The job uses an operation of '{file}', which is in none of your plugin folders; add its folder to "
                f"PAIRCAT_PATH if you trust it."
            )
        load_module(name, file)
    for name in _missing_kinds(data["recipes"]):
        _import_kind(name)


def _missing_kinds(data: dict[str, Any]) -> list[str]:
    return [row["op"] for row in data["ops"] if row["op"] not in Op.registry]


def _import_kind(name: str) -> None:
    """Import the modules that declare Ops until `name` is known. The learning room, which brings torch, comes last."""
    for module in _modules_with_ops():
        if name in Op.registry:
            return
        importlib.import_module(module)


def _modules_with_ops() -> Iterator[str]:
    for room in ("paircat.engine.picture", "paircat.engine.learn"):
        package = importlib.import_module(room)
        for module in pkgutil.iter_modules(package.__path__):
            yield f"{room}.{module.name}"
