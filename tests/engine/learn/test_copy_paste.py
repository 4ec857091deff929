"""CopyPaste: changes of the pairs, pasted into other places of a crop."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import numpy as np
import pytest
from patterns import PatternOp, SpotOp
from trainings import SETTINGS, events_of

from paircat.engine.events import Finished
from paircat.engine.learn.copy_paste import NOTE, CopyPaste
from paircat.engine.learn.dataset import DataSet
from paircat.engine.learn.encoding import Encoding
from paircat.engine.learn.pair_store import PairStore
from paircat.engine.learn.trainer import Trainer
from paircat.engine.picture.filter_ops import BlurOp
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.image import Image
from paircat.engine.picture.op import Op

PLATE = BlurOp(PatternOp(64, 64, 6), 12.0, 12.0)
PLAIN, LOG = Encoding(("none",) * 3), Encoding(("log",) * 3)


def copy_paste_of(before: Op, after: Op, crop_size: int = 32) -> CopyPaste | None:
    return CopyPaste.of(PairStore(DataSet.open(before, after, FrameRange(())), 1 << 26, 0), PLAIN, crop_size)


def onto_plate(copy_paste: CopyPaste, count: int = 40) -> list[np.ndarray]:
    """A crop of the plate with a paste, so many times, where one was made."""
    plate = PLATE.render(4).pixels[:32, :32]
    degraded = [copy_paste.apply(plate, plate, np.random.default_rng(seed)) for seed in range(count)]
    return [item for item in degraded if not np.array_equal(item, plate)]


def test_a_spot_is_made_again_in_another_place() -> None:
    """As it would be there: the plate shows through it as it does through those of the pairs. All else stays."""
    found = copy_paste_of(SpotOp(PLATE), PLATE)
    assert found is not None and found.degradation.residual < 0.01
    plate = PLATE.render(4).pixels[:32, :32]
    degraded = onto_plate(found)
    assert len(degraded) > 30
    for item in degraded:
        changed = (item != plate).any(axis=2)
        assert 0 < changed.sum() <= 64
        spotted = plate / 2 + np.float32([0, 0.5, 0])
        np.testing.assert_allclose(item[changed], spotted[changed], atol=0.01)


def test_a_place_with_a_change_of_its_own_is_left_alone() -> None:
    """The crop is what it was."""
    found = copy_paste_of(SpotOp(PLATE), PLATE)
    assert found is not None
    before, after = (op.render(1).pixels[:32, :32] for op in (SpotOp(PLATE), PLATE))
    changed = (before != after).any(axis=2)
    for seed in range(40):
        degraded = found.apply(before, after, np.random.default_rng(seed))
        np.testing.assert_array_equal(degraded[changed], before[changed])


def test_a_change_in_deep_shadow_is_left_alone_too() -> None:
    """Behind a logarithm it is as large as the network sees it: nine times what it is in light."""
    found = CopyPaste.of(PairStore(DataSet.open(SpotOp(PLATE), PLATE, FrameRange(())), 1 << 26, 0), LOG, 32)
    assert found is not None
    before, after = np.full((8, 8, 3), 0.001, np.float32), np.full((8, 8, 3), 0.0015, np.float32)
    for seed in range(40):
        assert found.apply(before, after, np.random.default_rng(seed)) is before


@pytest.mark.parametrize("turned", [{"flips": True}, {"quarter_turns": True}, {"flips": True, "quarter_turns": True}])
def test_crops_that_are_mirrored_and_turned_get_pastes_too(turned: dict[str, bool]) -> None:
    """A training with either of them comes to its end."""
    data_set = DataSet.open(SpotOp(PLATE), PLATE, FrameRange(()))
    trainer = Trainer(data_set, dataclasses.replace(SETTINGS, batch_size=4, **turned), "run")
    assert trainer.copy_paste is not None
    assert isinstance(events_of(trainer)[-1], Finished)


@dataclasses.dataclass(frozen=True)
class FadedOp(Op):
    """The source in light up to four, but black in its last frame, as after a fade."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        light = np.float16(4) * image.pixels.astype(np.float16)
        return image.with_pixels(light if frame < 6 else np.zeros_like(image.pixels))


def test_a_black_frame_does_not_flatten_what_is_pasted() -> None:
    """A pair whose values fit into eight bits says nothing of those of the others."""
    plate = FadedOp(PLATE)
    found = copy_paste_of(FadedOp(SpotOp(PLATE)), plate)
    assert found is not None
    ground = np.full((32, 32, 3), 3.0, np.float32)
    degraded = [found.apply(ground, ground, np.random.default_rng(seed)) for seed in range(20)]
    assert max(item[(item != ground).any(axis=2)].max() for item in degraded if (item != ground).any()) > 1.2


@dataclasses.dataclass(frozen=True)
class TexturedSpotOp(Op):
    """The source with a square of a texture that has nothing to do with what is below."""

    source: Op

    def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
        image = render(self.source, frame)
        pixels = image.pixels.copy()
        top, left = (16 * frame) % 40, (24 * frame) % 56
        pixels[top : top + 8, left : left + 8] = np.random.default_rng(7).random((8, 8, 3))
        return image.with_pixels(pixels.astype(np.float32))


def test_what_no_fit_explains_is_carried_along() -> None:
    """A thing with a texture of its own comes along with it."""
    found = copy_paste_of(TexturedSpotOp(PLATE), PLATE)
    assert found is not None and found.degradation.residual > 0.1
    texture = np.random.default_rng(7).random((8, 8, 3)).astype(np.float32)
    plate = PLATE.render(4).pixels[:32, :32]
    whole = [item for item in onto_plate(found) if (item != plate).any(axis=2).sum() == 64]
    assert whole
    for item in whole:
        rows, columns = np.nonzero((item != plate).any(axis=2))
        seen = item[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
        assert np.abs(seen - texture).mean() < 0.15 * np.abs(plate.mean() - texture).mean() + 0.05


@pytest.mark.parametrize(
    ("before", "after", "crop_size"),
    [(PLATE, SpotOp(PLATE), 32), (SpotOp(PLATE), PLATE, 4), (PLATE, PLATE, 32)],
    ids=["added, not taken out", "larger than a crop", "nothing"],
)
def test_what_cannot_be_made_again_is_not(before: Op, after: Op, crop_size: int) -> None:
    """Where something is put into the picture, its place is no flaw that could be elsewhere."""
    assert copy_paste_of(before, after, crop_size) is None


def test_values_stay_those_that_files_hold() -> None:
    """A picture of 8 bits has no values between its steps, or who learns would know a paste by them."""

    @dataclasses.dataclass(frozen=True)
    class Stepped(Op):
        source: Op

        def compute(self, frame: int, render: Callable[[Op, int], Image]) -> Image:
            image = render(self.source, frame)
            return image.with_pixels(np.rint(image.pixels * 255).astype(np.float32) / np.float32(255))

    plate = Stepped(PLATE)
    found = copy_paste_of(Stepped(SpotOp(plate)), plate)
    assert found is not None
    crop = plate.render(4).pixels[:32, :32]
    degraded = found.apply(crop, crop, np.random.default_rng(3))
    np.testing.assert_allclose(degraded * 255, np.rint(degraded * 255), atol=1e-4)


def test_a_training_with_few_changes_says_that_it_makes_them_again() -> None:
    """Others do not."""
    spots = Trainer(DataSet.open(SpotOp(PLATE), PLATE, FrameRange(())), SETTINGS, "run")
    assert NOTE in spots.notes
    events_of(spots, 2)
    assert NOTE not in Trainer(DataSet.open(PLATE, PLATE, FrameRange(())), SETTINGS, "run").notes
