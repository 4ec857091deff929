"""Stages: reduced resolution first, full resolution soon and to the end."""

from __future__ import annotations

from paircat.engine.learn.stages import Stages


def test_resolution_rises_with_the_run() -> None:
    """A quarter, half, full, by share of a short run."""
    stages = Stages(crop_size=256)
    assert [stages.scale(step / 100, step) for step in (0, 5, 6, 19, 20, 99)] == [4, 4, 2, 2, 1, 1]


def test_a_short_run_for_a_matte_stays_longer_at_reduced_resolution() -> None:
    """A fifth at a quarter and up to a half at half; a long one is at full size as soon as any other."""
    stages = Stages(crop_size=256, matte=True)
    assert [stages.scale(step / 100, step) for step in (0, 19, 20, 49, 50, 99)] == [4, 4, 2, 2, 1, 1]
    assert [stages.scale(step / 100_000, step) for step in (29, 30, 89, 90)] == [4, 2, 2, 1]


def test_a_long_run_sees_full_resolution_after_90_steps() -> None:
    """Stopping a run of 100,000 steps after two hundred does not leave full size untrained."""
    stages = Stages(crop_size=256)
    assert [stages.scale(step / 100_000, step) for step in (29, 30, 89, 90)] == [4, 2, 2, 1]


def test_small_crops_are_not_reduced_to_nothing() -> None:
    """A reduced crop has at least 32 pixels."""
    assert Stages(crop_size=64).scale(0, 0) == 2
    assert Stages(crop_size=63).scale(0, 0) == 1


def test_it_can_be_switched_off() -> None:
    """Without multi-resolution every step is at full resolution."""
    assert Stages(crop_size=256, multi_resolution=False).scale(0, 0) == 1
