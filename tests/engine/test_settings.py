"""TrainingSettings: what decides a run, checked, and the manual's formula for its length."""

from __future__ import annotations

import dataclasses

import pytest

from paircat.engine.errors import PairCatError
from paircat.engine.settings import InitialWeights, ModelSize, TrainingSettings, total_steps


def test_total_steps_are_the_manuals() -> None:
    """floor(epochs x pairs / batch size), on the manual's own figures."""
    assert total_steps(10000, 6, 4) == 15000
    assert total_steps(1000, 10000, 55) == 181818


def test_they_survive_json_and_other_versions() -> None:
    """Every setting comes back; names of a later version are passed over."""
    settings = TrainingSettings(
        epochs=7, model_size=ModelSize.LARGE, initial_weights=InitialWeights.DEBLUR, learning_rate=3e-4, flips=True
    )
    data = settings.to_json()
    assert set(data) == {field.name for field in dataclasses.fields(TrainingSettings)}
    assert TrainingSettings.from_json({**data, "invented_later": 1}) == settings


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("epochs", 0, "Epochs must be at least 1, not 0"),
        ("learning_rate", 0.0, "Learning rate must lie between 0 and 1"),
        ("model_size", "Huge", "'model_size' is 'Huge'; it must be one of Small, Medium, Large"),
        ("crop_size", "wide", "'crop_size' is 'wide'; it must be a whole number"),
    ],
)
def test_impossible_values_are_refused_by_name(name: str, value: object, sentence: str) -> None:
    """The setting, its value and what it may be are told."""
    with pytest.raises(PairCatError, match=sentence):
        TrainingSettings.from_json({name: value})
