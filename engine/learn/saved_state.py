"""SavedState: what a Trainer hands over to go on from, and whether it fits the pairs."""

from __future__ import annotations

import re
from typing import Any

from paircat.engine.errors import CheckpointError
from paircat.engine.learn.dataset import DataSet
from paircat.engine.runs.other_pairs import files_of

STATE_VERSION = 2
_PAIRS = re.compile(r"\d+ pairs?: ")  # as DataSet.note begins


def check_state(state: dict[str, Any], data_set: DataSet) -> None:
    """
    Raises:
        CheckpointError: it is of another version of PairCat, of other channels, or of larger frames.
    """
    if state.get("version") != STATE_VERSION:
        raise CheckpointError(f"The .ost was written by another version of PairCat ({state.get('version')}); update.")
    for side, names in (("channels_in", data_set.channels_in), ("channels_out", data_set.channels_out)):
        if tuple(state[side]) != names:
            raise CheckpointError(
                f"The run was trained with {side.replace('_', ' ')} {', '.join(state[side])}, but now they are "
                f"{', '.join(names)}; select the same channels or start a new run."
            )
    crop, (height, width) = int(state["plan"]["crop_size"]), data_set.size
    if crop > min(height, width):
        raise CheckpointError(
            f"The run was begun with crops of {crop} pixels, and its pairs are {width}x{height} now; give it pairs of "
            "the size that they had, or start a new run."
        )


def pair_files(data_set: DataSet) -> dict[str, list[str]]:
    """What the pairs of each side are read from."""
    return {
        side: list(files_of(op)) for side, op in (("Input", data_set.input), ("GroundTruth", data_set.ground_truth))
    }


def changed_pairs(state: dict[str, Any], data_set: DataSet) -> tuple[str, ...]:
    """For the log of a run that goes on, where it has other pairs than its notes tell of last, or other files."""
    told = [note for note in state.get("notes", ()) if _PAIRS.match(note)]
    notes: tuple[str, ...] = () if told[-1:] == [data_set.note] else (data_set.note,)
    for side, now in pair_files(data_set).items():
        was = state.get("files", {}).get(side, now)  # older versions wrote none
        if was != now:
            notes += (f"{side} is {_listed(now)} from step {state['step']} on, and was {_listed(was)}.",)
    return notes


def _listed(files: list[str]) -> str:
    return ", ".join(f"'{file}'" for file in files) or "read from no file"
