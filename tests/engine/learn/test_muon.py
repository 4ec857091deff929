"""Muon: orthogonal updates for convolution kernels."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from paircat.engine.learn.muon import Muon, as_kernel, as_matrix, orthogonal, split_parameters
from paircat.engine.learn.network import Network, NetworkShape
from paircat.engine.settings import ModelSize


@pytest.mark.parametrize("shape", [(3, 8, 72), (2, 96, 24), (1, 16, 16)])
def test_an_orthogonal_matrix_moves_all_directions_nearly_alike(shape: tuple[int, int, int]) -> None:
    """Singular values of any sound matrix, high or wide, end near one."""
    torch.manual_seed(0)
    values = torch.linalg.svdvals(orthogonal(torch.randn(shape)))
    assert values.min() > 0.6 and values.max() < 1.3


def test_the_gram_matrix_gives_what_the_plain_iteration_gives() -> None:
    """The quicker way to the same polynomial, within float error."""
    torch.manual_seed(1)
    matrix = torch.randn(1, 8, 72)
    plain = (matrix / matrix.norm()).double()
    for _ in range(5):
        gram = plain @ plain.mT
        plain = 3.4445 * plain + (-4.7750 * gram + 2.0315 * gram @ gram) @ plain
    assert torch.allclose(orthogonal(matrix).double(), plain, rtol=0, atol=1e-5)


def test_the_directions_are_kept() -> None:
    """What is made orthogonal has the singular vectors of what it was made from."""
    torch.manual_seed(2)
    matrix = torch.randn(8, 72)
    u, _, v = torch.linalg.svd(matrix, full_matrices=False)
    inner = u.mT @ orthogonal(matrix[None])[0] @ v.mT
    assert torch.allclose(inner, torch.diag(inner.diag()), atol=1e-4)


def test_nothing_to_learn_moves_nothing() -> None:
    """A gradient of zeros, as behind a layer that starts at zero, is no direction."""
    assert (orthogonal(torch.zeros(1, 8, 72)) == 0).all()


def test_a_step_has_the_same_size_for_every_shape() -> None:
    """A fifth of the rate, in the root mean square, whatever the gradient's size."""
    torch.manual_seed(3)
    for out, into, strength in ((32, 32, 1e-6), (64, 48, 1e3)):
        kernel = nn.Parameter(torch.zeros(out, into, 3, 3).contiguous(memory_format=torch.channels_last))
        kernel.grad = strength * torch.randn_like(kernel)
        Muon([kernel], lr=0.01).step()
        assert float(kernel.detach().square().mean().sqrt()) == pytest.approx(0.002, rel=0.2)


def test_kernels_do_not_grow_without_end() -> None:
    """Steps of one size for ever, in the same direction: the decay holds them."""
    torch.manual_seed(5)
    kernel = nn.Parameter(torch.zeros(8, 8, 3, 3))
    slope = torch.randn_like(kernel)
    made = Muon([kernel], lr=0.5)
    sizes = []
    for _ in range(400):
        kernel.grad = slope.clone()
        made.step()
        sizes.append(float(kernel.detach().norm()))
    assert sizes[-1] == pytest.approx(sizes[-100], rel=0.05)


def test_kernels_in_either_memory_layout_are_moved() -> None:
    """Channels last is quicker, but no condition."""
    torch.manual_seed(4)
    plain = torch.randn(8, 8, 3, 3)
    moved = []
    for layout in (torch.contiguous_format, torch.channels_last):
        kernel = nn.Parameter(plain.clone(memory_format=layout))
        kernel.grad = plain.clone(memory_format=layout)
        Muon([kernel], lr=0.1).step()
        moved.append(kernel.detach().contiguous())
    assert torch.allclose(moved[0], moved[1], atol=1e-6) and not torch.equal(moved[0], plain)


def test_layers_at_the_pixels_are_left_to_the_other_optimizer() -> None:
    """Stem, head, colour matrix and all biases; together the two lists are the whole network."""
    network = Network(NetworkShape.of_size(ModelSize.SMALL, 3, 3))
    kernels, rest = split_parameters(network)
    assert len(kernels) + len(rest) == len(list(network.parameters()))
    assert all(kernel.ndim == 4 for kernel in kernels)
    for parameter in (network.stem.weight, network.head.weight, network.colour.weight, network.middle[0].a.bias):
        assert any(parameter is other for other in rest)


def test_a_matrix_is_a_kernel_seen_by_its_outputs() -> None:
    """(out, everything that one of them is made of), and back."""
    kernel = torch.randn(5, 4, 3, 2)
    matrix = as_matrix(kernel)
    assert matrix.shape == (5, 24) and torch.equal(as_kernel(matrix, kernel), kernel)
