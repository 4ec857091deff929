"""Tests of engine/picture/channels.py."""

import pytest

from paircat.engine.errors import PairCatError
from paircat.engine.picture.channels import canonical, layers, select

NAMES = ("R", "G", "B", "A", "Z", "diffuse.R", "diffuse.G", "diffuse.B", "id", "crypto00.red", "crypto00.alpha")


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        ("", NAMES),
        ("all", NAMES),
        ("rgb", ("R", "G", "B")),
        ("RGBA", ("R", "G", "B", "A")),
        ("alpha", ("A",)),
        ("a", ("A",)),
        ("rgba.alpha", ("A",)),
        ("red", ("R",)),
        ("rgba.red", ("R",)),
        ("diffuse", ("diffuse.R", "diffuse.G", "diffuse.B")),
        ("Diffuse", ("diffuse.R", "diffuse.G", "diffuse.B")),
        ("diffuse.red", ("diffuse.R",)),
        ("crypto00.R", ("crypto00.red",)),
        ("depth", ("Z",)),
        ("depth.Z", ("Z",)),
        ("Z", ("Z",)),
        ("id", ("id",)),
        ("b, g r", ("B", "G", "R")),
        ("rgb,alpha diffuse.g", ("R", "G", "B", "A", "diffuse.G")),
        ("rgb red", ("R", "G", "B")),
    ],
)
def test_a_selection_finds_the_channels_that_it_means(selection, expected):
    """Every way in which an artist names channels gives the file's own names, in the selection's order."""
    assert select(NAMES, selection) == expected


@pytest.mark.parametrize("selection", ["beauty", "diffuse.alpha", "rgb, specular", "depth.W"])
def test_a_channel_that_is_not_there_is_named_with_those_that_are(selection):
    """A wrong selection says what exists."""
    with pytest.raises(PairCatError, match=r"'(beauty|diffuse.alpha|specular|depth.W)'.*diffuse\.G"):
        select(NAMES, selection)


def test_an_exact_name_goes_before_its_meaning():
    """Where a file has both spellings, each selects itself."""
    assert select(("r", "R", "red"), "red") == ("red",)
    assert select(("r", "R"), "r") == ("r",)


def test_names_with_spaces_or_called_all_can_be_selected():
    """A file's own name wins over the list's and the word's meaning."""
    assert select(("my mask", "R"), "my mask") == ("my mask",)
    assert select(("R", "all"), "all") == ("all",)


def test_a_grey_picture_has_its_one_channel_as_rgb():
    """Grey files call their channel Y; no alpha is made up for them."""
    assert select(("Y",), "rgb") == ("Y",)
    assert select(("Y", "A"), "rgba") == ("Y", "A")
    with pytest.raises(PairCatError, match="alpha"):
        select(("Y",), "alpha")


def test_layers_keep_order_and_gather_the_main_channels():
    """Layers come in the order of their first channel; R, G, B, A and Y are the layer rgba, a bare Z is depth."""
    assert layers(("R", "diffuse.R", "A", "Z", "a.b.X", "mask")) == {
        "rgba": ("R", "A"),
        "diffuse": ("diffuse.R",),
        "depth": ("Z",),
        "a.b": ("a.b.X",),
        "mask": ("mask",),
    }
    assert layers(("rgba.red",)) == {"rgba": ("rgba.red",)}


@pytest.mark.parametrize(
    ("term", "name"),
    [("alpha", "A"), ("rgba.alpha", "A"), ("red", "R"), ("diffuse.red", "diffuse.R"), ("depth.Z", "depth.Z")],
)
def test_new_channels_get_the_names_that_files_use(term, name):
    """An artist's term for a channel to be made becomes the file's name, which selects itself again."""
    assert canonical(term) == name
    assert select((name,), term) == (name,)
