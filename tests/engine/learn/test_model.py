"""Model: a network applied to whole frames, in tiles or at once, channels beside the trained ones untouched."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch
from checkpoints import train_cat
from networks import lively

from paircat.engine.errors import CheckpointError, PairCatError
from paircat.engine.learn.change_mask import ROUNDING_THRESHOLD
from paircat.engine.learn.device import Device
from paircat.engine.learn.encoding import Encoding
from paircat.engine.learn.model import Model
from paircat.engine.learn.network import Network, NetworkShape
from paircat.engine.picture.box import Box
from paircat.engine.picture.image import Header, Image
from paircat.engine.runs.checkpoint import load_cat, save_cat

RANDOM = np.random.default_rng(3)


def model_of(
    channels_in: int = 3, channels_out: int = 3, matte: bool = False, coding: str = "none", masked: bool = False
) -> Model:
    network = lively(NetworkShape(channels_in, channels_out, (8, 12, 16), 1, matte, masked))
    codings = Encoding((coding,) * channels_in), Encoding(("none" if matte else coding,) * channels_out)
    return Model(network, *codings, Device.choose("cpu"))


@pytest.mark.parametrize(("masked", "matte"), [(False, False), (True, False), (False, True)])
def test_light_beyond_what_was_learnt_changes_nothing_around_it(masked: bool, matte: bool) -> None:
    """Pairs of display-referred values teach nothing of a highlight of a million: the network sees it as a little more
    than white, and the rest of it goes by the colour matrix alone. A picture without any is as it ever was."""
    model = model_of(channels_out=1 if matte else 3, matte=matte, masked=masked)
    pixels = RANDOM.random((40, 48, 3), dtype=np.float32)
    white, bright, before = pixels.copy(), pixels.copy(), model.apply(pixels)
    white[20, 24], bright[20, 24] = 1.5, 1e6
    expected, found = model.apply(white), model.apply(bright)
    around = np.ones((40, 48), bool)
    around[20, 24] = False
    np.testing.assert_array_equal(found[around], expected[around])
    assert np.isfinite(found).all() and np.array_equal(model.apply(pixels), before)
    if matte:
        assert np.array_equal(found, expected)
    elif masked:
        np.testing.assert_allclose(found[20, 24], 1e6, rtol=1e-4)


def test_an_alpha_beside_colours_stays_coverage() -> None:
    """Whatever the network makes of it; light may go beyond 0 and 1."""
    model = model_of(4, 4)
    pixels = RANDOM.random((40, 48, 4), dtype=np.float32)
    with torch.no_grad():
        model.network.colour.bias.add_(0.7)  # type: ignore[union-attr]
    free, named = model.apply(pixels), dataclasses.replace(model, channels_out=("R", "G", "B", "A")).apply(pixels)
    assert free[:, :, 3].max() > 1
    np.testing.assert_array_equal(named[:, :, 3], free[:, :, 3].clip(0, 1))
    np.testing.assert_array_equal(named[:, :, :3], free[:, :, :3])


def test_an_alpha_that_a_mask_changes_stays_coverage() -> None:
    """What it leaves alone stays as it is, also beyond 0 and 1."""
    model = dataclasses.replace(model_of(4, 4, masked=True), channels_out=("R", "G", "B", "A"))
    pixels = 2 * RANDOM.random((40, 48, 4), dtype=np.float32) - np.float32(0.5)
    with torch.no_grad():
        model.network.colour.bias.add_(3)  # type: ignore[union-attr]
        model.network.mask.bias[0] = -50  # type: ignore[union-attr, index]  # one pixel of four is left alone
        free = model.network(torch.from_numpy(pixels).permute(2, 0, 1)[None])[0, 3].numpy()
    alpha, here = model.apply(pixels)[:, :, 3], pixels[:, :, 3]
    untouched = free == here
    assert untouched.any() and ((free > 1) & ~untouched).any()
    np.testing.assert_array_equal(alpha[untouched], here[untouched])
    np.testing.assert_allclose(alpha[~untouched], free[~untouched].clip(0, 1), atol=1e-5)


def test_light_that_is_not_coded_is_seen_as_it_is() -> None:
    """Pairs of light do have highlights: what was learnt of them and around them is applied to them."""
    pixels = RANDOM.random((40, 48, 3), dtype=np.float32)
    pixels[20, 24] = 20
    light, display = model_of(coding="light"), model_of(coding="none")
    seen = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    with torch.no_grad():
        expected = light.network(seen)[0].permute(1, 2, 0).numpy()
    np.testing.assert_allclose(light.apply(pixels), expected, atol=1e-4)
    assert abs(display.apply(pixels) - expected)[16:25, 20:29].max() > 0.01


@pytest.mark.parametrize("coding", ["none", "log"])
def test_tiled_equals_whole(coding: str) -> None:
    """Tiles show exactly what the whole frame shows, for display-referred and for coded values."""
    model = model_of(coding=coding)
    pixels = RANDOM.random((150, 233, 3), dtype=np.float32) * (4 if coding == "log" else 1)
    whole, tiled = model.apply(pixels, tile_size=-1), model.apply(pixels, tile_size=160, feather=16)
    assert whole.std() > 0.05
    np.testing.assert_allclose(tiled, whole, atol=1e-4)


def test_a_memory_budget_cuts_a_large_frame() -> None:
    """With little memory the frame is done in pieces, with the same result."""
    model = model_of()
    pixels = RANDOM.random((96, 900, 3), dtype=np.float32)
    small = 90_000 * model.network.inference_bytes_per_pixel // 2
    shapes: list[tuple[int, ...]] = []
    hook = model.network.register_forward_pre_hook(lambda network, given: shapes.append(tuple(given[0].shape[2:])))
    model.apply(pixels, memory_bytes=small)
    hook.remove()
    assert len(shapes) > 1 and all(height * width <= 45_000 for height, width in shapes)
    np.testing.assert_allclose(model.apply(pixels, memory_bytes=small), model.apply(pixels, -1), atol=1e-4)


def test_a_network_that_knows_objects_of_one_size_is_shown_them_so() -> None:
    """Its first look at a large frame is from afar; the matte has the frame's size."""
    model = dataclasses.replace(model_of(matte=True, channels_out=1), object_sizes=(8, 24))
    shown: list[tuple[int, ...]] = []
    hook = model.network.register_forward_pre_hook(lambda network, given: shown.append(tuple(given[0].shape[2:])))
    found = model.apply(RANDOM.random((600, 960, 3), dtype=np.float32))
    hook.remove()
    assert found.shape == (600, 960, 1) and shown[0] == (300, 480) and 0 < found.min() < found.max() < 1


@pytest.mark.parametrize("size", [(16, 16), (17, 31), (64, 16)])
def test_small_and_odd_frames_work(size: tuple[int, int]) -> None:
    """Frames from 16 pixels up come back at their size."""
    assert model_of().apply(RANDOM.random((*size, 3), dtype=np.float32)).shape == (*size, 3)


def test_other_channels_windows_and_metadata_stay() -> None:
    """Only the trained channels change; a new one is added behind the others."""
    header = Header(
        ("R", "G", "B", "depth.Z"), Box(-3, 4, 40, 24), Box(0, 0, 64, 48), 2.0, ("half",) * 4, {"shot": "a1"}
    )
    image = Image(header, RANDOM.random((24, 40, 4), dtype=np.float32))
    result = model_of(3, 1, matte=True).apply_to(image, ("R", "G", "B"), ("A",))
    assert result.header.channels == ("R", "G", "B", "depth.Z", "A")
    assert result.header.data_window == header.data_window
    assert result.header.metadata == header.metadata
    np.testing.assert_array_equal(result.pixels[:, :, :4], image.pixels)
    assert 0 <= result.pixels[:, :, 4].min() < result.pixels[:, :, 4].max() <= 1


@pytest.mark.parametrize("channels", ["RGB", "RGBA"])
def test_a_grey_matte_is_the_alpha_of_a_colour_picture(channels: str) -> None:
    """Painted as one grey channel, it comes out where the viewer, a merge and every other program look for it."""
    window = Box(0, 0, 32, 32)
    image = Image(Header(tuple(channels), window, window), RANDOM.random((32, 32, len(channels)), dtype=np.float32))
    model = model_of(3, 1, matte=True)
    result = model.apply_to(image, "RGB", ("Y",))
    assert result.header.channels == ("R", "G", "B", "A")
    np.testing.assert_array_equal(result.pixels[:, :, 3:], model.apply(image.select("RGB")))


def test_a_new_channel_is_stored_with_fractions() -> None:
    """Not as whole numbers, where the first channel is an object's number."""
    window = Box(0, 0, 32, 32)
    header = Header(("id", "R", "G", "B"), window, window, formats=("uint", "half", "half", "half"))
    image = Image(header, RANDOM.random((32, 32, 4), dtype=np.float32))
    result = model_of(3, 1, matte=True).apply_to(image, "RGB", ("A",))
    assert result.header.formats == ("uint", "half", "half", "half", "half")


def test_a_highlight_without_end_is_no_hole_in_the_other_channels() -> None:
    """As in training, only the value that is no number counts as zero; the pixel itself stays as it is."""
    window = Box(0, 0, 32, 32)
    pixels = RANDOM.random((32, 32, 3), dtype=np.float32)
    image = Image(Header(("R", "G", "B"), window, window), pixels.copy())
    image.pixels[16, 16, 0] = np.inf
    zeroed = pixels.copy()
    zeroed[16, 16, 0] = 0
    result = model_of().apply_to(image, "RGB", "RGB").pixels
    wanted = model_of().apply(zeroed)
    wanted[16, 16] = image.pixels[16, 16]
    np.testing.assert_array_equal(result, wanted)


def test_a_missing_channel_is_named() -> None:
    """A picture without a trained channel gets a sentence with the remedy."""
    header = Header(("Y",), Box(0, 0, 20, 20), Box(0, 0, 20, 20))
    with pytest.raises(PairCatError, match=r"no R, G, B.*Shuffle"):
        model_of().apply_to(Image(header, np.zeros((20, 20, 1), np.float32)), ("R", "G", "B"), ("R",))


def test_a_bad_pixel_stays_alone() -> None:
    """One NaN is not spread as far as the network sees: that pixel stays as it is, and all others are finite."""
    header = Header(("R", "G", "B"), Box(0, 0, 40, 30), Box(0, 0, 40, 30))
    pixels = RANDOM.random((30, 40, 3), dtype=np.float32)
    pixels[7, 9, 1] = np.nan
    result = model_of().apply_to(Image(header, pixels), ("R", "G", "B"), ("R", "G", "B")).pixels
    assert np.isnan(result).sum() == 1
    np.testing.assert_array_equal(result[7, 9], pixels[7, 9])
    assert not np.array_equal(result[8, 9], pixels[8, 9])


@pytest.mark.parametrize(
    "changes",
    [
        {"channels_in": ("R",)},
        {"encoding": {"in": ["foo"] * 3, "out": ["none"] * 3}},
        {"network": {}},
        {"object_sizes": (30, 130)},  # of no matte
    ],
)
def test_a_cat_whose_parts_do_not_fit_is_refused_by_name(changes: dict[str, object], tmp_path: Path) -> None:
    """A header that was tampered with is told, with the file, before it makes a wrong picture."""
    header, weights = load_cat(train_cat(tmp_path / "look.3.cat"))
    save_cat(tmp_path / "odd.cat", dataclasses.replace(header, **changes), weights)
    with pytest.raises(CheckpointError, match=r"odd\.cat"):
        Model.load(tmp_path / "odd.cat")


@pytest.mark.parametrize("corner", [(0, 0), (8, 8), (9, 6), (7, 13)])
@pytest.mark.parametrize("cell", [2, 4])
def test_a_cropped_picture_gives_what_the_whole_one_gives(corner: tuple[int, int], cell: int) -> None:
    """As in training, what lies beyond the data window is black; cells of pixels begin at the corner of the format."""
    x, y = corner
    display, window = Box(0, 0, 48, 40), Box(x, y, 21, 17)
    cropped = Image(Header(("R", "G", "B"), window, display), RANDOM.random((17, 21, 3), dtype=np.float32))
    whole = cropped.with_pixels(cropped.over_window(display), data_window=display)
    model = Model(
        lively(NetworkShape(3, 3, (8, 12, 16), 1, cell=cell)), Encoding(("none",) * 3), Encoding(("none",) * 3),
        Device.choose("cpu"),
    )  # fmt: skip
    results = [model.apply_to(image, "RGB", "RGB") for image in (cropped, whole)]
    assert results[0].header.data_window == window
    np.testing.assert_allclose(results[0].pixels, results[1].over_window(window), atol=1e-6)


def test_a_small_element_in_a_large_format_is_not_done_as_the_whole_of_it() -> None:
    """No more black is looked at than the network sees around it, with the same result."""
    display, window = Box(0, 0, 1200, 900), Box(701, 433, 30, 20)
    image = Image(Header(("R", "G", "B"), window, display), RANDOM.random((20, 30, 3), dtype=np.float32))
    model = model_of()
    shapes: list[tuple[int, ...]] = []
    hook = model.network.register_forward_pre_hook(lambda network, given: shapes.append(tuple(given[0].shape[2:])))
    result = model.apply_to(image, "RGB", "RGB")
    hook.remove()
    assert shapes[0][0] * shapes[0][1] < 300 * 300
    whole = model.apply_to(image.with_pixels(image.over_window(display), data_window=display), "RGB", "RGB")
    np.testing.assert_allclose(result.pixels, whole.over_window(window), atol=1e-5)


@pytest.mark.parametrize("overscan", [1, 2, 3, 4, 5])
def test_pixels_beyond_the_format_move_nothing_inside(overscan: int) -> None:
    """Overscan of any width: a filter that tells even rows from odd ones still finds them."""
    shape = NetworkShape(3, 3, (8, 12), 1, filtered=True)
    network = Network(shape)  # its correction is nothing yet, so that the filter alone is seen
    assert network.filter is not None
    with torch.no_grad():
        network.colour.weight.copy_(torch.eye(3)[:, :, None, None])
        network.filter.weight.normal_(0, 0.1, generator=torch.Generator().manual_seed(1))
        network.filter.gain.fill_(1)
    plain = Encoding(("none",) * 3)
    model = Model(network, plain, plain, Device.choose("cpu"))
    display = Box(0, 0, 48, 40)
    window = display.expand(overscan)
    wide = Image(Header(("R", "G", "B"), window, display), RANDOM.random((*window[3:1:-1], 3), dtype=np.float32))
    inside = wide.with_pixels(wide.over_window(display), data_window=display)
    given = [model.apply_to(image, "RGB", "RGB").over_window(display) for image in (wide, inside)]
    assert np.abs(given[1] - inside.pixels).max() > 0.1
    np.testing.assert_allclose(given[0][12:-12, 12:-12], given[1][12:-12, 12:-12], atol=1e-5)


def test_an_empty_data_window_passes() -> None:
    """A frame without any pixels, as a renderer writes for an empty one, stays empty."""
    header = Header(("R", "G", "B"), Box(0, 0, 0, 0), Box(0, 0, 20, 20))
    image = Image(header, np.zeros((0, 0, 3), np.float32))
    assert model_of().apply_to(image, ("R", "G", "B"), ("R", "G", "B")).pixels.shape == (0, 0, 3)


@pytest.mark.parametrize("coding", ["none", "log"])
@pytest.mark.parametrize("tile_size", [-1, 96])
def test_what_a_mask_leaves_out_stays_bit_for_bit(coding: str, tile_size: int) -> None:
    """Through the coding and its inverse, and where tiles fade into each other, too."""
    model = dataclasses.replace(model_of(coding=coding, masked=True), gate=ROUNDING_THRESHOLD)
    assert model.network.mask is not None and model.network.mask.bias is not None
    model.network.mask.bias.fill_(-30)
    window = Box(0, 0, 233, 150)
    image = Image(Header(("R", "G", "B"), window, window), RANDOM.random((150, 233, 3), dtype=np.float32) * 4)
    result = model.apply_to(image, "RGB", "RGB", gate=True, tile_size=tile_size, feather=16)
    np.testing.assert_array_equal(result.pixels, image.pixels)
    model.network.mask.bias.fill_(30)
    assert np.abs(model.apply_to(image, "RGB", "RGB", gate=True).pixels - image.pixels).min() > 0


def test_small_components_of_a_mask_are_removed_by_the_gate() -> None:
    """What the mask says of a few pixels in the middle is not done where the pairs have larger changes only."""
    plain = dataclasses.replace(model_of(masked=True), gate=ROUNDING_THRESHOLD)
    assert plain.network.mask is not None and plain.network.mask.bias is not None
    plain.network.mask.weight.zero_()
    plain.network.mask.bias.fill_(30)
    window = Box(0, 0, 96, 64)
    pixels = RANDOM.random((64, 96, 3), dtype=np.float32)
    result = plain.apply_to(Image(Header(("R", "G", "B"), window, window), pixels), "RGB", "RGB").pixels
    speck, mark = pixels.copy(), pixels.copy()
    speck[30:34, 40:44], mark[20:40, 40:60] = result[30:34, 40:44], result[20:40, 40:60]
    strict = dataclasses.replace(plain, smallest_change=300)
    np.testing.assert_array_equal(strict._gated(pixels, speck), pixels)
    np.testing.assert_array_equal(strict._gated(pixels, mark), mark)
    np.testing.assert_array_equal(plain._gated(pixels, speck), speck)
