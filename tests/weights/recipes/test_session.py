"""Session: one training of a recipe, from its first step to a shipped .cat with a card."""

from __future__ import annotations

import dataclasses
import functools
from pathlib import Path

import numpy as np
import pytest
import torch

from paircat.engine.errors import PairCatError
from paircat.engine.learn.model import Model
from paircat.engine.runs.checkpoint import load_cat
from paircat.engine.settings import ModelSize
from paircat.weights.recipes.card import write_card
from paircat.weights.recipes.pairs import RGB, PreparedPairs, prepare
from paircat.weights.recipes.recipe import DEBLUR
from paircat.weights.recipes.session import Training
from paircat.weights.recipes.shipping import Round, rounds_of, ship
from paircat.weights.recipes.sources import Sources


def noise_pair(seed: int, number: int) -> tuple[np.ndarray, np.ndarray]:
    clean = np.random.default_rng((seed, number)).integers(0, 200, (32, 32, 3), dtype=np.uint8)
    return clean // 2, clean


def few_pairs(sources: Sources, seed: int) -> PreparedPairs:
    return prepare(sources.folder / "pairs", f"tiny.{seed}", 8, 32, RGB, functools.partial(noise_pair, seed))


TINY = dataclasses.replace(DEBLUR, pairs=few_pairs, steps=dict.fromkeys(ModelSize, 6), batch_size=2, crop_size=32)


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def sources(tmp_path: Path) -> Sources:
    return Sources(tmp_path / "work", None)


def test_a_training_goes_on_to_a_later_end(sources: Sources) -> None:
    """What a first sitting has learnt is where the second begins; a third finds that all is done."""
    first = Training(TINY, ModelSize.SMALL, sources, steps=4, threads=1)
    assert not first.begun and first.go()[0] == 4
    second = Training(TINY, ModelSize.SMALL, sources, steps=6, threads=1)
    assert second.begun and second.go()[0] == 6
    assert [step for step, _ in second.run.checkpoints()] == [4, 6]
    written = second.run.cat(6).stat().st_mtime_ns
    assert Training(TINY, ModelSize.SMALL, sources, steps=6, threads=1).go() == (6, second.run.cat(6))
    assert second.run.cat(6).stat().st_mtime_ns == written


def test_minutes_become_steps_that_a_later_sitting_keeps(sources: Sources) -> None:
    """The speed here decides once; afterwards the run's own end counts, whatever the command says."""
    first = Training(TINY, ModelSize.SMALL, sources, minutes=0.001, threads=1)
    assert first.settings.steps == 100
    first.settings = dataclasses.replace(first.settings, steps=5)
    first.go()
    assert Training(TINY, ModelSize.SMALL, sources, minutes=60, threads=1).settings.steps == 5


def test_what_ships_is_small_and_names_no_place(sources: Sources, tmp_path: Path) -> None:
    """The shipped .cat answers nearly as the trained one, and holds neither paths nor digests of pairs."""
    _, cat = Training(TINY, ModelSize.SMALL, sources, threads=1).go()
    shipped = tmp_path / "out" / "deblur_small.cat"
    ship(cat, shipped, scores={"task": {"input": 20.0, "set": 25.5}})
    assert shipped.stat().st_size < 0.3 * cat.stat().st_size
    header, _ = load_cat(shipped)
    assert str(tmp_path) not in str(header.to_json()) and "hashes" not in header.data_set
    picture = np.random.default_rng(1).random((32, 32, 3)).astype(np.float32)
    one, other = (Model.load(path, "cpu").apply(picture) for path in (cat, shipped))
    assert np.abs(one - other).max() < 0.01
    card = write_card(TINY, shipped.parent).read_text(encoding="utf-8")
    assert "| Small | 20.00 | 25.50 |" in card
    assert "make weights SET=deblur SIZE=small STEPS=6 DATA=PATH" in card


def test_another_round_begins_with_what_ships_and_has_pairs_of_its_own(sources: Sources, tmp_path: Path) -> None:
    """Its seed is the next one, it starts from the shipped weights, and the card lists both rounds."""
    shipped = tmp_path / "deblur_small.cat"
    ship(Training(TINY, ModelSize.SMALL, sources, threads=1).go()[1], shipped)
    before = rounds_of(shipped)
    again = Training(TINY, ModelSize.SMALL, sources, steps=3, start_from=shipped, number=2, threads=1)
    _, cat = again.go()
    assert any("Starts from deblur_small.cat" in note for note in load_cat(cat)[0].notes)
    ship(cat, shipped, before)
    assert rounds_of(shipped) == (Round(20, 6), Round(21, 3))
    card = write_card(TINY, tmp_path).read_text(encoding="utf-8")
    assert "STEPS=6 DATA=PATH\n    make weights SET=deblur SIZE=small STEPS=3 DATA=PATH WEIGHTS=--go-on" in card
    assert "| deblur_small.cat | 1.4 | 9 |" in card


def test_data_that_no_registry_has_is_asked_for(tmp_path: Path) -> None:
    """Without --data the sentence says what is missing and how to give it."""
    with pytest.raises(SystemExit, match=r"photos/ .* with --data PATH"):
        Sources(tmp_path, None).path("photos")


def test_weights_of_another_size_do_not_start_a_round(sources: Sources, tmp_path: Path) -> None:
    """A Small .cat is no start for Medium, which is one sentence."""
    shipped = tmp_path / "deblur_small.cat"
    ship(Training(TINY, ModelSize.SMALL, sources, threads=1).go()[1], shipped)
    with pytest.raises(PairCatError, match="holds a Small model of another size"):
        Training(TINY, ModelSize.MEDIUM, sources, start_from=shipped, number=2, threads=1).go()
