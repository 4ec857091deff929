"""Dialogs: what the window asks the artist, each dialog with its answers as plain strings."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from paircat.engine.path_kind import is_file
from paircat.nodes.script import SUFFIX

SAVE, DISCARD, CANCEL, RECOVER, LATER, REPLACE = "save", "discard", "cancel", "recover", "later", "replace"
KEEP, STOP = "keep", "stop"
_FILTER = f"PairCat scripts (*{SUFFIX})"


class Dialogs:
    """
    Args:
        window: the dialogs stand in front of it.
    """

    def __init__(self, window: QWidget) -> None:
        self._window = window

    def save_changes(self, name: str) -> str:
        """SAVE, DISCARD or CANCEL."""
        return self._ask(
            f"Save the changes to {name}?",
            "They are lost otherwise.",
            {
                SAVE: ("Save", QMessageBox.ButtonRole.AcceptRole),
                DISCARD: ("Discard", QMessageBox.ButtonRole.DestructiveRole),
                CANCEL: ("Cancel", QMessageBox.ButtonRole.RejectRole),
            },
        )

    def recover(self, name: str, when: str) -> str:
        """RECOVER, DISCARD or LATER."""
        return self._ask(
            f"PairCat ended before {name} was saved. Recover the changes?",
            f"They are of {when}. Later asks again at the next start.",
            {
                RECOVER: ("Recover", QMessageBox.ButtonRole.AcceptRole),
                DISCARD: ("Discard", QMessageBox.ButtonRole.DestructiveRole),
                LATER: ("Later", QMessageBox.ButtonRole.RejectRole),
            },
        )

    def replace_changed(self, name: str) -> str:
        """REPLACE or CANCEL."""
        return self._ask(
            f"{name} was changed by another program or window since it was opened. Replace it?",
            "Cancel keeps that file; Save As then writes this script beside it.",
            {
                REPLACE: ("Replace", QMessageBox.ButtonRole.DestructiveRole),
                CANCEL: ("Cancel", QMessageBox.ButtonRole.RejectRole),
            },
        )

    def replace_existing(self, name: str) -> str:
        """REPLACE or CANCEL."""
        return self._ask(
            f"{name} exists already. Replace it?",
            "What is in it is lost then.",
            {
                REPLACE: ("Replace", QMessageBox.ButtonRole.DestructiveRole),
                CANCEL: ("Cancel", QMessageBox.ButtonRole.RejectRole),
            },
            default=CANCEL,
        )

    def stop_rendering(self, sentences: list[str], quitting: bool) -> str:
        """KEEP or STOP, when the window or the script shall close; each sentence says how one render stands."""
        return self._ask(
            "\n".join(sentences),
            "Frames that are written stay; a movie that is not finished is dropped.",
            {
                STOP: ("Stop and Quit" if quitting else "Stop and Go On", QMessageBox.ButtonRole.DestructiveRole),
                KEEP: ("Keep Rendering", QMessageBox.ButtonRole.RejectRole),
            },
            default=KEEP,
        )

    def leave_trainings(self, sentences: list[str], quitting: bool) -> str:
        """KEEP or STOP, when the window or the script shall close; each sentence says what one training waits for."""
        return self._ask(
            "\n".join(sentences),
            "It takes a moment only. Trainings that are under way go on in any case.",
            {
                STOP: (
                    "Quit All the Same" if quitting else "Go On All the Same",
                    QMessageBox.ButtonRole.DestructiveRole,
                ),
                KEEP: ("Wait", QMessageBox.ButtonRole.RejectRole),
            },
            default=KEEP,
        )

    def script_to_open(self, folder: Path) -> Path | None:
        name, _ = QFileDialog.getOpenFileName(self._window, "Open script", str(folder), _FILTER)
        return Path(name) if name else None

    def script_to_save(self, suggestion: Path) -> Path | None:
        name, _ = QFileDialog.getSaveFileName(self._window, "Save script as", str(suggestion), _FILTER)
        if not name or name.endswith(SUFFIX):
            return Path(name) if name else None
        target = Path(name + SUFFIX)  # the dialog has asked about the name without it
        return None if is_file(target) and self.replace_existing(target.name) != REPLACE else target

    def show_warning(self, sentence: str, details: str = "") -> None:
        """Something that must not be overlooked."""
        box = QMessageBox(QMessageBox.Icon.Warning, "PairCat", sentence, parent=self._window)
        box.setInformativeText(details)
        box.exec()

    def _ask(
        self, question: str, more: str, answers: dict[str, tuple[str, QMessageBox.ButtonRole]], default: str = ""
    ) -> str:
        """The first answer is the default one unless another is named, the last is that of Escape."""
        box = QMessageBox(QMessageBox.Icon.Question, "PairCat", question, parent=self._window)
        box.setInformativeText(more)
        buttons = [box.addButton(text, role) for text, role in answers.values()]
        box.setDefaultButton(buttons[list(answers).index(default) if default else 0])
        box.setEscapeButton(buttons[-1])
        box.exec()
        clicked = box.clickedButton()
        return next(answer for answer, button in zip(answers, buttons, strict=True) if button is clicked)
