"""The built-in menu.py: every node, menu and shortcut, as plain data.

It says nothing that another menu.py could not say. Files called menu.py in the folders of PAIRCAT_PATH and in
~/.paircat run after this one; ui/menus.py lists the words.
"""

from functools import partial
from typing import Any

import paircat.nodes.builtin  # noqa: F401  (makes the built-in kinds known)
from paircat.ui import menus


def _look(number: int, window: Any) -> None:
    """Connect what is selected to an input of the Viewer and look at it."""
    window.editing.look(number)


# Names of methods are those of the window, ui/main_window.py, and of its document, editing and canvas.

menus.command("File/New", "document.new", "Ctrl+N", "An empty script.")
menus.command("File/Open...", "document.open", "Ctrl+O", "Open a script.")
menus.submenu("File/Open Recent", "recent_entries")
menus.separator("File/-1")
menus.command("File/Save", "document.save", "Ctrl+S", "Write the script's file.")
menus.command("File/Save As...", "document.save_as", "Ctrl+Shift+S", "Write the script to another file.")
menus.separator("File/-2")
menus.command("File/Project Settings...", "edit_project", "", "Frame rate and frame range of the script.")
menus.separator("File/-3")
menus.command("File/Quit", "close", "Ctrl+Q", "Close the window. Trainings go on.")

menus.command("Edit/Undo", "canvas.undo_stack.undo", "Ctrl+Z")
menus.command("Edit/Redo", "canvas.undo_stack.redo", "Ctrl+Shift+Z Ctrl+Y")
menus.separator("Edit/-1")
menus.command("Edit/Cut", "editing.cut", "Ctrl+X", on_canvas=True)
menus.command("Edit/Copy", "editing.copy", "Ctrl+C", on_canvas=True)
menus.command("Edit/Paste", "editing.paste", "Ctrl+V", on_canvas=True)
menus.command("Edit/Duplicate", "editing.duplicate", "Alt+C Ctrl+D", on_canvas=True)
menus.command("Edit/Delete", "editing.delete", "Delete Backspace", on_canvas=True)
menus.command("Edit/Select All", "editing.select_all", "Ctrl+A", on_canvas=True)
menus.separator("Edit/-2")
menus.command("Edit/Disable", "editing.toggle_disabled", "D", "Let the first input through.", on_canvas=True)
menus.command("Edit/Rename...", "rename_selected", "N", on_canvas=True)
menus.command("Edit/Swap Inputs", "editing.swap_inputs", "Shift+X", on_canvas=True)
menus.command("Edit/Extract", "editing.extract", "Ctrl+Shift+X", "Take nodes out of the flow.", on_canvas=True)

menus.command("View/Add Node...", "editing.open_search", "Tab", "Search a node by its name.", on_canvas=True)
menus.command("View/Properties", "show_selected", "Return Enter", "Show the panel of what is selected.", on_canvas=True)
menus.separator("View/-1")
menus.command("View/Frame Selected", "editing.frame", "F", on_canvas=True)
menus.command("View/Frame All", "editing.frame_all", "Shift+F", on_canvas=True)
menus.separator("View/-2")
for number in range(1, 10):
    menus.command(f"View/Look Through/Input {number}", partial(_look, number), str(number), on_canvas=True)

menus.separator("View/-3")
menus.command("View/Next Frame", lambda window: window.viewer.step(1), "Right", on_canvas=True)
menus.command("View/Previous Frame", lambda window: window.viewer.step(-1), "Left", on_canvas=True)
menus.separator("View/-4")
menus.command("View/Reset Layout", "reset_layout", "", "Viewer, canvas and Properties where a first window has them.")

menus.command("Help/Keys", "show_keys", "F1", "What every key does.")
menus.command("Help/About PairCat", "about")

menus.node("Image/Read", "Read", "R")
menus.node("Image/Write", "Write", "W")
menus.node("Image/Viewer", "Viewer", "Ctrl+I")
menus.node("Learn/CopyCat", "CopyCat", "C")
menus.node("Learn/Inference", "Inference", "I")
menus.node("Learn/Preview", "Preview", "P")
menus.node("Time/FrameHold", "FrameHold")
menus.node("Time/FrameRange", "FrameRange")
menus.node("Time/AppendClip", "AppendClip")
menus.node("Time/TimeOffset", "TimeOffset")
menus.node("Channel/Shuffle", "Shuffle")
menus.node("Transform/Crop", "Crop")
menus.node("Transform/Reformat", "Reformat")
menus.node("Filter/Blur", "Blur", "B")
menus.node("Color/Grade", "Grade", "G")
menus.node("Merge/Merge", "Merge", "M")
menus.node("Other/Dot", "Dot", ".")
menus.node("Other/Backdrop", "Backdrop", "Alt+B")
