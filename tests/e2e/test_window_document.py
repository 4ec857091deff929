"""Scripts in the real window: edit, undo, save, close, recover."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import psutil
from driven_window import DrivenWindow
from shots import write_script

OpenWindow = Callable[..., DrivenWindow]
TEXT = "window.canvas.script().to_text()"


def test_everything_can_be_undone_and_redone(open_window: OpenWindow, tmp_path: Path) -> None:
    """A node moved, renamed, disabled, wired, added, deleted, pasted and a knob typed: a step each, there and back."""
    window = open_window(write_script(tmp_path))
    seen = [window.until(TEXT)]

    def edited() -> None:
        window.until(f"{TEXT} != {seen[-1]!r}")
        seen.append(window.ask(TEXT))

    window.drag("tile('Blur1')", "bare_canvas(0.12, 0.8)")
    edited()
    window.key("d")
    edited()
    window.key("n")
    window.until("dialog()")
    window.key("ctrl+a")
    window.type("Soft")
    window.key("Return")
    edited()
    window.enter("knob('Soft', 'size')", "7")
    edited()
    window.click("tile('Soft')")
    window.key("g")  # a Grade below it, connected
    edited()
    window.click("tile('Read2')")
    window.key("ctrl+c", "ctrl+v")
    edited()
    window.drag("port('Read1', 'Output')", "port('CopyCat1', 'Preview')")
    edited()
    window.click("tile('Soft')")
    window.key("Delete")
    edited()
    assert len(set(seen)) == 9

    for text in reversed(seen[:-1]):
        window.key("ctrl+z")
        window.until(f"{TEXT} == {text!r}")
    assert not window.ask("window.document.modified")
    for text in seen[1:]:
        window.key("ctrl+shift+z")
        window.until(f"{TEXT} == {text!r}")
    assert window.complaints() == ""


def test_closing_asks_and_the_saved_script_comes_back(open_window: OpenWindow, tmp_path: Path) -> None:
    """Escape stays, Save saves and closes, and File > Open shows what was saved."""
    path = write_script(tmp_path)
    window = open_window(path)
    window.click("tile('Blur1')")
    window.key("d")
    window.quit()
    window.until("dialog().startswith('Save the changes to shot.pcat')")
    window.key("Escape")
    window.until("not dialog() and window.isVisible()")
    window.quit()
    window.click("button('Save')")
    assert window.wait_closed() == 0

    again = open_window()
    again.key("ctrl+o")
    again.until("dialog()")
    again.type(str(path))
    again.key("Return")
    again.until("window.canvas.disabled('Blur1')")
    assert not again.ask("window.document.modified")
    again.quit()
    assert again.wait_closed() == 0
    assert window.complaints() == again.complaints() == ""


def test_a_killed_window_loses_neither_training_nor_work(open_window: OpenWindow, tmp_path: Path) -> None:
    """The training goes on, the next window finds it, and offers what was not saved."""
    path = write_script(tmp_path, epochs=100_000, imageInterval=50, checkpointInterval=100_000)
    window = open_window(path)
    window.click("tile('CopyCat1')")
    window.click("button('Start Training')")
    window.click("bare_canvas(0.9, 0.2)")
    window.key("b")
    window.until("'Blur2' in window.canvas.names()")
    steps = window.until("training('CopyCat1').running.info.steps", 60)
    trainer = window.ask("training('CopyCat1').running.run.holder().pid")
    window.until("window.document.autosave.file.exists()")
    window.kill()

    again = open_window(path)
    again.until("dialog().startswith('PairCat ended before shot.pcat was saved')")
    again.click("button('Recover')")
    again.until("'Blur2' in window.canvas.names() and window.document.modified")
    again.click("tile('CopyCat1')")
    again.until(f"training('CopyCat1').running.info.steps > {steps}")
    assert psutil.pid_exists(trainer)
    again.click("button('Stop')")
    again.until("run_state('CopyCat1', 'warm') == 'stopped'")
    again.quit()
    again.click("button('Discard')")
    assert again.wait_closed() == 0
    assert again.complaints() == ""


def test_saving_elsewhere_recent_scripts_and_all_three_answers(open_window: OpenWindow, tmp_path: Path) -> None:
    """Save As makes relative paths fit, Open Recent brings the first back; Cancel stays, Discard and Save go on."""
    path = write_script(tmp_path / "shot")
    other = tmp_path / "elsewhere" / "copy.pcat"
    other.parent.mkdir()
    window = open_window(path)
    window.key("ctrl+shift+s")
    window.until("dialog()")
    window.type(str(other))
    window.key("Return")
    window.until("window.document.name == 'copy.pcat' and not window.document.modified")
    assert window.ask("window.canvas.value('Read1', 'file')") == "../shot/plate.####.exr"
    assert other.is_file()

    def open_recent(name: Path) -> None:
        window.until("window.isActiveWindow() and not dialog()")
        window.click("spot(window.menuBar(), *menu_title('File'))")
        window.click("entry('Open Recent')")
        window.click(f"entry({str(name)!r})")

    window.click("tile('Blur1')")
    window.key("d")
    for answer, name, disabled in (("Cancel", "copy.pcat", True), ("Discard", "shot.pcat", False)):
        open_recent(path)
        window.until("dialog().startswith('Save the changes to copy.pcat')")
        window.click(f"button('{answer}')")
        window.until(f"window.document.name == '{name}' and window.canvas.disabled('Blur1') is {disabled}")
    window.click("tile('Blur1')")
    window.key("d")
    open_recent(other)
    window.click("button('Save')")
    window.until("window.document.name == 'copy.pcat'")
    assert not window.ask("window.canvas.disabled('Blur1')")  # it was discarded in this one
    open_recent(path)
    window.until("window.document.name == 'shot.pcat' and window.canvas.disabled('Blur1')")  # and saved in that
    assert window.complaints() == ""


def test_scripts_that_are_not_as_they_should_be(open_window: OpenWindow, tmp_path: Path) -> None:
    """A damaged one is refused and changes nothing; what is not known is kept; a folder that is gone is said."""
    path = write_script(tmp_path)
    text = path.read_text()
    (tmp_path / "damaged.pcat").write_text(text[:200])
    strange = json.loads(text)
    strange["version"] = 99
    strange["nodes"]["Warp1"] = {"kind": "Warp", "inputs": {"Input": "Read1"}, "knobs": {"amount": 3}}
    (tmp_path / "strange.pcat").write_text(json.dumps(strange))
    window = open_window(path)

    def open_script(name: str) -> None:
        window.until("window.isActiveWindow() and not dialog()")
        window.key("ctrl+o")
        window.until("dialog()")
        window.type(str(tmp_path / name))
        window.key("Return")

    open_script("damaged.pcat")
    window.until("'damaged.pcat' in dialog() and 'is damaged' in dialog()")
    window.key("Escape")
    assert window.ask("window.document.name") == "shot.pcat"
    open_script("strange.pcat")
    window.until(
        "'newer PairCat' in status_message() and 'Warp1 is a Warp, which is not known here' in status_message()"
    )
    window.click("tile('Blur1')")
    window.key("d", "ctrl+s")
    window.until("not window.document.modified")
    saved = json.loads((tmp_path / "strange.pcat").read_text())
    assert saved["version"] == 99 and saved["nodes"]["Warp1"]["knobs"] == {"amount": 3}
    assert saved["nodes"]["Warp1"]["inputs"] == {"Input": "Read1"}

    gone = tmp_path / "gone"
    write_script(gone)
    open_script("gone/shot.pcat")
    window.until("window.document.path.parent.name == 'gone'")
    window.click("tile('Blur1')")
    window.key("d")
    window.until("window.document.modified")
    gone.rename(tmp_path / "moved")
    gone.write_text("a file where the folder was")  # it cannot be written there, whoever asks
    window.key("ctrl+s")
    window.until("str(window.document.path) in dialog()")
    window.key("Escape")
    window.until("not dialog()")
    assert window.ask("window.document.modified and window.canvas.disabled('Blur1')")
    assert window.complaints() == ""


def test_work_that_was_never_saved_survives_a_kill(open_window: OpenWindow) -> None:
    """The next window offers it; Later asks again at the start after that, Recover brings it back, unsaved still."""
    window = open_window()
    window.click("bare_canvas(0.4, 0.4)")
    window.key("b", "g")
    window.until("window.canvas.sources('Grade1') == {'Input': 'Blur1'}")
    window.until("window.document.autosave.file.exists()")
    window.kill()
    later = open_window()
    later.until("dialog().startswith('PairCat ended before an untitled script was saved')")
    later.click("button('Later')")
    later.until("not dialog()")
    later.quit()
    assert later.wait_closed() == 0
    again = open_window()
    again.click("button('Recover')")
    again.until("window.canvas.sources('Grade1') == {'Input': 'Blur1'} and window.document.modified")
    assert window.complaints() == later.complaints() == again.complaints() == ""


def test_a_number_that_is_being_typed_is_saved_and_asked_about(open_window: OpenWindow, tmp_path: Path) -> None:
    """Ctrl+S in the field takes it, File > Save with the mouse as well, and Ctrl+Q asks to save."""
    path = write_script(tmp_path)
    window = open_window(path)
    size = "window.canvas.value('Blur1', 'size')[0]"

    def type_size(text: str) -> None:
        window.click("tile('Blur1')")
        window.click("knob('Blur1', 'size')", times=3)
        window.key("ctrl+a")
        window.type(text)

    type_size("7")
    window.key("ctrl+s")
    window.until(f"{size} == 7 and not window.document.modified")
    type_size("8")
    window.click("menu_title('File')")
    window.click("entry('Save')")
    window.until(f"{size} == 8 and not window.document.modified")
    type_size("9")
    window.quit()
    window.click("button('Save')")
    assert window.wait_closed() == 0
    sizes = json.loads(path.read_text())["nodes"]["Blur1"]["knobs"]["size"]
    assert sizes[0] == 9
