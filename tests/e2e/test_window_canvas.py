"""The canvas in the real window: nodes come, are wired, copied, disabled, framed and looked at."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from driven_window import DrivenWindow
from shots import write_script, write_shot

OpenWindow = Callable[..., DrivenWindow]
NAMES = "sorted(window.canvas.names())"
SOURCES = "window.canvas.sources('{}') == {}"
LOOKED_AT = "window.viewer.node == window.editing.pipe.node == window.viewer.bar.a.currentData() == '{}'"


def test_nodes_come_from_menus_letters_and_files(open_window: OpenWindow, tmp_path: Path) -> None:
    """Right-click by category, Tab and a few letters, files dragged from another program; the rest is said."""
    write_shot(tmp_path / "frames")
    (tmp_path / "notes.txt").write_text("nothing to see")
    window = open_window()
    window.click("bare_canvas(0.3, 0.5)", button=3)
    window.click("entry('Filter')")
    window.click("entry('Blur')")
    window.until(f"{NAMES} == ['Blur1']")
    window.point("bare_canvas(0.3, 0.9)")
    window.until("window.canvas.view.hasFocus()")  # the keys go to what the mouse is over
    window.key("Tab")
    window.until("window.editing.search.isVisible()")
    window.type("gra")
    window.key("Return")
    window.until(SOURCES.format("Grade1", "{'Input': 'Blur1'}"))

    assert window.drop("bare_canvas(0.6, 0.2)", tmp_path / "frames") == "dropped"
    window.until(f"{NAMES} == ['Blur1', 'Grade1', 'Read1', 'Read2']")
    files = [window.ask(f"window.canvas.value('Read{number}', 'file')") for number in (1, 2)]
    assert [Path(file).name for file in files] == ["paint.####.exr", "plate.####.exr"]
    assert window.ask("window.canvas.area(['Read1']).intersects(window.canvas.area(['Read2']))") is False
    window.drop("bare_canvas(0.6, 0.8)", tmp_path / "notes.txt")
    window.until("status_message().startswith('Nothing in notes.txt can be read')")
    window.key("ctrl+z")
    window.until(f"{NAMES} == ['Blur1', 'Grade1']")

    window.drop("bare_canvas(0.6, 0.8)", write_script(tmp_path))  # a script is opened, after a question
    window.until("dialog().startswith('Save the changes to Untitled')")
    window.click("button('Discard')")
    window.until("window.document.name == 'shot.pcat' and 'CopyCat1' in window.canvas.names()")
    assert window.complaints() == ""


def test_pipes_are_drawn_moved_and_cut(open_window: OpenWindow, tmp_path: Path) -> None:
    """By mouse: connect, let go, take over; a node dropped on a pipe goes into it, a Dot too; a circle is refused."""
    window = open_window(write_script(tmp_path))
    window.drag("port('Read1', 'Output')", "tile('Blur1')")
    window.drag("port('CopyCat1', 'GroundTruth')", "bare_canvas(0.9, 0.9)")
    window.until(SOURCES.format("CopyCat1", "{'Input': 'Read1'}"))
    window.drag("port('Blur1', 'Output')", "port('CopyCat1', 'GroundTruth')")
    window.until(SOURCES.format("CopyCat1", "{'Input': 'Read1', 'GroundTruth': 'Blur1'}"))
    window.click("tile('CopyCat1')")
    window.key("shift+x")
    window.until(SOURCES.format("CopyCat1", "{'Input': 'Blur1', 'GroundTruth': 'Read1'}"))
    window.key("ctrl+z", "ctrl+z", "ctrl+z")
    window.until(SOURCES.format("CopyCat1", "{'Input': 'Read1', 'GroundTruth': 'Read2'}"))

    window.click("bare_canvas(0.9, 0.9)")
    window.key("g")
    window.until("'Grade1' in window.canvas.names()")
    window.drag("tile('Grade1')", "pipe('Blur1', 'Input')")
    window.until(SOURCES.format("Grade1", "{'Input': 'Read1'}"))
    window.until(SOURCES.format("Blur1", "{'Input': 'Grade1'}"))
    window.drag("port('Blur1', 'Output')", "port('Grade1', 'Input')")  # round in a circle
    window.until(SOURCES.format("Grade1", "{'Input': 'Read1'}"))
    window.key("ctrl+z")
    window.until(SOURCES.format("Blur1", "{'Input': 'Read1'}"))

    window.click("tile('Read1')")
    window.key("period")
    window.until(SOURCES.format("Dot1", "{'Input': 'Read1'}"))
    window.until(SOURCES.format("Blur1", "{'Input': 'Dot1'}"))
    before = window.ask("window.canvas.node('Dot1').position")
    window.drag("tile('Dot1')", "bare_canvas(0.5, 0.5)")  # the disc moves; nothing is drawn from it
    window.until(f"window.canvas.node('Dot1').position != tuple({before})")
    window.until(SOURCES.format("Dot1", "{'Input': 'Read1'}"))
    window.key("ctrl+shift+x")
    window.until(SOURCES.format("Blur1", "{'Input': 'Read1'}"))
    window.until(SOURCES.format("Dot1", "{}"))
    assert window.complaints() == ""


def test_nodes_are_copied_grouped_and_framed(open_window: OpenWindow, tmp_path: Path) -> None:
    """Copy, cut, paste twice, duplicate, a backdrop that moves with what stands on it, F and Shift+F."""
    window = open_window(write_script(tmp_path))
    window.click("tile('Blur1')")
    window.key("ctrl+c")
    for place, name in (("bare_canvas(0.85, 0.3)", "Blur2"), ("bare_canvas(0.85, 0.6)", "Blur3")):
        window.click(place)
        window.key("ctrl+v")
        window.until(f"'{name}' in window.canvas.names()")
        window.until(SOURCES.format(name, "{}"))
    window.click("tile('Blur1')")
    window.key("alt+c")
    window.until(SOURCES.format("Blur4", "{'Input': 'Read1'}"))
    window.key("ctrl+x")
    window.until("'Blur4' not in window.canvas.names()")

    window.click("tile('Blur2')")
    window.screen.do("keydown", "shift")
    window.click("tile('Blur3')")
    window.screen.do("keyup", "shift")
    window.until("window.canvas.selected_names() == ['Blur2', 'Blur3']")
    window.key("alt+b")
    window.until("'Backdrop1' in window.canvas.names()")
    places = "[window.canvas.node(name).position for name in ('Backdrop1', 'Blur2', 'Blur3')]"
    window.click("bare_canvas(0.05, 0.9)")
    before = window.ask(places)
    window.drag("backdrop_title('Backdrop1')", "bare_canvas(0.6, 0.75)")
    window.until(f"{places} != {[tuple(place) for place in before]}")
    after = window.ask(places)
    moved = [(round(x - a, 3), round(y - b, 3)) for (x, y), (a, b) in zip(after, before, strict=True)]
    assert len(set(moved)) == 1 and moved[0] != (0, 0)
    window.key("ctrl+z")
    window.until(f"{places} == {[tuple(place) for place in before]}")

    window.click("tile('Blur1')")
    window.key("f")
    window.until("abs(window.canvas.view.transform().m11() - 1) < 1e-6 and tile('Blur1')")
    window.key("shift+f")
    window.until("[tile(name) for name in window.canvas.names()]")  # all can be seen
    assert window.complaints() == ""


def test_the_viewer_and_its_pipe_go_together(open_window: OpenWindow, tmp_path: Path) -> None:
    """Number keys, a node below the one in view, the pipe by mouse, the list A, undo, deletion: they agree."""
    window = open_window(write_script(tmp_path))
    window.click("tile('Read1')")
    window.key("1")
    window.until(LOOKED_AT.format("Read1"))
    window.click("tile('Read2')")
    window.key("2")
    window.until(LOOKED_AT.format("Read2"))
    window.key("shift+f")
    window.click("bare_canvas(0.95, 0.95)")
    window.key("1")
    window.until(LOOKED_AT.format("Read1"))
    window.click("tile('Read1')")
    window.key("w")  # takes over what hangs on Read1, the Viewer too
    window.until(LOOKED_AT.format("Write1"))
    window.key("ctrl+z")
    window.until(LOOKED_AT.format("Read1"))
    window.key("shift+f")
    window.drag("port('Blur1', 'Output')", "port('Viewer1', '1')")
    window.until(LOOKED_AT.format("Blur1"))
    window.drag("port('Viewer1', '1')", "bare_canvas(0.95, 0.95)")
    window.until(LOOKED_AT.format(""))
    window.key("ctrl+z")
    window.until(LOOKED_AT.format("Blur1"))
    window.click("spot(window.viewer.bar.a)")
    window.until("QApplication.activePopupWidget() is not None")
    window.type("Read2")
    window.key("Return")
    window.until(LOOKED_AT.format("Read2"))
    window.point("spot(window.viewer.image)")
    window.until("window.viewer.image.hasFocus()")
    window.key("1")
    window.until(LOOKED_AT.format("Blur1"))
    window.click("tile('Blur1')")
    window.key("Delete")
    window.until(LOOKED_AT.format("Read1"))
    window.click("tile('Viewer1')")
    window.key("Delete")
    window.until(LOOKED_AT.format(""))
    window.key("ctrl+z")
    window.until(LOOKED_AT.format("Read1"))
    assert window.complaints() == ""


def test_keys_in_the_middle_of_a_drag_do_no_harm(open_window: OpenWindow, tmp_path: Path) -> None:
    """Undo and Delete wait until the button is up; a wrong name is said and changes nothing."""
    window = open_window(write_script(tmp_path))
    window.click("tile('Blur1')")
    window.key("d")
    window.until("window.canvas.disabled('Blur1')")
    for start, keys in (("tile('Blur1')", ("Delete", "ctrl+z")), ("port('Blur1', 'Input')", ("ctrl+z", "Delete"))):
        steps = window.ask("window.canvas.undo_stack.count()")
        x, y = window.still(start)
        window.screen.do("mousemove", x, y, "mousedown", 1, "mousemove", x + 20, y - 20)
        window.screen.do("mousemove", x + 40, y - 40)
        window.key(*keys)
        window.screen.do("mousemove", x + 60, y - 50, "mouseup", 1)
        window.until(f"window.canvas.undo_stack.count() == {steps} + 1")
        assert window.ask("window.canvas.disabled('Blur1')")
    window.until(SOURCES.format("Blur1", "{}"))
    window.key("ctrl+z", "ctrl+z", "ctrl+z")
    window.until(f"not window.document.modified and {SOURCES.format('Blur1', {'Input': 'Read1'})}")

    for name, words in (("Read1", "There is a node 'Read1' already"), ("a b", "'a b' cannot be a node's name")):
        window.until("window.isActiveWindow()")
        window.click("tile('Blur1')")
        window.key("n")
        window.until("dialog() == 'Rename'")
        window.key("ctrl+a")
        window.type(name)
        window.key("Return")
        window.until(f'QApplication.activeModalWidget().problem.text().startswith("{words}")')
        window.key("Escape")
        window.until("dialog() == ''")
    assert window.ask("window.document.modified") is False
    assert window.complaints() == ""
