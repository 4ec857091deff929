"""Built-in nodes: importing this module makes all of them known, in the order in which menus show them."""

from paircat.nodes import (  # noqa: F401, I001  (imported for their registration, in this order)
    read,
    write,
    viewer,
    copycat,
    inference,
    preview,
    frame_hold,
    frame_range,
    append_clip,
    time_offset,
    shuffle,
    crop,
    reformat,
    blur,
    grade,
    merge,
    dot,
    backdrop,
)
