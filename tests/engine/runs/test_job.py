"""Job: its file, damage, and renaming."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from paircat.engine.errors import PairCatError, RunError
from paircat.engine.picture.frames import FrameRange
from paircat.engine.picture.op_modules import load_module
from paircat.engine.picture.read import ReadOp
from paircat.engine.runs.job import Job, read_settings, rename_in_file
from paircat.engine.settings import ModelSize, TrainingSettings


def make_job(tmp_path: Path, **changes: object) -> Job:
    job = Job(
        input=ReadOp(str(tmp_path / "in.####.exr")),
        ground_truth=ReadOp(str(tmp_path / "gt.####.exr")),
        preview=None,
        frames=FrameRange.parse("1,5,9"),
        settings=TrainingSettings(steps=40, model_size=ModelSize.SMALL, seed=3),
        data_directory=str(tmp_path),
        run="shot.v2",
    )
    return dataclasses.replace(job, **changes)


@pytest.mark.parametrize(
    "changes",
    [{}, {"resume": True, "frames": FrameRange(()), "preview_frame": 7, "json_lines": True, "finishing": True}],
)
def test_round_trip(tmp_path: Path, changes: dict[str, object]) -> None:
    """A job comes back equal, with its recipes, frames and settings; with and without a preview."""
    for preview in (None, ReadOp(str(tmp_path / "src.####.exr"))):
        job = make_job(tmp_path, preview=preview, **changes)
        job.save(tmp_path / "shot.v2.job")
        assert Job.load(tmp_path / "shot.v2.job") == job


def test_loads_in_a_fresh_process(tmp_path: Path) -> None:
    """The training process has imported no operation yet; loading the job finds those it needs, and not torch."""
    make_job(tmp_path).save(tmp_path / "a.job")
    code = (
        "import sys; from paircat.engine.runs.job import Job; job = Job.load(sys.argv[1]);"
        "print(type(job.input).__name__, 'torch' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code, tmp_path / "a.job"], capture_output=True, text=True)
    assert done.stdout.split() == ["ReadOp", "False"], done.stderr


OWN_OP = """
from dataclasses import dataclass
from paircat.engine.picture.op import Op

@dataclass(frozen=True)
class HalvedOp(Op):
    source: Op

    def compute(self, frame, render):
        image = render(self.source, frame)
        return image.with_pixels(image.pixels / 2)
"""


def test_an_artists_own_op_is_found_in_a_fresh_process(tmp_path: Path) -> None:
    """The job says in which file it is defined. It is run from a plugin folder only; where it is gone, that is told."""
    (tmp_path / "halved_op.py").write_text(OWN_OP)
    load_module("halved_op", str(tmp_path / "halved_op.py"))
    halved = sys.modules["halved_op"].HalvedOp
    make_job(tmp_path, preview=halved(ReadOp(str(tmp_path / "in.####.exr")))).save(tmp_path / "a.job")
    code = (
        "import sys; from paircat.engine.runs.job import Job; from paircat.engine.errors import PairCatError\n"
        "try: print(type(Job.load(sys.argv[1]).preview).__name__)\n"
        "except PairCatError as error: print(error)"
    )
    command = [sys.executable, "-c", code, tmp_path / "a.job"]
    refused = subprocess.run(command, capture_output=True, text=True)
    assert "in none of your plugin folders" in refused.stdout, refused.stderr
    environment = {**os.environ, "PAIRCAT_PATH": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.stdout.strip() == "HalvedOp", done.stderr
    (tmp_path / "halved_op.py").unlink()
    assert "halved_op" in subprocess.run(command, capture_output=True, text=True, env=environment).stdout


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "damaged"),
        ("{", "damaged"),
        ("[]", "not a PairCat job"),
        ('{"paircat_job": 99}', "update PairCat"),
        ('{"paircat_job": 1}', "damaged"),
        ('{"paircat_job": 1, "recipes": {"ops": [{"op": "WarpOp"}], "roots": [0, 0]}}', "WarpOp"),
    ],
)
def test_bad_job_files(tmp_path: Path, content: str, sentence: str) -> None:
    """Empty, damaged, foreign and newer job files each give a sentence."""
    (tmp_path / "a.job").write_text(content)
    with pytest.raises(PairCatError, match=sentence):
        Job.load(tmp_path / "a.job")


def test_missing_job_file(tmp_path: Path) -> None:
    """A job that is not there is named."""
    with pytest.raises(RunError, match=r"no job file '.*a\.job'"):
        Job.load(tmp_path / "a.job")


def test_renaming_touches_the_name_alone(tmp_path: Path) -> None:
    """After a rename the job has the new name; keys that are not known here stay; other files are left alone."""
    path = tmp_path / "a.job"
    job = make_job(tmp_path)
    job.save(path)
    path.write_text(json.dumps({**json.loads(path.read_text()), "extra": 1}))
    rename_in_file(path, "b")
    assert Job.load(path) == dataclasses.replace(job, run="b")
    assert json.loads(path.read_text())["extra"] == 1
    path.write_text("notes")
    rename_in_file(path, "c")
    assert path.read_text() == "notes"


def test_settings_are_read_without_the_recipes(tmp_path: Path) -> None:
    """Also where nobody knows an operation of the job any more."""
    path = tmp_path / "a.job"
    make_job(tmp_path).save(path)
    path.write_text(path.read_text().replace("ReadOp", "OpOfSomebodyElse"))
    settings, frames = read_settings(path)
    assert (settings.steps, settings.seed, str(frames)) == (40, 3, str(FrameRange.parse("1,5,9")))
    path.write_text('{"paircat_job": 1}')
    with pytest.raises(RunError, match="damaged"):
        read_settings(path)
