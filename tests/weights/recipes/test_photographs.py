"""Photographs: which are trained on, and which are no background for people."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import PIL.Image
import pytest

from paircat.weights.recipes import photographs
from paircat.weights.recipes.composites import WITH_PEOPLE
from paircat.weights.recipes.patches import store_pictures
from paircat.weights.recipes.photographs import PHOTOGRAPHS, Photograph
from paircat.weights.recipes.sources import Sources


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Sources:
    """Three grey photographs, one kept out."""
    (tmp_path / "data" / "photos").mkdir(parents=True)
    for grey, name in ((50, "street"), (100, "hikers"), (150, "kept")):
        PIL.Image.new("RGB", (64, 48), (grey, grey, grey)).save(tmp_path / "data" / "photos" / f"{name}.png")
    listed = tuple(Photograph("photos", f"{name}.png", name == "kept") for name in ("street", "hikers", "kept"))
    monkeypatch.setattr(photographs, "PHOTOGRAPHS", listed)
    return Sources(tmp_path / "work", tmp_path / "data")


def greys(folder: Path) -> list[int]:
    return [int(np.load(path)[0, 0, 0]) for path in sorted(folder.glob("*.npy"))]


def test_photographs_that_show_people_are_no_background_with_an_empty_matte(sources: Sources) -> None:
    """They are left out there, and only there; what is kept out to measure is in neither."""
    everything = store_pictures(sources.folder, sources)
    some = store_pictures(sources.folder, sources, ("hikers",))
    assert greys(everything) == [50, 100] and greys(some) == [50]
    assert store_pictures(sources.folder, sources, ("hikers",)) == some != everything


def test_those_with_people_are_known_by_names_that_exist() -> None:
    """A name that was mistyped would let an unmarked person in."""
    assert set(WITH_PEOPLE) <= {photograph.name for photograph in PHOTOGRAPHS if not photograph.held_out}
