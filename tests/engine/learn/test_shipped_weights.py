"""Shipped weights: where the initial weights that come with PairCat lie."""

from __future__ import annotations

from pathlib import Path

import pytest

from paircat.engine.errors import CheckpointError
from paircat.engine.learn.shipped_weights import shipped_weights
from paircat.engine.settings import InitialWeights, ModelSize


def test_each_set_has_a_file_of_its_size(tmp_path: Path) -> None:
    """The knob's words, in small letters with underscores, name the file."""
    (tmp_path / "human_matting_large.cat").touch()
    assert shipped_weights(InitialWeights.HUMAN_MATTING, ModelSize.LARGE, tmp_path).name == "human_matting_large.cat"


def test_a_set_that_is_not_installed_is_told(tmp_path: Path) -> None:
    """The sentence names the set and the file that is missing, and says what to do."""
    with pytest.raises(CheckpointError, match=r"'Deblur' are not installed: .*deblur_small\.cat'.* choose None or a"):
        shipped_weights(InitialWeights.DEBLUR, ModelSize.SMALL, tmp_path)


def test_a_size_that_is_not_installed_names_those_that_are(tmp_path: Path) -> None:
    """With Small alone in the folder, Large says to set Model Size to Small."""
    (tmp_path / "upscale_small.cat").touch()
    with pytest.raises(CheckpointError, match="installed for Small, but not for Large; set Model Size to Small"):
        shipped_weights(InitialWeights.UPSCALE, ModelSize.LARGE, tmp_path)
