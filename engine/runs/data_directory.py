"""DataDirectory: the folder that holds the runs. Listing, naming, renaming and deleting them."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import stat
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from paircat.engine import atomic
from paircat.engine.errors import PairCatError, RunError
from paircat.engine.home_folder import typed_path
from paircat.engine.path_kind import is_file, is_folder
from paircat.engine.runs import job
from paircat.engine.runs.lock import RunLock, holder_of
from paircat.engine.runs.run import Run, RunInfo
from paircat.engine.runs.run_files import LEARNT, RunFile, check_name

_RENAMING = ".renaming"
_LISTED = *LEARNT, ".job"
_LEAST_FREE = 16 << 20  # bytes; a training that cannot even write this much is not worth starting


class DataDirectory:
    """A folder of runs. Nothing is kept in memory: every question looks at the folder again."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """
        Raises:
            RunError: the path is empty.
        """
        if not str(path).strip():
            raise RunError("No Data Directory is set; choose a folder for the run's files.")
        self.path = typed_path(path)

    def create(self) -> None:
        """Make the folder, in one that exists; where it is there already, all is well.

        Raises:
            RunError: it cannot be made.
        """
        try:
            self.path.mkdir(exist_ok=True)
        except OSError as error:
            raise RunError(
                f"The Data Directory '{self.path}' cannot be created ({error.strerror}); "
                f"change the permissions of '{self.path.parent}' or choose another folder."
            ) from error

    def check_writable(self) -> None:
        """Make sure that a training can write here.

        Raises:
            RunError: the folder is missing, not a folder, not writable, or its disk is full.
        """
        self._check_folder()
        try:
            with tempfile.TemporaryFile(dir=self.path) as file:
                file.write(bytes(1 << 16))
                file.flush()
                os.fsync(file.fileno())
            free = shutil.disk_usage(self.path).free
        except OSError as error:
            if error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise self._full() from error
            raise RunError(
                f"The Data Directory '{self.path}' cannot be written ({error.strerror}); "
                "change its permissions or choose another folder."
            ) from error
        if free < _LEAST_FREE:
            raise self._full()

    def runs(self) -> list[Run]:
        """All runs, the one that was written to last first; Foundry's own by their .summary. One look at the folder.

        Renames that a killed process left half done are finished first.

        Raises:
            RunError: the folder is missing or cannot be read.
        """
        return [run for run, _ in self._listed()]

    def infos(self) -> list[RunInfo]:
        """The rows of all runs, in the order of `runs`, by one look at the folder however many there are.

        Raises:
            RunError: as `runs`.
        """
        return [run.info_with(steps) for run, steps in self._listed()]

    def run(self, name: str = "") -> Run:
        """A run by its name; the newest without one.

        Raises:
            RunError: there is no such run, or none at all.
        """
        runs = self.runs()
        if not runs:
            raise RunError(f"There is no run in '{self.path}'; start a training first, or check the Data Directory.")
        if not name:
            return runs[0]
        for run in runs:
            if run.name == name:
                return run
        known = ", ".join(run.name for run in runs[:8]) + (", ..." if len(runs) > 8 else "")
        raise RunError(f"There is no run '{name}' in '{self.path}'; there is {known}.")

    def named(self, name: str) -> Run:
        """A run by its name, which has to be said: what is done to it is meant for no other.

        Raises:
            RunError: the name is empty, or there is no such run.
        """
        if not name.strip():
            raise RunError(f"No run is named; name one of those in '{self.path}'.")
        return self.run(name)

    def new_run(self, name: str = "") -> Run:
        """A run to be trained; without a name it is called after the time, `Training_<yymmdd>_<hhmmss>`.

        Two processes that ask in the same second get two names.

        Raises:
            RunError: the name is in use or cannot be a file's name, or the folder cannot be written.
        """
        self.check_writable()
        if name:
            check_name(name)
            self._check_unused(name)
            return Run(name, self.path)
        stamp = datetime.now().strftime("Training_%y%m%d_%H%M%S")
        for run in self._candidates(stamp):
            with contextlib.suppress(FileExistsError):
                if not self._users(run.name, self._entries()):
                    # An empty log is what takes the name; the window has its trainings write on in it.
                    run.log.open("x").close()
                    return run
        raise AssertionError("there is no end of candidates")

    def leftover(self, name: str) -> Run:
        """As `run`, but also what a killed or refused start has left under a name, such as a log without a run.

        Raises:
            RunError: there is nothing of that name.
        """
        left = Run(name, self.path)
        listed = any(run.name == name for run in self.runs())
        return left if not listed and self.deletable(left) else self.run(name)

    def deletable(self, run: Run) -> list[Path]:
        """The files that `delete` deletes: the run's own. Of a name without a run they are no pictures."""
        files = run.own_files()
        whole = any(file.suffix in _LISTED and not file.part for _, file in files)
        return [path for path, file in files if whole or file.step is None]

    def give_back(self, run: Run) -> None:
        """Free the name that `new_run` took by an empty log, where a training that was refused wrote nothing."""
        with contextlib.suppress(OSError):
            if [path for path, _ in run.files()] == [run.log] and not run.log.stat().st_size:
                run.log.unlink()

    def rename(self, run: Run, new: str) -> Run:
        """Rename a run and all of its own files. Killed half way, it is finished by whoever next lists the runs.

        Raises:
            RunError: the run is being trained, or the name is in use or cannot be a file's name.
        """
        check_name(new)
        if new == run.name:
            return run
        self._check_unused(new, besides=run.name)
        self._refuse_training(run, "renamed")
        journal = self.path / f".{run.name}{_RENAMING}"
        with RunLock(run.lock):
            self._moves(run, Run(new, self.path))  # says what is in the way, before anything is begun
            atomic.write_text(journal, json.dumps({"from": run.name, "to": new}))
            self._move(run, Run(new, self.path))
            journal.unlink(missing_ok=True)
        return Run(new, self.path)

    def delete(self, run: Run) -> int:
        """Delete all of a run's own files, for good; asking the artist first is the caller's part.

        Returns:
            The bytes that were freed.

        Raises:
            RunError: the run is being trained, or a file cannot be deleted; the run stays listed then.
        """
        self._refuse_training(run, "deleted")
        freed = 0
        with RunLock(run.lock):
            # The files that list the run go last, so that a deletion that is cut short can be seen and repeated.
            for path in sorted(self.deletable(run), key=lambda path: (path == run.summary, path)):
                if path == run.lock:
                    continue
                try:
                    size = path.stat().st_size
                    path.unlink()
                except FileNotFoundError:
                    continue
                except OSError as error:
                    raise RunError(f"'{path}' cannot be deleted: {error.strerror}. Check its permissions.") from error
                freed += size
        return freed

    def _listed(self) -> list[tuple[Run, dict[str, list[int]]]]:
        """As `runs`; with each of them, suffix -> steps that it has a file of."""
        entries = self._entries()
        unfinished = [name for name, _, _ in entries if name.startswith(".") and name.endswith(_RENAMING)]
        if unfinished:
            for name in unfinished:
                self._finish_rename(self.path / name)
            entries = self._entries()
        newest: dict[str, float] = {}
        steps: dict[str, dict[str, list[int]]] = {}
        for _, changed, file in entries:
            if not file or file.part:
                continue
            if file.suffix in _LISTED:
                newest[file.run] = max(changed, newest.get(file.run, changed))
            if file.step is not None:
                steps.setdefault(file.run, {}).setdefault(file.suffix, []).append(file.step)
        order = sorted(newest, key=lambda run: (newest[run], run), reverse=True)
        return [(Run(name, self.path), steps.get(name, {})) for name in order]

    def _check_folder(self) -> None:
        try:
            mode = self.path.stat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            raise RunError(self._missing()) from None
        except OSError as error:
            raise RunError(
                f"The Data Directory '{self.path}' cannot be looked at ({error.strerror}); check the permissions of "
                "the folders it is in, or choose another folder."
            ) from error
        if not stat.S_ISDIR(mode):
            raise RunError(f"The Data Directory '{self.path}' is a file, not a folder; choose a folder.")

    def _missing(self) -> str:
        missing = f"The Data Directory '{self.path}' does not exist"
        if file := next(filter(is_file, self.path.parents), None):
            return f"{missing} and cannot be created, since '{file}' is a file; choose another folder."
        if is_folder(self.path.parent):
            return f"{missing}; create it, or choose another folder."
        return (
            f"{missing}, nor does '{self.path.parent}' that it belongs in; connect its drive, create it, or choose "
            "another folder."
        )

    def _full(self) -> RunError:
        return RunError(
            f"The disk of the Data Directory '{self.path}' is full; free some space or choose another folder."
        )

    def _entries(self) -> list[tuple[str, float, RunFile | None]]:
        """Name, time of change and meaning of everything in the folder."""
        self._check_folder()
        found: list[tuple[str, float, RunFile | None]] = []
        try:
            with os.scandir(self.path) as entries:
                for entry in entries:
                    with contextlib.suppress(FileNotFoundError):  # deleted while we look
                        found.append((entry.name, entry.stat().st_mtime, RunFile.parse(entry.name)))
        except OSError as error:
            raise RunError(
                f"The Data Directory '{self.path}' cannot be read: {error.strerror}. Check its permissions."
            ) from error
        return found

    def _candidates(self, stamp: str) -> Iterator[Run]:
        number = 1
        while True:
            yield Run(stamp if number == 1 else f"{stamp}_{number}", self.path)
            number += 1

    def _check_unused(self, name: str, besides: str = "") -> None:
        if name.casefold() == besides.casefold():
            return
        users = self._users(name, self._entries())
        if users:
            raise RunError(f"The name '{name}' is in use in '{self.path}' ({users[0]}); choose another.")

    def _users(self, name: str, entries: Iterable[tuple[str, float, RunFile | None]]) -> list[str]:
        """Files that would be taken for those of a run called `name`; what a failed start leaves is none of them.

        Upper and lower case are one, as on the file systems of Windows and macOS.
        """
        users = [
            entry
            for entry, _, file in entries
            if file
            and file.run.casefold() == name.casefold()
            and not file.part
            and file.suffix in (*LEARNT, ".png", ".preview.png")
        ]
        if holder_of(Run(name, self.path).lock):
            users.append(f"{name}.lock")
        return users

    def _refuse_training(self, run: Run, what: str) -> None:
        holder = run.holder()
        if holder:
            raise RunError(
                f"'{run.name}' is being trained on {holder.host} (process {holder.pid}) and cannot be {what}; "
                "stop it first."
            )

    def _finish_rename(self, journal: Path) -> None:
        """Do the rest of a rename. One that is under way in another process, or not possible now, is left alone."""
        with contextlib.suppress(PairCatError, OSError, ValueError, KeyError, TypeError):
            names = json.loads(journal.read_text(encoding="utf-8"))
            old, new = Run(names["from"], self.path), Run(names["to"], self.path)
            check_name(new.name)
            with RunLock(old.lock):
                self._move(old, new)
                journal.unlink(missing_ok=True)

    def _move(self, old: Run, new: Run) -> None:
        """Rename what there still is of the old name. Doing it twice does no harm, and nothing is written over."""
        for path, target in self._moves(old, new):
            try:
                path.rename(target)
            except FileNotFoundError:
                continue
            except OSError as error:
                raise RunError(
                    f"'{path}' cannot be renamed: {error.strerror}. List the runs again to go on."
                ) from error
        job.rename_in_file(new.job, new.name)

    def _moves(self, old: Run, new: Run) -> list[tuple[Path, Path]]:
        """Each of a run's own files, and what it is to be called.

        Raises:
            RunError: another file has such a name.
        """
        moves = []
        for path, file in old.own_files():
            if path == old.lock or file.part:
                continue
            step = "" if file.step is None else f".{file.step}"
            target = self.path / f"{new.name}{step}{file.suffix}"
            if target.exists() and not target.samefile(path):
                raise RunError(
                    f"'{path}' cannot be renamed: '{target.name}' exists. Move that file away and try again."
                )
            moves.append((path, target))
        return moves
