"""RunFile: what a file name in a Data Directory means: which run it belongs to, which step, and what kind it is.

`<run>.<step>.cat`, `.ost`, `.png`, `.preview.png`; `<run>.summary`, `.job`, `.stop`, `.lock`, `.log`; and
`<run>.summary.damaged`, `.summary.damaged.2`, ..., which were put aside. Run names may
hold dots; since the step always stands right before the suffix there is one reading of every name. Steps have no
leading zeros, so frames such as shot.0010.png are nobody's contact sheets.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from paircat.engine.errors import RunError
from paircat.engine.part_file import whole_name

STEP_SUFFIXES = (".cat", ".ost", ".preview.png", ".png")
RUN_SUFFIXES = (".summary", ".job", ".stop", ".lock", ".log")
DAMAGED = ".summary.damaged"

# What makes a training of its files, as opposed to what a failed start leaves, or pictures that lie about.
LEARNT = (".cat", ".ost", ".summary")

_STEP_FILE = re.compile(r"(?P<run>.+)\.(?P<step>0|[1-9]\d*)(?P<suffix>\.cat|\.ost|\.preview\.png|\.png)", re.DOTALL)
_ASIDE_FILE = re.compile(r"(?P<run>.+)(?P<suffix>\.summary\.damaged(?:\.\d+)?)", re.DOTALL)
_FORBIDDEN = re.compile(r'[<>:"/\\|?*%#\x00-\x1f]')
_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True)
class RunFile:
    """A parsed file name.

    Attributes:
        step: None for files of the whole run.
        part: an unfinished file that a killed process left behind.
    """

    run: str
    step: int | None
    suffix: str
    part: bool = False

    @classmethod
    def parse(cls, name: str) -> RunFile | None:
        """What a file name means, or None if it is no run's file.

        >>> RunFile.parse("shot.010.v2.1500.preview.png")
        RunFile(run='shot.010.v2', step=1500, suffix='.preview.png', part=False)
        """
        whole = whole_name(name)
        if whole is not None:
            inner = cls.parse(whole)
            return inner and cls(inner.run, inner.step, inner.suffix, part=True)
        if name.startswith("."):
            return None
        match = _STEP_FILE.fullmatch(name)
        if match:
            return cls(match["run"], int(match["step"]), match["suffix"])
        aside = _ASIDE_FILE.fullmatch(name)
        if aside:
            return cls(aside["run"], None, aside["suffix"])
        for suffix in RUN_SUFFIXES:
            if name.endswith(suffix) and len(name) > len(suffix):
                return cls(name.removesuffix(suffix), None, suffix)
        return None


def check_name(name: str) -> None:
    """Refuse names that some operating system or a file sequence could not hold.

    Raises:
        RunError: the name is empty, too long, or holds a character that files cannot have everywhere.
    """
    if not name.strip():
        raise RunError("A run needs a name; write letters, digits, dots, dashes or underscores.")
    bad = _FORBIDDEN.search(name)
    if bad:
        raise RunError(f"The run name '{name}' holds '{bad[0]}'; write letters, digits, dots, dashes or underscores.")
    if name != name.strip() or name[0] == "." or name[-1] == ".":
        raise RunError(f"The run name '{name}' begins or ends with a dot or blank; take that away.")
    if len(name.encode()) > 180:
        raise RunError(f"The run name '{name[:40]}...' is too long; files need it at 180 bytes or less.")
    if _RESERVED.fullmatch(name):
        raise RunError(f"The run name '{name}' is reserved on Windows; choose another.")
