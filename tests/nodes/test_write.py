"""Write."""

import numpy as np
import pytest

from paircat.engine.errors import GraphError
from paircat.engine.picture.files import read_image
from paircat.engine.picture.movie_writer import MovieWriter
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


def test_a_movie_has_the_frame_rate_of_its_source_or_the_project(write, script, tmp_path):
    """Files that state none, such as most sequences, play as the project does; the knob goes before both."""
    script.project.fps = 30.0
    write.set("file", "out.mov")
    assert write.write_settings(script.graph()).fps == 30.0
    with MovieWriter(tmp_path / "source.mov", 25, 64, 48) as movie:
        movie.write(np.zeros((48, 64, 3), np.float32))
    script.node("Read1").set("file", "source.mov")
    assert write.write_settings(script.graph()).fps is None, "the writer takes the source's own"
    write.set("fps", 12)
    assert write.write_settings(script.graph()).fps == 12.0


def test_the_rate_of_a_movie_whose_source_is_away_is_the_projects(write, script):
    """What is wrong with the source is said when its frames are read."""
    script.project.fps = 30.0
    write.set("file", "out.mov")
    script.node("Read1").set("file", "nowhere.####.exr")
    assert write.write_settings(script.graph()).fps == 30.0


def test_a_disabled_write_writes_nothing(write, script):
    """It is switched off, and says so."""
    write.disabled = True
    with pytest.raises(GraphError, match="Write1 is disabled, so it writes nothing; enable it to render"):
        write.write_settings(script.graph())
