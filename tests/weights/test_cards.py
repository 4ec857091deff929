"""What ships: each .cat has a card that says what it is made of, and starts a training."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from paircat.engine.learn.network import NetworkShape
from paircat.engine.learn.pretrained_weights import FOLDER
from paircat.engine.runs.checkpoint import load_cat
from paircat.engine.settings import InitialWeights, ModelSize
from paircat.weights.recipes.photographs import PHOTOGRAPHS
from paircat.weights.recipes.recipe import RECIPES
from paircat.weights.recipes.shipping import rounds_of
from paircat.weights.recipes.sources import SOURCES

CATS = sorted(FOLDER.glob("*.cat"))
SIZES = {f"{recipe}_{size.lower()}": (recipe, size) for recipe in RECIPES for size in ModelSize}


@pytest.mark.parametrize("cat", CATS, ids=lambda path: path.stem)
def test_each_cat_has_a_complete_card(cat: Path) -> None:
    """It names the file, its megabytes and steps, every source with its licence, and each photograph."""
    recipe, _ = SIZES[cat.stem]
    card = (FOLDER / f"{recipe}.md").read_text(encoding="utf-8")
    row = re.search(rf"\| {cat.name} \| ([\d.]+) \| ([\d,]+) \|", card)
    assert row is not None and float(row[1]) == pytest.approx(cat.stat().st_size / 1e6, abs=0.051)
    assert int(row[2].replace(",", "")) == sum(item.steps for item in rounds_of(cat))
    assert all(f"## {heading}" in card for heading in ("Scores", "Limits", "Data", "How it was made"))
    for key in RECIPES[recipe].needs:
        assert SOURCES[key].package in card and SOURCES[key].licence in card
    assert all(photograph.name in card for photograph in PHOTOGRAPHS)


@pytest.mark.parametrize("cat", CATS, ids=lambda path: path.stem)
def test_each_cat_is_of_the_size_in_its_name(cat: Path) -> None:
    """The network in it is the one that this version builds for that model size, RGB in, and its set's channels out."""
    recipe, size = SIZES[cat.stem]
    header, _ = load_cat(cat)
    matte = RECIPES[recipe].set == InitialWeights.HUMAN_MATTING
    assert NetworkShape.from_json(header.network) == NetworkShape.of_size(size, 3, 1 if matte else 3, matte)
    assert header.object_sizes == RECIPES[recipe].object_sizes
    assert header.channels_in == ("R", "G", "B") and header.channels_out == (("A",) if matte else ("R", "G", "B"))


@pytest.mark.parametrize("cat", CATS, ids=lambda path: path.stem)
def test_nothing_of_the_machine_that_made_it_ships(cat: Path) -> None:
    """No path stands in a shipped file."""
    header, _ = load_cat(cat)
    assert not re.search(r"(?<![\w.])/\w+/\w+", str(header.to_json()))


def test_every_set_of_the_knob_has_a_recipe() -> None:
    """Whatever can be chosen, other than nothing and a file of one's own, can be made."""
    made = {recipe.set for recipe in RECIPES.values()}
    assert made == set(InitialWeights) - {InitialWeights.NONE, InitialWeights.CHECKPOINT}


def test_no_photograph_is_both_trained_on_and_kept_out() -> None:
    """A name stands once, so what is measured on was never seen."""
    files = [(photograph.source, photograph.file) for photograph in PHOTOGRAPHS]
    assert len(set(files)) == len(files)
    assert sum(photograph.held_out for photograph in PHOTOGRAPHS) >= 8
