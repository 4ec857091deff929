"""OtherPairs: how the pairs of a run differ from others that it could go on with, and whether it could."""

from __future__ import annotations

import dataclasses

from paircat.engine.errors import CheckpointError, DataSetError
from paircat.engine.learn.dataset import DataSet
from paircat.engine.picture.op import Op
from paircat.engine.picture.read import read_ops
from paircat.engine.runs.checkpoint import read_header
from paircat.engine.runs.job import Job
from paircat.engine.runs.run import Run

_SHOWN = 3


def difference(own: Job, other: Job) -> str:
    """In words, what pairs `other` would learn that are not those of `own`; empty where they are the same.

    Frames that `other` names are no difference: they are asked for.
    """
    found = []
    for side in ("input", "ground_truth"):
        was, now = getattr(own, side), getattr(other, side)
        if was != now:
            found.append(_of_side({"input": "Input", "ground_truth": "GroundTruth"}[side], was, now))
    if own.frames and not other.frames:
        found.append(f"it learns the frames {own.frames}, and here Frames is empty, which means all")
    return "; ".join(found)


def with_pairs_of(own: Job, other: Job) -> Job:
    """The job on the pairs of another one, with the channels that it takes of them; a preview goes with them."""
    channels = other.settings.channels_in, other.settings.channels_out
    return dataclasses.replace(
        own,
        input=other.input,
        ground_truth=other.ground_truth,
        frames=other.frames,
        settings=dataclasses.replace(own.settings, channels_in=channels[0], channels_out=channels[1]),
        preview=other.preview,
        preview_frame=own.preview_frame if own.preview == other.preview else None,
    )


def check_pairs(run: Run, job: Job) -> None:
    """Before anything of a run is changed: that it can go on with the pairs of a job, as far as their headers tell.

    Raises:
        DataSetError, FrameError: the pairs cannot be trained on, or are too few or too small for this run.
    """
    settings = job.settings
    pairs = DataSet.open(
        job.input, job.ground_truth, job.frames, settings.channels_in, settings.channels_out, settings.non_finite
    )
    cat = run.newest_cat()
    try:
        header = read_header(cat) if cat is not None else None
    except CheckpointError:
        header = None
    if header is None:
        return
    why = ""
    for side, has, needs, knob in (
        ("Input", pairs.channels_in, header.channels_in, "Channels In"),
        ("GroundTruth", pairs.channels_out, header.channels_out, "Channels Out"),
    ):
        if has != needs and not (set(needs) < set(has) and all(map(_is_alpha, needs))):  # a matte is learnt alone
            why = why or f"it learns {', '.join(needs)} of {side}, which has {', '.join(has)} now; set {knob}"
    known, size = header.data_set, pairs.size
    if not why and known.get("crop_size", 0) > min(size):
        why = f"its crops are {known['crop_size']} pixels large, and these pairs {size[1]}x{size[0]}"
    batch = settings.batch_size or known.get("batch_size", 0)
    if not why and batch > len(pairs):
        why = f"each step learns from {batch} crops, and of these there are {len(pairs)}; lower Batch Size"
    if why:
        raise DataSetError(f"'{run.name}' cannot go on with the connected pairs: {why}, or start a new training.")


def files_of(op: Op) -> tuple[str, ...]:
    """What a recipe is read from, in a fixed order."""
    return tuple(sorted({source.path for source in read_ops(op)}))


def _is_alpha(name: str) -> bool:
    return name.rpartition(".")[2].lower() in ("a", "alpha")


def _of_side(side: str, was: Op, now: Op) -> str:
    before, after = files_of(was), files_of(now)
    if before == after:
        return f"{side} is made by other nodes, or other knobs, from the same files"
    gone, new = ([file for file in one if file not in other] for one, other in ((before, after), (after, before)))
    if not gone:
        return f"{side} here has {_listed(new)} too"
    if not new:
        return f"{side} here is without {_listed(gone)}"
    return f"{side} is {_listed(gone)}, and here {_listed(new)}"


def _listed(files: list[str]) -> str:
    more = f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else ""
    return ", ".join(f"'{file}'" for file in files[:_SHOWN]) + more
