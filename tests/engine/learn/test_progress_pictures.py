"""Progress pictures: contact sheets and previews look as the pairs do."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from patterns import PatternOp
from trainings import SETTINGS, events_of

from paircat.engine.events import PreviewReady, SheetReady
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.files import write_image
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.contact_sheet import compose_preview, compose_sheet


@pytest.mark.parametrize(("suffix", "view"), [("png", "none"), ("exr", "sRGB")])
def test_a_preview_is_seen_as_the_contact_sheet_is(tmp_path: Path, suffix: str, view: str) -> None:
    """Through no view where the files hold display values, through sRGB where they hold light."""
    pattern = PatternOp()
    for frame in range(1, 5):
        write_image(tmp_path / f"a.{frame}.{suffix}", pattern.render(frame))
    source = ReadOp(str(tmp_path / f"a.#.{suffix}"))
    settings = dataclasses.replace(SETTINGS, steps=2)
    events = events_of(Trainer(DataSet.open(source, source, FrameRange(())), settings, "run", preview=source))
    (shown,) = [compose_preview(event) for event in events if isinstance(event, PreviewReady)]
    sheet = compose_sheet([event for event in events if isinstance(event, SheetReady)][-1])
    assert shown.view == sheet.view == view
    seen = source.render(shown.frame).pixels
    expected = seen if view == "none" else np.where(seen <= 0.0031308, 12.92 * seen, 1.055 * seen ** (1 / 2.4) - 0.055)
    np.testing.assert_allclose(shown.pixels, expected, atol=0.02)
