"""The folder that a scheduler takes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from paircat.engine.errors import PairCatError
from paircat.farm.bundle import write_bundle
from paircat.farm.submission import Submission
from paircat.farm.template import Choices
from paircat.nodes.script import Script

Submit = Callable[..., Submission]


def test_paths_of_the_submitter_stand_in_parameters_and_assets_alone(tmp_path: Path, submit: Submit) -> None:
    """The template names none, so that every one can be mapped."""
    folder = tmp_path / "bundle"
    write_bundle(submit("CopyCat1", "Inference1", output=str(tmp_path / "b.####.exr")), folder, Choices())
    assert str(tmp_path) not in (folder / "template.json").read_text()
    values = json.loads((folder / "parameter_values.json").read_text())["parameterValues"]
    assert {row["name"]: row["value"] for row in values} == json.loads((folder / "openjd_parameters.json").read_text())
    assert {row["name"]: row["value"] for row in values} == {
        "ScriptFolder": str(tmp_path / "shot"),
        "Inference1Output": str(tmp_path / "b.####.exr"),
    }


def test_the_script_is_that_of_the_submission(script: Script, tmp_path: Path, submit: Submit) -> None:
    """What is changed on the canvas afterwards changes nothing of the job."""
    write_bundle(submit("CopyCat1", "Write1"), tmp_path / "bundle", Choices())
    assert script.path is not None
    before = script.path.read_text()
    script.path.write_text("changed")
    assert (tmp_path / "bundle" / "shot.pcat").read_text() == before


def test_the_script_is_copied_byte_for_byte(script: Script, tmp_path: Path, submit: Submit) -> None:
    """Line ends and the mark of an editor's encoding stay, and what is no text any more is copied all the same."""
    work = submit("CopyCat1")
    assert script.path is not None
    content = b"\xef\xbb\xbf" + script.path.read_bytes().replace(b"\n", b"\r\n") + b"\xff"
    script.path.write_bytes(content)
    write_bundle(work, tmp_path / "bundle", Choices())
    assert (tmp_path / "bundle" / "shot.pcat").read_bytes() == content


def test_a_bundle_is_written_over_and_nothing_else_is(tmp_path: Path, submit: Submit) -> None:
    """A folder with other files is left alone."""
    work = submit("CopyCat1")
    for _ in range(2):
        assert len(write_bundle(work, tmp_path / "bundle", Choices())) == 5
    with pytest.raises(PairCatError, match="holds other files"):
        write_bundle(work, tmp_path / "shot", Choices())
