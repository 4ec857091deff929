"""Network: any channels, any size, the same answer whatever stands beside a picture in the batch."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from networks import lively

from paircat.engine.errors import CheckpointError
from paircat.engine.learn.network import Network, NetworkShape
from paircat.engine.settings import ModelSize

SMALL = NetworkShape(3, 2, (8, 12, 16, 16), 1)
CELLS = pytest.mark.parametrize("cell", [2, 4])


@pytest.mark.parametrize("hinges", [0, 8])
@CELLS
@pytest.mark.parametrize("size", [(16, 16), (33, 47), (40, 17), (1, 5)])
def test_output_has_the_size_of_the_input(size: tuple[int, int], cell: int, hinges: int) -> None:
    """Any frame size comes back exactly, odd ones included, of a key too."""
    assert lively(replace(SMALL, cell=cell, matte=hinges > 0, hinges=hinges))(torch.rand(2, 3, *size)).shape == (
        2,
        2,
        *size,
    )


def test_a_picture_comes_out_the_same_alone_and_in_a_batch() -> None:
    """There are no batch statistics."""
    network = lively(SMALL)
    batch = torch.rand(3, 3, 32, 32)
    torch.testing.assert_close(network(batch)[1:2], network(batch[1:2]), rtol=0, atol=1e-6)


@CELLS
def test_nothing_beyond_the_radius_changes_a_pixel(cell: int) -> None:
    """The stated radius holds: tiles with that much around them are exact."""
    network = lively(replace(SMALL, cell=cell))
    picture = torch.rand(1, 3, 32, 800)
    changed = picture.clone()
    changed[..., 400 + network.radius :] = 0
    assert torch.equal(network(picture)[..., :400], network(changed)[..., :400])
    assert not torch.equal(network(picture)[..., 400:], network(changed)[..., 400:])


def test_larger_cells_see_further_at_less_cost() -> None:
    """Twice the radius for a quarter of the features of a pixel; a filter, which has cells of its own, is refused."""
    usual, larger = Network(SMALL), Network(replace(SMALL, cell=4))
    assert (larger.radius, larger.stride) == (2 * usual.radius, 2 * usual.stride)
    assert larger.training_bytes_per_pixel <= usual.training_bytes_per_pixel / 2
    with pytest.raises(ValueError, match="cells of 2x2 pixels, not 4x4"):
        Network(replace(SMALL, cell=4, filtered=True))


def test_it_starts_as_the_linear_map_it_is_given() -> None:
    """Before the first step the output is the colour matrix and nothing else."""
    network = Network(NetworkShape.of_size(ModelSize.SMALL, 3, 3))
    network.start_from(torch.eye(3) * 0.5, torch.full((3,), 0.1))
    picture = torch.rand(1, 3, 32, 32)
    torch.testing.assert_close(network(picture), picture * 0.5 + 0.1)


def test_sizes_grow() -> None:
    """Medium has more parameters than Small, Large more than Medium."""
    counts = [sum(p.numel() for p in Network(NetworkShape.of_size(size, 3, 3)).parameters()) for size in ModelSize]
    assert counts == sorted(counts)
    assert counts[0] < counts[1] < counts[2]


def test_a_network_of_an_unknown_kind_is_refused() -> None:
    """A .cat of a later design asks for an update instead of failing somewhere inside."""
    data = SMALL.to_json()
    assert NetworkShape.from_json(data) == SMALL
    assert NetworkShape.from_json({name: value for name, value in data.items() if name != "cell"}) == SMALL
    with pytest.raises(CheckpointError, match="update PairCat"):
        NetworkShape.from_json({**data, "kind": "unet-9"})


def test_what_fills_the_stride_counts_as_zero() -> None:
    """The last rows of a frame are those of a crop: the rows repeated below them once cost them up to 3 dB."""
    network = lively(NetworkShape(3, 3, (8, 8), 1))
    network.up[0].weight.zero_()  # of the level that sees the frame alone, whose rows need no filling
    network.up[0].bias.zero_()
    picture = torch.rand(1, 3, 30, 22)
    features = network.stem(torch.nn.functional.pixel_unshuffle(picture, 2))
    for block in (network.enter[0], network.leave[0]):
        features = block(features, features.shape[2:])
    expected = network.by_colour(picture) + torch.nn.functional.pixel_shuffle(network.head(features), 2)
    torch.testing.assert_close(network(picture), expected, rtol=0, atol=1e-6)
