"""ColourCurves: bend what a matrix cannot, at once, in any number of channels, and go on straight beyond the pairs."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from paircat.engine.learn.colour_curves import HINGES, ColourCurves
from paircat.engine.learn.linear_fit import LinearMap, weighed

RANDOM = np.random.default_rng(0)
COLOURS = RANDOM.random((6000, 3)).astype(np.float32)


def fitted(wanted: np.ndarray, colours: np.ndarray = COLOURS) -> ColourCurves:
    """Curves alone that come nearest to what is wanted of the colours."""
    curves = ColourCurves(colours.shape[1], wanted.shape[1])
    curves.place(colours)
    curves.weight.data = torch.from_numpy(weighed(curves.hinges(colours), wanted, 1e-6).matrix)
    return curves


def shown(curves: ColourCurves, colours: np.ndarray) -> np.ndarray:
    """What is added to some colours, as a picture one pixel high."""
    picture = torch.from_numpy(colours.astype(np.float32)).T[None, :, None]
    return curves(picture).detach()[0, :, 0].T.numpy()


def plain(curves: ColourCurves, x: torch.Tensor) -> torch.Tensor:
    """The same sum by the book, with every hinge in memory at once."""
    hinges = torch.relu(torch.einsum("nchw,fc->nfhw", x, curves.directions) - curves.knots[:, None, None])
    return torch.einsum("nfhw,of->nohw", hinges, curves.weight)


@pytest.mark.parametrize("channels", [1, 2, 3, 4, 40])
def test_any_number_of_channels_has_the_same_number_of_hinges(channels: int) -> None:
    """So the curves of one network can be another's; unused hinges add nothing."""
    curves = ColourCurves(channels, 2)
    curves.place(RANDOM.random((300, channels)))
    assert curves.weight.shape == (2, HINGES)
    assert curves(torch.rand(1, channels, 5, 7)).shape == (1, 2, 5, 7)


def test_fresh_curves_add_nothing() -> None:
    """A network with curves that nobody has fitted is one without."""
    assert not ColourCurves(3, 3)(torch.rand(1, 3, 8, 8)).any()


def test_a_curve_over_each_channel_is_bent_at_once() -> None:
    """A gamma leaves far less than what a matrix leaves of it."""
    wanted = COLOURS**2.2
    matrix = weighed(COLOURS, wanted).apply(COLOURS)
    curves = fitted(wanted)
    mean = (wanted - shown(curves, COLOURS)).mean(axis=0)  # the offset is the matrix's
    left = np.abs(wanted - shown(curves, COLOURS) - mean).mean()
    assert left < 0.1 * np.abs(wanted - matrix).mean()


def test_what_depends_on_grey_is_bent_as_well() -> None:
    """A contrast on the mean of the channels is found, which no curve over single channels has."""
    wanted = np.repeat(np.abs(COLOURS.mean(axis=1, keepdims=True) - 0.5), 3, axis=1)
    curves = fitted(wanted)
    rest = wanted - shown(curves, COLOURS)
    assert np.abs(rest - rest.mean(axis=0)).mean() < 0.1 * np.abs(wanted - wanted.mean(axis=0)).mean()


def test_beyond_the_pairs_they_go_on_straight() -> None:
    """A highlight ten times brighter than any that was seen gets the slope of the brightest that were."""
    curves = fitted(COLOURS**2.2)
    at = [shown(curves, np.full((1, 3), value))[0] for value in (2.0, 6.0, 10.0)]
    np.testing.assert_allclose(at[2] - at[1], at[1] - at[0], rtol=1e-3)


def test_the_sum_and_its_slope_are_those_of_all_hinges_at_once() -> None:
    """That it is worked out piece by piece does not show, neither forward nor backward."""
    torch.manual_seed(0)
    curves = ColourCurves(3, 3)
    curves.place(COLOURS)
    torch.nn.init.normal_(curves.weight)
    x = torch.rand(2, 3, 70, 65).to(memory_format=torch.channels_last)
    slopes = []
    for result in (curves(x), plain(curves, x)):
        curves.weight.grad = None
        result.square().sum().backward()
        assert curves.weight.grad is not None
        slopes.append(curves.weight.grad.clone())
    torch.testing.assert_close(curves(x), plain(curves, x))
    torch.testing.assert_close(slopes[0], slopes[1], rtol=1e-4, atol=1e-2)


def test_half_precision_around_them_does_not_touch_them() -> None:
    """Under autocast the curves are those of float32: dark tones need all of it."""
    curves = fitted(COLOURS**2.2)
    x = torch.rand(1, 3, 8, 8)
    with torch.autocast("cpu", torch.bfloat16):
        half = curves(x)
    assert half.dtype == torch.float32 and torch.equal(half, curves(x))


def test_other_channels_are_bent_only_where_colour_tells_most_of_them() -> None:
    """A luminance becomes an alpha by curves; a depth, to which bright things are but a little nearer, does not."""
    random = np.random.default_rng(5)
    colours = random.random((4000, 1), np.float32)
    bent = np.abs(colours - 0.5)
    alpha = 2 * bent + random.normal(0, 0.05, colours.shape)
    depth = bent + random.normal(0, 0.2, colours.shape)
    curves = ColourCurves(1, 1)
    curves.place(colours)
    for wanted, as_another in ((alpha, True), (depth, False)):
        left = wanted - LinearMap.fit(colours, wanted).apply(colours)
        assert curves.help_with(colours, left)
        assert curves.help_with(colours, left, float(wanted.var())) is as_another
