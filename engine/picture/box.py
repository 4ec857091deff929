"""Box: a rectangle of pixels, as OpenEXR counts them: x to the right, y downwards, whole numbers."""

from __future__ import annotations

from typing import NamedTuple


class Box(NamedTuple):
    """Left edge, top edge, width and height in pixels. The right and bottom edges are exclusive."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height

    @property
    def empty(self) -> bool:
        return self.width <= 0 or self.height <= 0

    def intersection(self, other: Box) -> Box:
        """The pixels in both; an empty box where they do not meet."""
        x, y = max(self.x, other.x), max(self.y, other.y)
        return Box(x, y, max(0, min(self.right, other.right) - x), max(0, min(self.bottom, other.bottom) - y))

    def union(self, other: Box) -> Box:
        """The smallest box that holds both."""
        x, y = min(self.x, other.x), min(self.y, other.y)
        return Box(x, y, max(self.right, other.right) - x, max(self.bottom, other.bottom) - y)

    def expand(self, pixels: int) -> Box:
        return Box(self.x - pixels, self.y - pixels, self.width + 2 * pixels, self.height + 2 * pixels)

    def __str__(self) -> str:
        return f"{self.width}x{self.height}" + (f" at {self.x},{self.y}" if self.x or self.y else "")
