"""Viewer captions: what the viewer writes under that which it shows: node, frame, layer, and what the node says."""

from __future__ import annotations

from paircat.engine.picture import channels
from paircat.engine.picture.display import LUMA, MATTE
from paircat.ui.display_picture import DisplayPicture
from paircat.ui.frame_renderer import DIFFERENCE, WIPE, Answer, Request, Side


def captions(answer: Answer) -> tuple[str, str]:
    """Of the whole picture, or left and right of a wipe's line."""
    request = answer.request
    key = {LUMA: "luma", MATTE: "matte"}.get(request.look.key, request.look.key)
    if request.compare == DIFFERENCE:
        return _joined(f"|{request.node} - {request.other}|", str(request.frame), key), ""
    right = ""
    if request.compare == WIPE and answer.b is not None:
        right = _of_side(answer.b, request, answer.right)
    return _joined(_of_side(answer.a, request, answer.left), key), right


def _of_side(side: Side, request: Request, picture: DisplayPicture | None) -> str:
    lack = picture.lack if picture is not None else ""
    return _joined(side.name, str(request.frame), side.remark, _other_layer(side, request.look.layer), lack)


def _other_layer(side: Side, asked: str) -> str:
    """The layer that is shown where the picture has no colour of its own, as display.shown_channels chooses it."""
    found = list(channels.layers(side.image.header.channels)) if side.image is not None else []
    return found[0] if found and asked == "rgba" and asked not in found else ""


def _joined(*parts: str) -> str:
    return "   ".join(part for part in parts if part)


def remark(answer: Answer, frame: int, late: bool, show_bad: bool) -> str:
    """What is to be known of the picture: that another frame is wanted, or that some of its values are bad."""
    shown = answer.request.frame
    if late:
        return "being updated" if shown == frame else f"this is frame {shown}; frame {frame} is being made"
    bad = answer.left.bad if answer.left is not None else None
    return str(bad) if bad is not None and show_bad else ""
