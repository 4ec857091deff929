"""Provenance: the header of a .cat, so that a frame can be traced to the pairs and settings that made it."""

from __future__ import annotations

import base64
import datetime
import io
import platform
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import PIL.Image
import torch

import paircat
from paircat.engine.errors import PairCatError
from paircat.engine.events import SheetReady
from paircat.engine.learn import gate
from paircat.engine.learn.crops import fixed_crops
from paircat.engine.runs.checkpoint import CatHeader
from paircat.engine.runs.contact_sheet import compose_sheet

if TYPE_CHECKING:
    from paircat.engine.learn.trainer import Trainer

_LOSSES_KEPT = 100
_PICTURE_WIDTH = 240
_ASKED_CROPS = 12


def cat_header(trainer: Trainer, shown: SheetReady | None) -> CatHeader:
    """Everything Inference needs and everything an artist may ask of a .cat later; `shown` is the crop to picture."""
    data_set, plan = trainer.data_set, trainer.plan
    frames = data_set.frames.frames
    return CatHeader(
        run=trainer.run_name,
        step=trainer.progress.step,
        total_steps=trainer.total_steps,
        model_size=str(trainer.size),
        network=plan.shape.to_json(),
        channels_in=data_set.channels_in,
        channels_out=data_set.channels_out,
        encoding={"in": plan.encoding_in.to_json(), "out": plan.encoding_out.to_json()},
        gate=noise_threshold(trainer),
        smallest_change=plan.smallest_change,
        largest_change=plan.largest_change,
        kept=plan.kept,
        loss=trainer.progress.loss,
        losses=tuple(loss for _, loss in trainer.recent[-_LOSSES_KEPT:]),
        settings=trainer.settings.to_json(),
        data_set={
            "frames": str(data_set.frames),
            "size": list(data_set.size),
            "hashes": {str(frames[index]): digest for index, digest in sorted(trainer.store.digests.items())},
            "crop_size": plan.crop_size,
            "batch_size": plan.batch_size,
            "resolution": f"1/{trainer.progress.scale}",
        },
        versions={
            "paircat": paircat.__version__,
            "python": platform.python_version(),
            "torch": torch.__version__,
        },
        created=datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        picture=small_picture(shown, trainer.run_name) if shown else "",
        notes=trainer.history,
    )


def noise_threshold(trainer: Trainer) -> float:
    """What Inference's gate takes for a change; 0 where channels go in that do not come out, or pairs are away."""
    if not trainer.in_place:
        return 0.0
    model, coding = trainer.model(), trainer.plan.encoding_in
    if model.gate:
        return model.gate
    triples = []
    try:
        for before, truth in fixed_crops(trainer.store, trainer.sampler, _ASKED_CROPS):
            wanted, given = (coding.encode_pixels(np.ascontiguousarray(side)) for side in (truth, model.apply(before)))
            triples.append((coding.encode_pixels(np.ascontiguousarray(before)), wanted, given))
    except PairCatError:  # a pair that has to be decoded again, on a drive that has gone
        return 0.0
    return gate.noise_threshold(triples)


def small_picture(shown: SheetReady, run: str) -> str:
    """A contact sheet's first crops as a PNG of 8 bits, at most 240 pixels wide, in base64."""
    pixels = compose_sheet(replace(shown, rows=shown.rows[:1]), run).pixels
    picture = PIL.Image.fromarray(np.rint(pixels.clip(0, 1) * 255).astype(np.uint8))
    picture.thumbnail((_PICTURE_WIDTH, _PICTURE_WIDTH * 4))
    file = io.BytesIO()
    picture.save(file, "PNG", optimize=True)
    return base64.b64encode(file.getvalue()).decode("ascii")
