"""Dialogs: what they do beside asking."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog

from paircat.ui import dialogs


class Answering(dialogs.Dialogs):
    """Has the answer to every question."""

    answer = ""

    def _ask(self, question, more, answers, default=""):
        self.asked = question
        return self.answer


@pytest.mark.parametrize(("answer", "kept"), [(dialogs.REPLACE, True), (dialogs.CANCEL, False)])
def test_a_script_is_not_written_over_for_want_of_its_suffix(tmp_path, monkeypatch, answer, kept):
    """Qt asks about the name that was typed; the one with the suffix may exist all the same."""
    (tmp_path / "shot020.pcat").touch()
    typed = str(tmp_path / "shot020")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (typed, ""))
    asking = Answering(None)
    asking.answer = answer
    found = asking.script_to_save(Path(typed))
    assert "shot020.pcat exists" in asking.asked
    assert found == (tmp_path / "shot020.pcat" if kept else None)


def test_a_new_name_gets_its_suffix_unasked(tmp_path, monkeypatch):
    """Nothing is there that could be lost."""
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *given: (str(tmp_path / "new"), ""))
    assert Answering(None).script_to_save(tmp_path) == tmp_path / "new.pcat"
