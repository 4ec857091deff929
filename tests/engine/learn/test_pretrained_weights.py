"""Pretrained weights: where those lie that come with PairCat lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from paircat.engine.errors import CheckpointError
from paircat.engine.learn.pretrained_weights import pretrained_weights
from paircat.engine.settings import InitialWeights, ModelSize


def test_each_set_has_a_file_of_its_size(tmp_path: Path) -> None:
    """The knob's words, in small letters with underscores, name the file."""
    (tmp_path / "human_matting_large.cat").touch()
    assert pretrained_weights(InitialWeights.HUMAN_MATTING, ModelSize.LARGE, tmp_path).name == "human_matting_large.cat"


def test_a_set_that_is_not_installed_is_reported(tmp_path: Path) -> None:
    """The sentence names the set and the file that is missing, and says what to do."""
    with pytest.raises(CheckpointError, match=r"'Deblur' are not installed: .*deblur_small\.cat'.* choose None or a"):
        pretrained_weights(InitialWeights.DEBLUR, ModelSize.SMALL, tmp_path)


def test_a_larger_size_takes_the_next_smaller_one(tmp_path: Path) -> None:
    """With Small and Medium in the folder, Large is made of Medium, and each of the others is its own."""
    (tmp_path / "upscale_small.cat").touch()
    (tmp_path / "upscale_medium.cat").touch()
    taken = [pretrained_weights(InitialWeights.UPSCALE, size, tmp_path).stem for size in ModelSize]
    assert taken == ["upscale_small", "upscale_medium", "upscale_medium"]


def test_a_size_that_cannot_be_had_names_those_that_can(tmp_path: Path) -> None:
    """With Large alone in the folder, Small says to set Model Size to Large: features are not thrown away."""
    (tmp_path / "upscale_large.cat").touch()
    with pytest.raises(CheckpointError, match="installed for Large, but not for Small; set Model Size to Large"):
        pretrained_weights(InitialWeights.UPSCALE, ModelSize.SMALL, tmp_path)
