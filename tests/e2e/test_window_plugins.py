"""A menu.py of an artist's own in the real window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from driven_window import DrivenWindow

PLUGIN = """
from dataclasses import dataclass
from paircat.nodes.node import Input, Node, register
from paircat.ui import menus

@register
class Keep(Node):
    \"\"\"Lets the picture through.\"\"\"

    kind = "Keep"
    category = "Studio"
    inputs = (Input("Input"),)

    def op(self, graph):
        return graph.input(self, "Input")

menus.node("Studio/Keep", "Keep", "K")
menus.default("Blur", "size", 7)
menus.command("Studio/Hello", lambda window: window.say("Hello from the studio"), "Ctrl+H")
menus.command("Studio/Broken", lambda window: 1 / 0)
"""


def test_an_own_menu_adds_to_the_window(
    open_window: Callable[..., DrivenWindow], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A node, a command and a default are there; what raises is named and stops nothing."""
    good, bad = tmp_path / "good", tmp_path / "bad"
    for folder, text in ((bad, "import paircat\nraise RuntimeError('no licence')\n"), (good, PLUGIN)):
        folder.mkdir()
        (folder / "menu.py").write_text(text)
    monkeypatch.setenv("PAIRCAT_PATH", f"{bad}:{good}")
    window = open_window()
    window.until(
        f"'{bad / 'menu.py'}' in status_message() and 'line 2' in status_message() and 'no licence' in status_message()"
    )

    window.click("bare_canvas(0.4, 0.4)")
    window.key("b")
    window.until("window.canvas.value('Blur1', 'size') == (7.0, 7.0)")
    window.key("k")
    window.until("window.canvas.sources('Keep1') == {'Input': 'Blur1'}")
    window.key("ctrl+h")
    window.until("status_message() == 'Hello from the studio'")
    window.click("spot(window.menuBar(), *menu_title('Studio'))")
    window.click("entry('Broken')")
    window.until("status_message().startswith('Studio/Broken failed: ZeroDivisionError')")
    window.quit()
    window.click("button('Discard')")
    assert window.wait_closed() == 0
    (complaint,) = window.complaints().splitlines()  # the failed menu.py alone, for whoever starts it from a shell
    assert str(bad / "menu.py") in complaint
