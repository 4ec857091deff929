"""Properties in the real window: several panels, floating ones, choosers, resets, tooltips, refusals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from driven_window import DrivenWindow
from shots import write_script

OpenWindow = Callable[..., DrivenWindow]
NAMES = "window.properties.names()"
STEPS = "window.canvas.undo_stack.index()"


@pytest.fixture
def window(open_window: OpenWindow, tmp_path: Path) -> DrivenWindow:
    opened = open_window(write_script(tmp_path))
    opened.until("'CopyCat1' in window.canvas.names()")
    return opened


def row(node: str, knob: str) -> str:
    """The form that holds a knob, as an expression."""
    forms = f"window.properties.panel('{node}').forms"
    return f"next(form for form in {forms} if '{knob}' in form._rows)"


def answer_chooser(window: DrivenWindow, path: str) -> None:
    """Type a path into the dialog's line, see that it stands there, and press Return."""
    line = "QApplication.activeModalWidget().findChild(QLineEdit)"
    window.click(f"spot({line})")
    window.until(f"{line}.hasFocus()")
    window.key("ctrl+a")
    window.type(path)
    window.until(f"{line}.text() == {path!r}")
    window.key("Return")
    window.until("not dialog()")


def test_panels_stack_close_come_back_and_float(window: DrivenWindow) -> None:
    """The newest is on top; a click on the node that is still selected opens a closed one; each can have a window."""
    for name in ("Read1", "Blur1", "CopyCat1"):
        window.click(f"tile('{name}')")
        window.until(f"{NAMES}[0] == '{name}'")
    assert window.ask(NAMES) == ["CopyCat1", "Blur1", "Read1"]
    window.click("button('Close All')")
    window.until(f"{NAMES} == []")
    window.click("tile('CopyCat1')")
    window.until(f"{NAMES} == ['CopyCat1']")
    window.click("tile('Blur1')")
    window.until(f"{NAMES} == ['Blur1', 'CopyCat1']")
    panel = "window.properties.panel('Blur1')"
    window.click(f"spot({panel}.close_button)")
    window.until(f"{NAMES} == ['CopyCat1']")
    window.click("tile('Blur1')", times=2)
    window.until(f"{NAMES} == ['Blur1', 'CopyCat1']")

    window.click(f"spot({panel}.float_button)")
    window.until(f"{panel}.isWindow() and {panel}.isVisible() and {NAMES} == ['CopyCat1']")
    window.enter("knob('Blur1', 'size')", "7")
    window.until("window.canvas.value('Blur1', 'size')[0] == 7")
    window.click("button('Close All')")
    window.until(f"{NAMES} == []")
    assert window.ask(f"{panel}.isVisible()")
    window.click(f"spot({panel}.float_button)")  # back into the stack
    window.until(f"not {panel}.isWindow() and {NAMES} == ['Blur1']")
    window.click(f"spot({panel}.float_button)")
    window.until(f"{panel}.isWindow()")
    window.click(f"spot({panel}.close_button)")
    window.until(f"{panel} is None")
    assert window.complaints() == ""


def test_a_knob_is_chosen_changed_refused_and_reset(window: DrivenWindow, tmp_path: Path) -> None:
    """Choosers, tooltips, the colour of what was changed; each change is one step of undo."""
    (tmp_path / "elsewhere").mkdir()
    window.click("tile('CopyCat1')")
    folder = "window.properties.panel('CopyCat1').findChild(QWidget, 'dataDirectory')"
    before = window.ask(STEPS)
    window.click(f"spot({folder}.button)")
    window.until("dialog() == 'Choose the Data Directory'")
    answer_chooser(window, str(tmp_path / "elsewhere"))
    window.until(f"window.canvas.value('CopyCat1', 'dataDirectory') == {str(tmp_path / 'elsewhere')!r}")
    assert window.ask(STEPS) == before + 1
    window.key("ctrl+z")
    window.until("window.canvas.value('CopyCat1', 'dataDirectory') == 'runs'")

    form = row("CopyCat1", "epochs")
    window.enter("knob('CopyCat1', 'epochs')", "many")
    message = window.until("window.properties.panel('CopyCat1').problem.text()")
    assert "'Epochs'" in message and "many" in message and window.ask(STEPS) == before
    window.key("Escape")
    window.enter("knob('CopyCat1', 'epochs')", "250")
    window.until(f"window.canvas.value('CopyCat1', 'epochs') == 250 and {form}.label('epochs').property('modified')")
    assert not window.ask("window.properties.panel('CopyCat1').problem.isVisible()")
    assert window.ask(STEPS) == before + 1
    window.point(f"spot({form}.label('epochs'))")
    window.until("'epochs' in QToolTip.text() and '10000' in QToolTip.text()")
    window.click(f"spot({form}.reset_button('epochs'))")
    window.until(
        f"window.canvas.value('CopyCat1', 'epochs') == 10000 and not {form}.label('epochs').property('modified')"
    )
    assert window.ask(f"{STEPS} == {before} + 2 and not {form}.reset_button('epochs').isEnabled()")

    window.click("tile('Blur1')")
    window.click("tile('Read1')")
    file = "window.properties.panel('Read1').findChild(QWidget, 'file')"
    window.enter("knob('Read1', 'file')", "paint.####.exr")
    window.until("window.canvas.value('Read1', 'file') == 'paint.####.exr'")
    window.click(f"spot({file}.button)")
    window.until("dialog().startswith('Choose the')")
    answer_chooser(window, "plate.1003.exr")
    window.until(f"window.canvas.value('Read1', 'file') == {str(tmp_path / 'plate.####.exr')!r}")
    assert window.complaints() == ""
