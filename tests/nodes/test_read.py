"""Read."""

import pytest

from paircat.engine.errors import GraphError, MissingFrameError


def test_frames_are_read_from_beside_the_script(script):
    """A relative pattern finds the frames that are there, with their own pixels."""
    op = script.op("Read1")
    assert str(op.frame_range()) == "1-9"
    assert (op.render(4).pixels == 4).all()


@pytest.mark.parametrize(("frames", "expected"), [("3-5", [3, 4, 5]), ("1,5,9", [1, 5, 9])])
def test_frames_knob_chooses_among_them(frames, expected, script):
    """The knob takes a range or single frames."""
    script.node("Read1").set("frames", frames)
    assert list(script.op("Read1").frame_range()) == expected


def test_missing_frames_are_an_error_or_held(script):
    """A frame without a file is an error that names it, until it is to be held."""
    script.node("Read1").set("frames", "1-12")
    with pytest.raises(MissingFrameError, match="12"):
        script.op("Read1").render(12)
    script.node("Read1").set("missing", "hold")
    assert (script.op("Read1").render(12).pixels == 9).all()


def test_read_without_a_file_names_itself(script):
    """An empty Read says what to do."""
    script.node("Read2").set("file", "")
    with pytest.raises(GraphError, match="Read2 has no file; choose"):
        script.op("Read2")
