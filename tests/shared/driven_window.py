"""The window as a person has it: a process of its own on a screen of its own, used with the mouse and the keyboard."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

PROGRAM = Path(__file__).with_name("answering_window.py")
DRAG_SOURCE = Path(__file__).with_name("drag_source.py")
_BESIDE = (1530, 20)
"""A place of the screen that the window does not cover."""
NEEDED = ("Xvfb", "xdotool")
MISSING = "The tests of the window need {}: run tools/system_libraries.sh, or set PAIRCAT_NO_XVFB=1 to leave them out."
PATIENCE = 20.0
"""Seconds that anything may take. Nothing waits that long unless it fails."""


class Screen:
    """A virtual screen.

    Raises:
        RuntimeError: a program for it is not installed, or it does not start.
    """

    def __init__(self, width: int = 1600, height: int = 1000) -> None:
        missing = [name for name in NEEDED if not shutil.which(name)]
        if missing:
            raise RuntimeError(MISSING.format(" and ".join(missing)))
        reading, writing = os.pipe()
        command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
        self._server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
        os.close(writing)
        with os.fdopen(reading) as line:
            number = line.readline().strip()  # empty when it ended instead
        if not number:
            raise RuntimeError("Xvfb does not start; run it by hand to see why.")
        self.name = f":{number}"

    def do(self, *arguments: object) -> None:
        """Real mouse and key events; see `man xdotool`."""
        environment = {**os.environ, "DISPLAY": self.name}
        subprocess.run(["xdotool", *map(str, arguments)], check=True, env=environment, timeout=PATIENCE)

    def close(self) -> None:
        self._server.terminate()
        self._server.wait()


class DrivenWindow:
    """
    Args:
        home: the user's own folder, where layout, recent files and autosaves go.
        script: opened at the start.
    """

    def __init__(self, screen: Screen, home: Path, script: Path | None = None) -> None:
        self.screen = screen
        self._source: subprocess.Popen[str] | None = None
        self._errors = home / "stderr.txt"
        environment = {
            **os.environ,
            "DISPLAY": screen.name,
            "HOME": str(home),
            "QT_QPA_PLATFORM": "xcb",
            "PYTHONUNBUFFERED": "1",
        }
        with self._errors.open("wb") as errors:
            self.process = subprocess.Popen(
                [sys.executable, str(PROGRAM), *([str(script)] if script else [])],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, env=environment, cwd=home, text=True,
            )  # fmt: skip
        self._answers: queue.Queue[str] = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()
        self.until("window.isActiveWindow() or bool(dialog())", 60)

    # Looking

    def ask(self, expression: str) -> Any:
        """What answering_window.py answers; LookupError where it cannot."""
        assert self.process.stdin is not None
        self.process.stdin.write(expression + "\n")
        self.process.stdin.flush()
        try:
            answer = json.loads(self._answers.get(timeout=PATIENCE))
        except queue.Empty:
            raise AssertionError(f"The window does not answer. {self.complaints()}") from None
        if "error" in answer:
            raise LookupError(f"{expression}: {answer['error']}")
        return answer["answer"]

    def until(self, expression: str, seconds: float = PATIENCE) -> Any:
        """Wait until an expression is true, or there at all, and give its value."""
        end, last = time.monotonic() + seconds, ""
        while time.monotonic() < end:
            assert self.process.poll() is None, f"The window has ended. {self.complaints()}"
            try:
                value = self.ask(expression)
                if value:
                    return value
                last = repr(value)
            except LookupError as error:
                last = str(error)
            time.sleep(0.03)
        picture = self._errors.with_name("failed.png")
        self.ask(f"grab({str(picture)!r})")
        seen = f"the window is seen in {picture}, its dialog says '{self.ask('dialog()')}'"
        raise AssertionError(f"waited {seconds:g} s for {expression}; last: {last}; {seen}")

    def still(self, place: str) -> tuple[int, int]:
        """Wait until something can be seen and has stopped moving; where it is."""
        last, now = None, self.until(place)
        while now != last:
            time.sleep(0.05)
            last, now = now, self.until(place)
        return now

    def complaints(self) -> str:
        """What the window wrote on the console."""
        return self._errors.read_text()

    # Doing

    def click(self, place: str, button: int = 1, times: int = 1) -> None:
        """Move to a place, an expression of answering_window.py, as soon as it can be seen, and click."""
        x, y = self.still(place)
        self.screen.do("mousemove", x, y, "click", "--repeat", times, "--delay", 40, button)

    def drag(self, start: str, end: str) -> None:
        """Press at a place, move in steps as a hand does, release at another."""
        (x, y), (to_x, to_y) = self.still(start), self.still(end)
        self.screen.do("mousemove", x, y, "mousedown", 1)
        for part in (0.2, 0.5, 0.8, 1):
            self.screen.do("mousemove", round(x + (to_x - x) * part), round(y + (to_y - y) * part))
            self.ask("1")  # the window has seen it
        self.screen.do("mouseup", 1)

    def reveal(self, widget: str) -> None:
        """Turn the wheel over the panel that a widget lies in until it can be seen."""
        for _ in range(40):
            try:
                self.ask(f"spot({widget})")
                return
            except LookupError:
                self.point(f"scroller({widget})")
                self.screen.do("click", 5)
                self.ask("1")
        raise AssertionError(f"{widget} cannot be scrolled to")

    def drop(self, place: str, *paths: Path) -> str:
        """Drag files from another program onto a place; "dropped", or "refused" where the window did not take them."""
        x, y = self.still(place)
        environment = {**os.environ, "DISPLAY": self.screen.name, "QT_QPA_PLATFORM": "xcb"}
        self._end_source()
        self._source = source = subprocess.Popen(
            [sys.executable, str(DRAG_SOURCE), *map(str, _BESIDE), *map(str, paths)],
            stdout=subprocess.PIPE, env=environment, text=True,
        )  # fmt: skip
        assert source.stdout is not None
        assert source.stdout.readline() == "ready\n"
        start_x, start_y = _BESIDE[0] + 30, _BESIDE[1] + 30
        self.screen.do("mousemove", start_x, start_y, "mousedown", 1, "mousemove", start_x + 15, start_y + 15)
        self.screen.do("mousemove", start_x + 10, start_y + 20)
        assert source.stdout.readline() == "dragging\n"
        for part in (0.3, 0.6, 0.9, 0.99, 1):
            to = round(start_x + (x - start_x) * part), round(start_y + (y - start_y) * part)
            self.screen.do("mousemove", *to)
            time.sleep(0.1)  # the two programs agree about each place
        self.screen.do("mouseup", 1)
        return source.stdout.readline().strip()

    def _end_source(self) -> None:
        """Only now, since a program has to be there until what was dragged from it has been read."""
        if self._source is not None:
            self._source.kill()
            self._source.wait()

    def point(self, place: str) -> None:
        self.screen.do("mousemove", *self.still(place))

    def key(self, *keys: str) -> None:
        """Keys as xdotool names them, such as ctrl+s, each once the window has taken the one before."""
        for key in keys:
            self.screen.do("key", key)
            self.ask("1")

    def type(self, text: str) -> None:
        self.screen.do("type", "--delay", 4, text)

    def enter(self, place: str, text: str) -> None:
        """Replace a line of text and press Return."""
        self.click(place, times=3)
        self.key("ctrl+a")
        self.type(text)
        self.key("Return")

    # Ending

    def quit(self) -> None:
        """Ask the window to close, which it may answer with a question."""
        self.screen.do("key", "ctrl+q")

    def wait_closed(self) -> int:
        """The exit status."""
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """As when the power fails; does nothing where it has ended."""
        self._end_source()
        self.process.kill()
        self.process.wait()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if line.startswith("{"):
                self._answers.put(line)
