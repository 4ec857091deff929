"""Write."""

import pytest

from paircat.engine.errors import GraphError
from paircat.engine.picture.files import read_image
from paircat.engine.picture.write import WriteSettings, write_frames


@pytest.fixture
def write(script):
    script.add("Grade").set("multiply", 0.5)
    script.connect("Read1", "Grade1")
    node = script.add("Write")
    node.set("file", "out.####.exr")
    script.connect("Grade1", "Write1")
    return node


def test_knobs_become_settings(write, script, tmp_path):
    """Untouched knobs are the writer's own defaults; the others are handed over."""
    assert write.write_settings(script.graph()) == WriteSettings(str(tmp_path / "out.####.exr"))
    for knob, value in (("dataType", "float"), ("compression", "piz"), ("quality", 7), ("channels", "rg"), ("fps", 30)):
        write.set(knob, value)
    assert write.write_settings(script.graph()) == WriteSettings(
        str(tmp_path / "out.####.exr"), "float", "piz", 7, channels="rg", fps=30.0
    )


def test_rendering_writes_what_the_input_shows(write, script, tmp_path):
    """The frames of the knob come out as files; without it all frames of the input are meant."""
    assert str(write.frames(script.graph())) == "1-9"
    write.set("frames", "2,4")
    graph = script.graph()
    write_frames(script.op("Write1"), write.frames(graph), write.write_settings(graph))
    assert sorted(path.name for path in tmp_path.glob("out.*")) == ["out.0002.exr", "out.0004.exr"]
    assert (read_image(tmp_path / "out.0004.exr").pixels == 2).all()


def test_picture_goes_through_unchanged(write, script):
    """Behind a Write stands what stands before it."""
    assert script.op("Write1") == script.op("Grade1")


def test_write_without_a_file_names_itself(write, script):
    """There is nowhere to write."""
    write.set("file", "")
    with pytest.raises(GraphError, match="Write1 has no file; say where"):
        write.write_settings(script.graph())
