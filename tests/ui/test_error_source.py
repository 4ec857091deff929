"""Which node an error comes from."""

from itertools import pairwise
from pathlib import Path

import pytest
from plates import write_plates

from paircat.engine.errors import PairCatError
from paircat.nodes.script import Script
from paircat.ui.error_source import error_source
from paircat.ui.render_process import Abandoned


def script_of(*kinds: str) -> Script:
    """One below the other."""
    script = Script()
    names = [script.add(kind).name for kind in kinds]
    for above, below in pairwise(names):
        script.connect(above, below)
    return script


def merged(folder: Path) -> Script:
    """Read1, whose plates are there, below Read2, which has no file."""
    script = script_of("Read", "Merge")
    script.nodes["Read1"].set("file", write_plates(folder, "shot", range(1, 4)))
    script.add("Read")
    script.connect("Read2", "Merge1", "A")
    return script


def cause(script: Script, name: str, attempt=lambda op: op.frame_key(1)) -> str:
    graph = script.graph()
    with pytest.raises(PairCatError) as caught:
        attempt(graph.op(name))
    return error_source(graph, name, caught.value, attempt)


def test_the_node_furthest_up_is_to_blame():
    """An unconnected Blur above a Grade and a Dot, not those that only wait for it."""
    script = script_of("Blur", "Grade", "Dot", "Grade")
    assert cause(script, "Grade2") == "Blur1"
    assert cause(script, "Blur1") == "Blur1"


def test_a_file_that_is_not_there_is_the_fault_of_its_read(tmp_path: Path):
    """Also through an input that is not the first one."""
    script = merged(tmp_path)
    script.nodes["Read2"].set("file", str(tmp_path / "none.####.exr"))
    assert cause(script, "Merge1", lambda op: op.render(1)) == "Read2"


def test_another_sentence_of_a_node_above_is_not_the_reason(tmp_path: Path):
    """A node that fails in its own way, of which this one makes no use."""
    graph = merged(tmp_path).graph()
    assert error_source(graph, "Merge1", PairCatError("Something else."), lambda op: op.frame_key(1)) == "Merge1"


def test_a_circle_of_nodes_ends():
    """Some node of it is named."""
    script = script_of("Blur", "Grade")
    script.nodes["Blur1"].connections["Input"] = "Grade1"
    assert cause(script, "Grade1") in {"Blur1", "Grade1"}


def test_nobody_is_blamed_when_the_frame_is_not_wanted_any_more(tmp_path: Path):
    """The search ends as the frame does."""

    def attempt(op):
        raise Abandoned

    with pytest.raises(Abandoned):
        error_source(merged(tmp_path).graph(), "Merge1", PairCatError("Too late."), attempt)
