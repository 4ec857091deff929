"""Commands for schedulers with a language of their own."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from pathlib import Path

from paircat.cli.program import parser
from paircat.farm.command_list import write_commands
from paircat.farm.submission import Submission
from paircat.farm.template import Choices

Submit = Callable[..., Submission]


def test_a_command_for_each_part_of_the_frames(tmp_path: Path, submit: Submit) -> None:
    """The training first, and what waits for it says so; every one is a command that this version understands."""
    write_commands(submit("Write1", "CopyCat1"), tmp_path / "list", Choices(chunk=3, program="/opt/pc/paircat"))
    data = json.loads((tmp_path / "list" / "commands.json").read_text())
    assert [(step["name"], step["needs"]) for step in data["steps"]] == [("CopyCat1", []), ("Write1", ["CopyCat1"])]
    commands = [command for step in data["steps"] for command in step["commands"]]
    lines = (tmp_path / "list" / "commands.txt").read_text().splitlines()
    assert [shlex.split(line) for line in lines] == commands
    given = [parser().parse_args(command[1:]) for command in commands]
    assert {command[0] for command in commands} == {"/opt/pc/paircat"}
    assert [getattr(words, "frames", "") for words in given[1:]] == ["1001-1003", "1004-1006", "1007-1008"]
    assert {words.script for words in given} == {str(tmp_path / "list" / "shot.pcat")}
    assert {words.script_folder for words in given} == {str(tmp_path / "shot")}
    assert {words.networks[0] for words in given[1:]} == {"Inference1=CopyCat1"}
