"""Tests of engine/picture/files.py: real files in every format. Broken ones are in test_files_broken.py."""

import numpy as np
import OpenImageIO as oiio
import pytest

from paircat.engine.errors import FrameError, PairCatError
from paircat.engine.picture.box import Box
from paircat.engine.picture.files import read_header, read_image, write_image
from paircat.engine.picture.image import Header, Image
from paircat.engine.picture.metadata import Attribute

WINDOW = Box(0, 0, 48, 32)


def picture(channels=("R", "G", "B"), formats=(), data=WINDOW, display=None, **metadata):
    """A picture of random values between -1 and 3."""
    rng = np.random.default_rng(len(channels))
    pixels = rng.uniform(-1, 3, (data.height, data.width, len(channels))).astype(np.float32)
    return Image(Header(tuple(channels), data, display or data, 1.0, tuple(formats), metadata), pixels)


def codes(top, channels=3, height=32, width=48):
    """Every code value of an integer format as far as there is room, shuffled."""
    rng = np.random.default_rng(top)
    return rng.integers(0, top + 1, (height, width, channels)).astype(np.uint16 if top > 255 else np.uint8)


def write_raw(path, pixels, kind, **attributes):
    """A file written by OpenImageIO itself, from numbers of the file's own type."""
    spec = oiio.ImageSpec(pixels.shape[1], pixels.shape[0], pixels.shape[2], kind)
    spec["oiio:UnassociatedAlpha"] = 1
    for name, value in attributes.items():
        spec[name.replace("__", ":")] = value
    out = oiio.ImageOutput.create(str(path))
    assert out.open(str(path), spec) and out.write_image(pixels) and out.close(), out.geterror()


def read_raw(path):
    """The numbers in a file, in its own type."""
    config = oiio.ImageSpec()
    config["oiio:UnassociatedAlpha"] = 1
    source = oiio.ImageInput.open(str(path), config)
    return source.read_image(0, 0, 0, source.spec().nchannels, "unknown")


def same(one, other):
    """Whether two arrays are bitwise alike, NaN included."""
    return np.array_equal(np.ascontiguousarray(one).view(np.uint32), np.ascontiguousarray(other).view(np.uint32))


def test_an_exr_with_everything_survives_reading_and_writing(tmp_path):
    """Values, names, stored types, windows, pixel aspect and typed metadata are the same after two round trips."""
    names = ("R", "G", "B", "A", "Z", "id", "diffuse.R", "diffuse.G", "diffuse.B")
    formats = ("half", "half", "half", "half", "float", "uint", "half", "half", "half")
    image = picture(
        names, formats, Box(-7, 5, 60, 40), Box(0, 0, 48, 32),
        **{
            "smpte:TimeCode": Attribute("timecode", (0x01020304, 0)),
            "FramesPerSecond": Attribute("rational", (24000, 1001)),
            "worldToCamera": Attribute("matrix", tuple(float(k) for k in range(16))),
            "chromaticities": Attribute("float[8]", (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329)),
            "Copyright": "us", "shotName": "sh010", "reelNumber": 7, "isoSpeed": 800.5, "compression": "piz",
            "DateTime": "2020:01:02 03:04:05",
        },
    )  # fmt: skip
    pixels = image.pixels.copy()
    pixels[..., :4] = pixels[..., :4].astype(np.float16)
    pixels[..., 6:] = pixels[..., 6:].astype(np.float16)
    pixels[..., 5] = np.arange(2400).reshape(40, 60) * 6991  # whole numbers up to 2^24
    pixels[0, 0, :5] = (np.nan, np.inf, -np.inf, -0.0, 1e30)
    image = image.with_pixels(pixels, pixel_aspect=2.0)
    first = read_image(write_image(tmp_path / "a.exr", image))
    second = read_image(write_image(tmp_path / "b.exr", first))
    for result in (first, second):
        header = result.header
        assert header.channels == names and header.formats == formats
        assert (header.data_window, header.display_window, header.pixel_aspect) == (
            Box(-7, 5, 60, 40), Box(0, 0, 48, 32), 2.0,
        )  # fmt: skip
        assert np.array_equal(result.pixels, pixels, equal_nan=True)
        for name, value in image.header.metadata.items():
            found = header.metadata[name]
            if isinstance(value, Attribute):
                assert found.type == value.type and np.allclose(found.value, value.value)
            else:
                assert found == value
    assert same(first.pixels, second.pixels)
    assert first.header == second.header == read_header(tmp_path / "b.exr")


@pytest.mark.parametrize("compression", ["none", "rle", "zip", "zips", "piz", "pxr24"])
@pytest.mark.parametrize("data_type", ["half", "float"])
def test_lossless_exr_compressions_keep_every_bit(tmp_path, compression, data_type):
    """Half survives all of them, float all but pxr24, which rounds it to 24 bits."""
    image = picture()
    expected = image.pixels.astype(np.float16).astype(np.float32) if data_type == "half" else image.pixels
    path = write_image(tmp_path / "a.exr", image, data_type=data_type, compression=compression)
    result = read_image(path)
    assert result.header.metadata["compression"] == compression
    assert result.header.formats == (data_type,) * 3
    if compression == "pxr24" and data_type == "float":
        assert np.allclose(result.pixels, expected, rtol=2e-5)
    else:
        assert same(result.pixels, expected)


def test_dwaa_loses_little_and_its_level_stays(tmp_path):
    """The lossy compression and its level are those of the source after a round trip."""
    rows = np.linspace(0, 1, 48 * 32 * 3, dtype=np.float32).reshape(32, 48, 3)
    image = picture().with_pixels(rows)
    first = read_image(write_image(tmp_path / "a.exr", image, compression="dwaa", quality=20))
    second = read_image(write_image(tmp_path / "b.exr", first))
    assert second.header.metadata["compression"] == "dwaa"
    assert second.header.metadata["openexr:dwaCompressionLevel"] == 20
    assert np.abs(second.pixels - rows).max() < 0.02


def test_a_tiled_exr_reads_like_any_other(tmp_path):
    """Tiles are a matter of storage."""
    pixels = picture().pixels
    spec = oiio.ImageSpec(48, 32, 3, "float")
    spec.tile_width = spec.tile_height = 16
    out = oiio.ImageOutput.create(str(tmp_path / "t.exr"))
    assert out.open(str(tmp_path / "t.exr"), spec) and out.write_image(pixels) and out.close()
    assert same(read_image(tmp_path / "t.exr").pixels, pixels)


def write_parts(path, *parts):
    """A multi-part EXR from (part name, channel names, window, value)."""
    specs = []
    for name, channels, window, _ in parts:
        spec = oiio.ImageSpec(window.width, window.height, len(channels), "half")
        spec.x, spec.y = window.x, window.y
        spec.full_x, spec.full_y, spec.full_width, spec.full_height = 0, 0, 48, 32
        spec.channelnames = channels
        spec["oiio:subimagename"] = name
        specs.append(spec)
    out = oiio.ImageOutput.create(str(path))
    assert out.open(str(path), tuple(specs)), out.geterror()
    for number, (_, channels, window, value) in enumerate(parts):
        if number:
            assert out.open(str(path), specs[number], "AppendSubimage"), out.geterror()
        assert out.write_image(np.full((window.height, window.width, len(channels)), value, np.float32))
    assert out.close()


def test_the_parts_of_an_exr_become_layers_over_the_union_of_their_windows(tmp_path):
    """Bare channels of later parts get the part's name, named ones stay, and a part is zero outside of its window."""
    write_parts(
        tmp_path / "m.exr",
        ("rgba", ("R", "G", "B", "A"), Box(0, 0, 48, 32), 1.0),
        ("depth", ("Z",), Box(-4, 2, 20, 10), 5.0),
        ("diffuse", ("diffuse.R", "diffuse.G", "diffuse.B"), Box(0, 0, 48, 32), 0.5),
        ("right", ("R", "G", "B"), Box(0, 0, 48, 32), 0.25),
    )
    image = read_image(tmp_path / "m.exr")
    assert image.header == read_header(tmp_path / "m.exr")
    assert image.header.channels == (
        "R", "G", "B", "A", "depth.Z", "diffuse.R", "diffuse.G", "diffuse.B", "right.R", "right.G", "right.B",
    )  # fmt: skip
    assert image.header.data_window == Box(-4, 0, 52, 32)
    depth = image.select(["depth.Z"])[:, :, 0]
    assert (depth[2:12, :20] == 5).all() and depth.sum() == 5 * 200
    assert (image.select(["right.G"])[:, 4:] == 0.25).all() and (image.select(["A"])[:, :4] == 0).all()
    again = read_image(write_image(tmp_path / "again.exr", image))
    assert again.header.channels and set(again.header.channels) == set(image.header.channels)
    assert same(again.select(image.header.channels), image.pixels)


RGB, RGBA = ("R", "G", "B"), ("R", "G", "B", "A")


@pytest.mark.parametrize(
    ("parts", "main", "others"),
    [
        ([("albedo", RGB), ("beauty", RGBA)], 1, ("albedo.R", "albedo.G", "albedo.B")),
        ([("albedo", RGBA), ("rgba", RGB)], 1, ("albedo.R", "albedo.G", "albedo.B", "albedo.A")),
        ([("left", RGB), ("right", RGBA)], 0, ("right.R", "right.G", "right.B", "right.A")),
        ([("rgba", RGB), ("beauty", RGBA)], 0, ("beauty.R", "beauty.G", "beauty.B", "beauty.A")),
        ([("rgb", RGB), ("rgba", ("A",))], 1, RGB),
        ([("rgba", RGBA), ("RGB", RGB)], 0, ("part1.R", "part1.G", "part1.B")),
    ],
)
def test_the_main_part_is_known_by_its_name(tmp_path, parts, main, others):
    """Wherever it stands, its channels are the picture's; another part's, alpha too, carry the part's name."""
    window = Box(0, 0, 48, 32)
    write_parts(tmp_path / "m.exr", *((name, channels, window, 1 - k / 2) for k, (name, channels) in enumerate(parts)))
    image = read_image(tmp_path / "m.exr")
    assert image.header == read_header(tmp_path / "m.exr")
    assert image.header.channels == parts[main][1] + others
    assert (image.select(parts[main][1]) == 1 - main / 2).all() and (image.select(others) == 0.5 + main / 2).all()


def test_a_deep_exr_is_refused_with_the_remedy(tmp_path):
    """Deep pictures have no one value a pixel."""
    spec = oiio.ImageSpec(4, 4, 2, "float")
    spec.channelnames = ("A", "Z")
    spec.deep = True
    deep = oiio.DeepData()
    deep.init(16, 2, (oiio.TypeDesc("float"),) * 2, ("A", "Z"))
    out = oiio.ImageOutput.create(str(tmp_path / "d.exr"))
    assert out.open(str(tmp_path / "d.exr"), spec) and out.write_deep_image(deep) and out.close(), out.geterror()
    with pytest.raises(FrameError, match=r"deep.*Flatten"):
        read_image(tmp_path / "d.exr")


@pytest.mark.parametrize(
    ("suffix", "kind", "top", "channels"),
    [
        (".png", "uint8", 255, 1), (".png", "uint8", 255, 2), (".png", "uint8", 255, 3), (".png", "uint8", 255, 4),
        (".png", "uint16", 65535, 3), (".png", "uint16", 65535, 4),
        (".tif", "uint8", 255, 1), (".tif", "uint8", 255, 4), (".tif", "uint16", 65535, 3),
        (".tif", "uint16", 65535, 4),
        (".dpx", "uint8", 255, 3), (".dpx", "uint16", 65535, 3), (".dpx", "uint16", 65535, 4),
    ],
)  # fmt: skip
def test_integers_become_exact_fractions_and_come_back(tmp_path, suffix, kind, top, channels):
    """Codes read as k/255 or k/65535, alpha untouched, and are the same codes in the file written from them."""
    stored = codes(top, channels)
    write_raw(tmp_path / f"a{suffix}", stored, kind)
    image = read_image(tmp_path / f"a{suffix}")
    assert image.header.formats == (kind,) * channels
    assert same(image.pixels, stored.astype(np.float32) / np.float32(top))
    write_image(tmp_path / f"b{suffix}", image)
    assert np.array_equal(read_raw(tmp_path / f"b{suffix}"), stored)
    again = read_header(tmp_path / f"b{suffix}")
    assert again.channels == image.header.channels and again.formats == image.header.formats


def test_associated_alpha_in_a_tiff_stays_so(tmp_path):
    """A TIFF that was written from multiplied colours keeps its numbers and its kind of alpha."""
    image = picture(("R", "G", "B", "A"), ("float",) * 4)
    first = read_image(write_image(tmp_path / "a.tif", image))
    assert same(first.pixels, image.pixels)
    assert "oiio:UnassociatedAlpha" not in first.header.metadata
    second = read_image(write_image(tmp_path / "b.tif", first))
    assert same(second.pixels, image.pixels) and second.header.formats == ("float",) * 4


def test_an_exr_with_alpha_keeps_its_values_in_png(tmp_path):
    """Colours are not divided by alpha on the way: what is written is what was given."""
    image = picture(("R", "G", "B", "A"))
    image = image.with_pixels(codes(65535, 4).astype(np.float32) / np.float32(65535))
    assert same(read_image(write_image(tmp_path / "a.png", image)).pixels, image.pixels)


@pytest.mark.parametrize("channels", [("Y",), ("Y", "A"), RGB, RGBA])
@pytest.mark.parametrize("suffix", [".exr", ".tif", ".png", ".dpx"])
def test_what_channels_mean_survives(tmp_path, suffix, channels):
    """Grey stays grey and alpha alpha, whatever kind of alpha it is; DPX alone has no grey with alpha."""
    channels = channels if suffix != ".dpx" or len(channels) != 2 else channels[:1]
    for number, metadata in enumerate(({}, {"oiio:UnassociatedAlpha": 1})):
        image = picture(channels, **metadata)
        image = image.with_pixels(codes(65535, len(channels)).astype(np.float32) / np.float32(65535))
        kind = "float" if suffix == ".exr" else "uint16"
        again = read_image(write_image(tmp_path / f"{number}{suffix}", image, data_type=kind))
        assert again.header.channels == channels and same(again.pixels, image.pixels)


@pytest.mark.parametrize(("bits", "shift"), [(10, 6), (12, 4)])
def test_a_packed_dpx_keeps_its_bits(tmp_path, bits, shift):
    """Every 10 and 12 bit code is the same after reading and writing, and black and white are 0 and 1."""
    code = np.arange(2**bits, dtype=np.uint16)[: 1024 * 3 if bits == 12 else 1024]
    wide = (code << shift) | (code >> (2 * bits - 16))
    stored = np.repeat(np.resize(wide, (32, len(code) // 32))[..., None], 3, axis=2)
    write_raw(tmp_path / "a.dpx", np.ascontiguousarray(stored), "uint16", oiio__BitsPerSample=bits)
    image = read_image(tmp_path / "a.dpx")
    assert image.header.formats == (f"uint{bits}",) * 3
    assert image.pixels.min() == 0 and (bits == 12 or image.pixels.max() == 1)
    again = read_image(write_image(tmp_path / "b.dpx", image))
    assert again.header.formats == image.header.formats and same(again.pixels, image.pixels)
    assert np.array_equal(read_raw(tmp_path / "b.dpx"), stored)
    assert (tmp_path / "b.dpx").stat().st_size == (tmp_path / "a.dpx").stat().st_size
    wider = read_image(write_image(tmp_path / "c.png", image))
    assert wider.header.formats == ("uint16",) * 3 and same(wider.pixels, image.pixels)


def test_a_float_tiff_keeps_values_outside_of_0_to_1(tmp_path):
    """Negative values and highlights survive in TIFF too."""
    image = picture()
    assert same(read_image(write_image(tmp_path / "a.tif", image, data_type="float")).pixels, image.pixels)


def test_jpeg_and_hdr_come_back_close(tmp_path):
    """The lossy formats keep a smooth picture within their own accuracy; HDR goes above one."""
    ramp = np.repeat(np.linspace(0, 1, 48, dtype=np.float32)[None, :, None], 32, axis=0).repeat(3, axis=2)
    image = picture().with_pixels(ramp)
    jpeg = read_image(write_image(tmp_path / "a.jpg", image))
    assert jpeg.header.formats == ("uint8",) * 3 and np.abs(jpeg.pixels - ramp).max() < 0.02
    hdr = read_image(write_image(tmp_path / "a.hdr", image.with_pixels(ramp * 50)))
    assert hdr.header.formats == ("float",) * 3 and np.abs(hdr.pixels - ramp * 50).max() < 0.5


def test_automatic_types_are_the_sources_or_the_formats_own(tmp_path):
    """A channel keeps its stored type where the format has it; others get half, 16 or 8 bits."""

    def types(name, image):
        return read_header(write_image(tmp_path / name, image)).formats

    assert types("a.exr", picture()) == ("half",) * 3
    assert types("b.exr", picture(formats=("uint8",) * 3)) == ("half",) * 3
    assert types("c.exr", picture(formats=("float",) * 3)) == ("float",) * 3
    assert types("d.exr", picture(("R", "G", "B", "A"), ("float", "float", "float"))) == ("float",) * 3 + ("half",)
    assert types("e.png", picture()) == types("e.tif", picture()) == types("e.dpx", picture()) == ("uint16",) * 3
    assert types("f.png", picture(formats=("uint8",) * 3)) == ("uint8",) * 3
    assert types("g.tif", picture(formats=("half", "half", "float"))) == ("float",) * 3
    assert types("h.jpg", picture(formats=("uint16",) * 3)) == ("uint8",) * 3


def test_integer_formats_clip_and_take_nan_as_zero(tmp_path):
    """What an integer cannot hold becomes the nearest that it can."""
    image = picture()
    pixels = image.pixels.copy()
    pixels[0, :6, 0] = (-1, 2, np.nan, np.inf, -np.inf, 0.5)
    path = write_image(tmp_path / "a.png", image.with_pixels(pixels), data_type="uint8")
    assert list(read_raw(path)[0, :6, 0]) == [0, 255, 0, 255, 0, 128]


@pytest.mark.parametrize("suffix", [".png", ".tif", ".jpg", ".dpx"])
def test_formats_without_a_data_window_get_the_display_window(tmp_path, suffix):
    """Overscan is cut off and missing pixels are zero."""
    image = picture(data=Box(-8, 4, 40, 40), display=Box(0, 0, 48, 32))
    image = image.with_pixels(np.ones_like(image.pixels))
    result = read_image(write_image(tmp_path / f"a{suffix}", image))
    assert result.header.data_window == result.header.display_window == Box(0, 0, 48, 32)
    assert np.allclose(result.pixels[12:, :24], 1, atol=0.02)
    assert np.allclose(result.pixels[:3], 0, atol=0.02) and np.allclose(result.pixels[:, 41:], 0, atol=0.02)


def test_channels_find_their_place_in_formats_without_names(tmp_path):
    """Blue, green, red and alpha in any order are red, green, blue and alpha in a PNG."""
    image = picture(("A", "B", "G", "R"))
    image = image.with_pixels(codes(255, 4).astype(np.float32) / np.float32(255))
    result = read_image(write_image(tmp_path / "a.png", image, data_type="uint8"))
    assert result.header.channels == ("R", "G", "B", "A")
    assert same(result.pixels, image.select(("R", "G", "B", "A")))


def test_a_single_matte_is_a_grey_picture(tmp_path):
    """Alpha alone can be written in any format that has grey."""
    image = picture(("A",))
    assert read_header(write_image(tmp_path / "a.png", image)).channels == ("Y",)


@pytest.mark.parametrize(
    ("name", "channels"), [("a.png", ("R", "G", "B", "A", "depth.Z")), ("a.jpg", ("R", "G", "B", "A"))]
)
def test_channels_that_do_not_fit_are_not_dropped_silently(tmp_path, name, channels):
    """The sentence names the channels and those that would fit."""
    with pytest.raises(PairCatError, match=r"cannot hold the channels R, G, B, A.*Choose R, G, B"):
        write_image(tmp_path / name, picture(channels))
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("name", "options", "says"),
    [
        ("a.xyz", {}, r"'\.xyz'.*\.exr"),
        ("a.png", {"data_type": "half"}, r"cannot hold 'half'.*uint16"),
        ("a.exr", {"compression": "lzw"}, r"'lzw'.*piz"),
    ],
)
def test_settings_that_a_format_lacks_are_named(tmp_path, name, options, says):
    """Unknown endings, types and compressions each give what is possible."""
    with pytest.raises(PairCatError, match=says):
        write_image(tmp_path / name, picture(), **options)


def test_an_empty_data_window_can_be_written(tmp_path):
    """A picture without pixels becomes one black pixel, since a file must have one."""
    header = Header(("R",), Box(5, 5, 0, 0), Box(0, 0, 48, 32))
    result = read_image(write_image(tmp_path / "a.exr", Image(header, np.zeros((0, 0, 1), np.float32))))
    assert result.header.display_window == Box(0, 0, 48, 32) and result.pixels.tolist() == [[[0.0]]]


def test_what_half_cannot_hold_stays_finite(tmp_path):
    """An infinity that nobody had would spoil every filter after it; one that was there stays."""
    window = Box(0, 0, 4, 1)
    pixels = np.array([[[70000.0], [-1e9], [np.inf], [1.0]]], np.float32)
    write_image(tmp_path / "a.exr", Image(Header(("Y",), window, window, formats=("half",)), pixels))
    assert read_image(tmp_path / "a.exr").pixels.ravel().tolist() == [65504, -65504, np.inf, 1]
    assert pixels.ravel()[0] == 70000, "the picture itself is as it was"
