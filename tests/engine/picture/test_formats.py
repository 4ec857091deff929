"""FileFormat: what a kind of file can hold."""

import pytest

from paircat.engine.picture import formats


@pytest.mark.parametrize(
    ("kind", "source", "stored"),
    [
        (formats.TIFF, "uint8", "uint8"),
        (formats.TIFF, "uint10", "uint16"),
        (formats.TIFF, "half", "float"),
        (formats.TIFF, "double", "float"),
        (formats.TIFF, "uint", "float"),
        (formats.TIFF, "", "uint16"),
        (formats.EXR, "double", "float"),
        (formats.EXR, "uint", "uint"),
        (formats.EXR, "uint8", "half"),
        (formats.PNG, "uint", "uint16"),
    ],
)
def test_a_channel_is_stored_as_what_holds_it(kind: formats.FileFormat, source: str, stored: str) -> None:
    """Numbers of objects and doubles are not cut to 0..1 where the file can hold them."""
    assert kind.stored_type(source) == stored
