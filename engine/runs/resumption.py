"""Resumption: what a run goes on from: the newest of its states that can be read."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paircat.engine.errors import DamagedError, RunError
from paircat.engine.runs.checkpoint import load_ost
from paircat.engine.runs.run import Run


@dataclass(frozen=True)
class Resumption:
    """A state, with the files of later steps that could not be read. They stay until the run saves their steps anew.

    Attributes:
        state: None where nothing has been saved yet, so that the run begins again.
    """

    state: dict[str, Any] | None
    damaged: tuple[Path, ...] = ()

    @classmethod
    def of(cls, run: Run) -> Resumption:
        """
        Raises:
            RunError: all its states are damaged or gone, and to begin again would write over what was learnt.
            CheckpointError: the newest state cannot be read for another reason, such as its permissions.
        """
        damaged: list[Path] = []
        for _, path in reversed(run.states()):
            try:
                return cls(load_ost(path), tuple(damaged))
            except DamagedError:
                damaged.append(path)
        if damaged or not run.saved_nothing():
            raise refusal(run, damaged)
        return cls(None)

    def notes(self) -> tuple[str, ...]:
        """What the run's log says of it."""
        if self.state is None or not self.damaged:
            return ()
        return (
            f"{_listed(self.damaged)} cannot be read, so the run goes on from step {self.state['step']}, which was "
            "saved before; the file stays until that step is saved again.",
        )


def refusal(run: Run, damaged: list[Path] | None = None) -> RunError:
    """Why a run cannot be resumed, and what its network is good for all the same."""
    why = f"{_listed(damaged)} cannot be read" if damaged else "it has no .ost file here"
    cat = run.newest_cat()
    instead = f"apply its .cat, or start a new run from that with --initial-weights {cat}" if cat else "train anew"
    return RunError(f"'{run.name}' cannot be resumed, since {why}; {instead}.")


def _listed(files: list[Path] | tuple[Path, ...]) -> str:
    return " and ".join(f"'{file}'" for file in files)
