"""Mistake: what keeps the canvas as it stands from being trained, said until it is put right. It knows no Qt."""

from __future__ import annotations

from collections.abc import Callable


class Mistake:
    """The sentence that answered a start, and the question that it answered."""

    def __init__(self, say: Callable[[str], None], said: Callable[[], str]) -> None:
        """`said()` is what was last said, by whomever: a newer sentence is left to those who know when it ends."""
        self._say, self._said = say, said
        self._question: Callable[[], str] | None = None
        self._answer = ""

    def found_by(self, question: Callable[[], str]) -> bool:
        """Say what is wrong, or take back what was said before; returns whether anything is.

        Args:
            question: answers with the sentence of what is wrong, or an empty one. It is asked again by `look_again`.
        """
        self._answer = question()
        self._question = question if self._answer else None
        self._say(self._answer)
        return bool(self._answer)

    def look_again(self) -> None:
        """The canvas is another: what was wrong may be right by now, or something else is wrong."""
        if self._question is None:
            return
        if self._said() != self._answer:
            self._question = None
        elif self._question() != self._answer:
            self.found_by(self._question)
