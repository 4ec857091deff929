"""Transfer: the weights of one network as another one's start, also where the channels are not the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from networks import lively

from paircat.engine.learn.colour_curves import HINGES
from paircat.engine.learn.network import Network, NetworkShape
from paircat.engine.learn.transfer import ChannelLayout, Transfer
from paircat.engine.settings import ModelSize

RGB, ALPHA = ("R", "G", "B"), ("A",)
PICTURE = torch.rand(1, 3, 32, 32, generator=torch.Generator().manual_seed(4))


def network(ins: int, outs: int, matte: bool = False, alive: bool = False) -> Network:
    shape = NetworkShape.of_size(ModelSize.SMALL, ins, outs, matte, hinges=0 if matte else HINGES)
    return lively(shape) if alive else Network(shape).requires_grad_(False)


def transferred(theirs: Network, ends: ChannelLayout, ours: ChannelLayout) -> tuple[Network, Transfer]:
    """A new network of `ours` with the weights of one of `ends`."""
    fresh = network(len(ours.channels_in), len(ours.channels_out), ours.matte)
    transfer = Transfer.between(ends, ours)
    transfer.apply(fresh, theirs.state_dict())
    return fresh, transfer


@pytest.fixture(scope="module")
def picture_set() -> tuple[Network, ChannelLayout]:
    return network(3, 3, alive=True), ChannelLayout(RGB, RGB, False)


@pytest.fixture(scope="module")
def matte_set() -> tuple[Network, ChannelLayout]:
    return network(3, 1, matte=True, alive=True), ChannelLayout(RGB, ALPHA, True)


def test_the_same_channels_take_all_and_say_nothing(picture_set: tuple[Network, ChannelLayout]) -> None:
    """Every answer is the other network's, and there is nothing to tell."""
    theirs, ends = picture_set
    ours, transfer = transferred(theirs, ends, ends)
    assert torch.equal(ours(PICTURE), theirs(PICTURE))
    assert transfer.notes() == () and transfer.keeps_result


def test_colours_are_found_by_name(picture_set: tuple[Network, ChannelLayout]) -> None:
    """Channels of a layer, in another order, are matched by what they are called."""
    theirs, ends = picture_set
    names = ("beauty.blue", "beauty.green", "beauty.red")
    ours, _ = transferred(theirs, ends, ChannelLayout(names, names, False))
    assert torch.allclose(ours(PICTURE.flip(1)), theirs(PICTURE).flip(1), atol=1e-5)


def test_curves_go_over_with_the_rest_to_other_channels(picture_set: tuple[Network, ChannelLayout]) -> None:
    """A look that was mostly curves is the same look on pairs that have depth and alpha beside the colours."""
    theirs, ends = picture_set
    assert theirs.curves is not None and theirs.curves(PICTURE).abs().mean() > 0.01
    names = ("Z", "A", *RGB)
    ours, _ = transferred(theirs, ends, ChannelLayout(names, RGB, False))
    assert ours.curves is not None
    deep = torch.cat([torch.rand(1, 2, 32, 32), PICTURE], dim=1)
    assert torch.allclose(ours.curves(deep), theirs.curves(PICTURE), atol=1e-5)


def test_a_filter_goes_over_with_the_rest_to_other_channels() -> None:
    """A lens that was sharpened is as sharp on pairs that have depth and alpha beside the colours."""
    shape = NetworkShape.of_size(ModelSize.SMALL, 3, 3, filtered=True)
    theirs = lively(shape)
    names = ("Z", "A", *RGB)
    ours = lively(replace(shape, channels_in=5))
    Transfer.between(ChannelLayout(RGB, RGB, False), ChannelLayout(names, RGB, False)).apply(ours, theirs.state_dict())
    deep = torch.cat([torch.rand(1, 2, 32, 32), PICTURE], dim=1)
    assert torch.allclose(ours(deep), theirs(PICTURE), atol=1e-4)


def test_weights_from_before_there_were_curves_start_without(picture_set: tuple[Network, ChannelLayout]) -> None:
    """The pretrained sets have none: the answer is theirs, to the last bit."""
    ends = picture_set[1]
    theirs = lively(NetworkShape.of_size(ModelSize.SMALL, 3, 3))
    ours, _ = transferred(theirs, ends, ends)
    assert torch.equal(ours(PICTURE), theirs(PICTURE))


def test_an_input_channel_that_is_not_known_starts_without_influence(
    picture_set: tuple[Network, ChannelLayout],
) -> None:
    """With depth beside RGB the answer is the same whatever the depth is, and the sentence names it."""
    theirs, ends = picture_set
    ours, transfer = transferred(theirs, ends, ChannelLayout((*RGB, "depth.Z"), RGB, False))
    deep = torch.cat([PICTURE, torch.rand(1, 1, 32, 32)], dim=1)
    assert torch.allclose(ours(deep), theirs(PICTURE), atol=1e-5)
    assert transfer.notes() == ("These input channels are not known there and start without it: depth.Z.",)


def test_an_output_channel_that_is_not_known_starts_from_what_the_network_had(
    picture_set: tuple[Network, ChannelLayout],
) -> None:
    """RGBA to RGBA: colours as the set makes them, alpha by the linear map that was there before."""
    theirs, ends = picture_set
    rgba = (*RGB, "A")
    ours = network(4, 4)
    ours.start_from(torch.eye(4), torch.zeros(4))
    transfer = Transfer.between(ends, ChannelLayout(rgba, rgba, False))
    transfer.apply(ours, theirs.state_dict())
    seen = torch.cat([PICTURE, torch.rand(1, 1, 32, 32)], dim=1)
    assert torch.allclose(ours(seen)[:, :3], theirs(PICTURE), atol=1e-5)
    assert torch.allclose(ours(seen)[:, 3:], seen[:, 3:], atol=1e-6)
    assert any("output channels" in note and note.endswith(": A.") for note in transfer.notes())


def test_one_channel_is_treated_as_a_grey_picture(picture_set: tuple[Network, ChannelLayout]) -> None:
    """The answer is the mean of what the set makes of that channel as red, green and blue."""
    theirs, ends = picture_set
    ours, _ = transferred(theirs, ends, ChannelLayout(("Y",), ("Y",), False))
    grey = PICTURE[:, :1]
    assert torch.allclose(ours(grey), theirs(grey.expand(-1, 3, -1, -1)).mean(dim=1, keepdim=True), atol=1e-5)


def test_alpha_out_of_colours_starts_a_fresh_head_and_says_so(picture_set: tuple[Network, ChannelLayout]) -> None:
    """A set of pictures gives a matte its inner layers; head and colour stay as they were, which is zero."""
    theirs, ends = picture_set
    ours, transfer = transferred(theirs, ends, ChannelLayout(RGB, ALPHA, True))
    assert torch.equal(ours.middle[0].a.weight, theirs.middle[0].a.weight)
    assert not ours(PICTURE).any() and not transfer.keeps_result
    assert transfer.notes() == ("Other channels than there, so these layers start fresh: colour, head.",)


def test_a_matte_is_a_matte_in_whatever_channel_it_is_kept(matte_set: tuple[Network, ChannelLayout]) -> None:
    """A black and white RGB picture as ground truth gets the set's matte in all three channels."""
    theirs, ends = matte_set
    ours, _ = transferred(theirs, ends, ChannelLayout(RGB, RGB, True))
    assert torch.allclose(ours(PICTURE), theirs(PICTURE).expand(-1, 3, -1, -1), atol=1e-5)


def test_a_soft_picture_does_not_take_a_mattes_head(matte_set: tuple[Network, ChannelLayout]) -> None:
    """What comes out of a matte's network goes through a sigmoid; a picture's does not, so its head starts fresh."""
    theirs, ends = matte_set
    ours, transfer = transferred(theirs, ends, ChannelLayout(RGB, ALPHA, False))
    assert not transfer.keeps_result and not ours.head.weight.any()


def test_two_channels_keep_the_inner_layers_alone(picture_set: tuple[Network, ChannelLayout]) -> None:
    """Motion vectors are no part of a colour picture: the stem starts fresh as well."""
    theirs, ends = picture_set
    vectors = ("forward.u", "forward.v")
    ours, transfer = transferred(theirs, ends, ChannelLayout(vectors, vectors, False))
    assert transfer.notes() == ("Other channels than there, so these layers start fresh: colour, head, stem.",)
    assert ours(torch.rand(1, 2, 32, 32)).isfinite().all()


@pytest.mark.parametrize("masked", [True, False])
def test_a_mask_is_left_behind_or_starts_fresh(masked: bool) -> None:
    """All that both networks have is taken over."""
    shapes = [NetworkShape.of_size(ModelSize.SMALL, 3, 3, masked=kind) for kind in (masked, not masked)]
    theirs, ours = lively(shapes[0]), Network(shapes[1])
    Transfer.between(ChannelLayout(RGB, RGB, False), ChannelLayout(RGB, RGB, False)).apply(ours, theirs.state_dict())
    assert torch.equal(ours.parts(PICTURE)[0], theirs.parts(PICTURE)[0])


def test_a_key_goes_over_to_the_same_colours_and_more() -> None:
    """A matte of colour and depth begins as the one of colours alone, which began as a key."""
    shape = NetworkShape.of_size(ModelSize.SMALL, 3, 1, matte=True, hinges=HINGES)
    theirs, ours = lively(shape), Network(replace(shape, channels_in=4))
    ends = ChannelLayout(RGB, ALPHA, True), ChannelLayout((*RGB, "depth.Z"), ALPHA, True)
    Transfer.between(*ends).apply(ours, theirs.state_dict())
    seen = torch.cat([PICTURE, torch.rand_like(PICTURE[:, :1])], dim=1)
    torch.testing.assert_close(ours(seen), theirs(PICTURE), rtol=0, atol=1e-4)


@pytest.mark.parametrize("hinges", [0, HINGES])
@pytest.mark.parametrize(("own", "cell"), [(2, 4), (4, 2)])
def test_on_other_cells_it_begins_as_on_a_picture_of_another_size(own: int, cell: int, hinges: int) -> None:
    """Whatever a set makes of a picture, this network makes of one twice as large, or the other way round."""
    shape = NetworkShape.of_size(ModelSize.SMALL, 3, 1, matte=True, hinges=hinges, cell=own)
    theirs, ours = lively(shape), Network(replace(shape, cell=cell))
    Transfer.between(*[ChannelLayout(RGB, ALPHA, True)] * 2).apply(ours, theirs.state_dict())
    coarse = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(4))
    fine = coarse.repeat_interleave(2, 2).repeat_interleave(2, 3)
    if cell > own:
        expected = theirs(coarse).repeat_interleave(2, 2).repeat_interleave(2, 3)
        torch.testing.assert_close(ours(fine), expected, rtol=1e-4, atol=1e-4)
    else:
        expected = torch.nn.functional.avg_pool2d(theirs(fine), 2)
        torch.testing.assert_close(ours(coarse), expected, rtol=1e-4, atol=1e-4)
