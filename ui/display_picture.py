"""DisplayPicture: a picture ready to be painted, and what is known of the values behind it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtGui import QImage

from paircat.engine.errors import ChannelError
from paircat.engine.picture.box import Box
from paircat.engine.picture.display import BadValues, Look, bad_values, displayed, displayed_without
from paircat.engine.picture.image import Image

_BAD = (255, 0, 255, 255)  # blue, green, red, alpha: magenta, which pictures seldom have


@dataclass(frozen=True, eq=False)
class DisplayPicture:
    """What the screen gets of one frame.

    Attributes:
        picture: the data window's pixels, RGB32; null where the data window is empty.
        window: where they lie. format: the display window. aspect: width of a pixel over its height.
        lack: what the look shows and the picture has not, so that it is black, in a few words; or empty.
        bad: NaN and infinities, or None. bad_picture: them alone, coloured, over the data window.
    """

    picture: QImage
    window: Box
    format: Box
    aspect: float = 1.0
    lack: str = ""
    bad: BadValues | None = None
    bad_picture: QImage | None = field(default=None, repr=False)

    @property
    def nbytes(self) -> int:
        return self.picture.sizeInBytes() + (self.bad_picture.sizeInBytes() if self.bad_picture else 0)


def display_picture(image: Image, look: Look, may_lack: bool = False) -> DisplayPicture:
    """A picture as a look shows it.

    Args:
        may_lack: a layer or channel that it has not is black, as `lack` then says.

    Raises:
        ChannelError: it has no such layer or channel.
        PairCatError: there is no such view.
    """
    header, lack = image.header, ""
    bad = bad_values(image)
    try:
        seen = displayed(image, look)
    except ChannelError as error:
        if not may_lack:
            raise
        seen, lack = displayed_without(image, look), error.lack
    return DisplayPicture(
        picture=to_qimage(seen),
        lack=lack,
        window=header.data_window,
        format=header.display_window,
        aspect=header.pixel_aspect or 1.0,
        bad=bad,
        bad_picture=_marked(bad.mask) if bad else None,
    )


def to_qimage(pixels: np.ndarray) -> QImage:
    """Uint8 (height, width, 3) or (height, width) as the kind of QImage that is painted fastest."""
    if not pixels.size:
        return QImage()
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    kind = QImage.Format.Format_Grayscale8 if pixels.ndim == 2 else QImage.Format.Format_RGB888
    borrowed = QImage(pixels.data, width, height, pixels.strides[0], kind)
    return borrowed.convertToFormat(QImage.Format.Format_RGB32)  # which copies


def _marked(mask: np.ndarray) -> QImage:
    pixels = np.zeros((*mask.shape, 4), np.uint8)
    pixels[mask] = _BAD
    height, width = mask.shape
    return QImage(pixels.data, width, height, pixels.strides[0], QImage.Format.Format_ARGB32).copy()
