"""Bundles in the hands of a real scheduler: `openjd`, on a machine that has the files elsewhere and no Qt.

One shot goes through one job, whose tasks are killed and tried again on the way, as in a farm's worst night.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil
import pytest
import shots
from farm_shot import write_farm_script

from paircat.cli.program import main
from paircat.engine.picture.box import Box
from paircat.engine.picture.files import read_image, write_image
from paircat.engine.picture.image import Header, Image
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.run import RunState
from paircat.nodes.script import Script

FRAMES = range(1001, 1061)
SIZE = Box(0, 0, 48, 32)
STEPS = 16
PATIENCE = 100.0  # seconds; only a test that fails waits so long


@dataclass(frozen=True)
class Farm:
    """A submitted job, and the machine that works on it.

    Attributes:
        bundle: what was submitted. shot: where the machine finds the shot.
        program: PairCat, in a Python in which every import of Qt fails and leaves a mark.
    """

    bundle: Path
    shot: Path
    program: Path
    rules: Path

    @property
    def mark(self) -> Path:
        return self.program.with_name("qt was imported")

    def start(self, *words: str) -> subprocess.Popen[str]:
        command = [openjd(), "run", self.bundle / "template.json", "-p", f"PairCat={self.program}"]
        command += ["-p", f"file://{self.bundle / 'openjd_parameters.json'}"]
        command += ["--path-mapping-rules", f"file://{self.rules}", *words]
        return subprocess.Popen(list(map(str, command)), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def run(self, *words: str) -> tuple[int, str]:
        """The scheduler's exit status, and all that was said."""
        process = self.start(*words)
        output, _ = process.communicate(timeout=PATIENCE)
        return process.returncode, output

    def frames(self) -> list[int]:
        return sorted(int(path.name.split(".")[1]) for path in (self.shot / "out").glob("warm.*.exr"))


def openjd() -> Path:
    return Path(sys.executable).with_name("openjd")


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Farm:
    """Sixty frames, three of them painted, submitted on one machine; then the shot lies where another one has it."""
    root = tmp_path_factory.mktemp("farm")
    artist, mount = root / "artist", root / "mount"
    path = write_farm_script(artist / "shot", SIZE)
    for frame in FRAMES:
        header = Header(("R", "G", "B"), SIZE, SIZE, formats=("half",) * 3)
        write_image(artist / "shot" / f"plate.{frame}.exr", Image(header, shots.plate(frame, SIZE)))
    script = Script.load(path)
    script.node("Read1").set("file", str(artist / "shot" / "plate.####.exr"))  # the others are relative
    script.node("CopyCat1").set("checkpointInterval", 4)
    script.save()
    words = ["farm", path, "-X", "CopyCat1", "-X", "Write1", "--run", "CopyCat1=night", "--steps", STEPS]
    assert main([str(word) for word in (*words, "--out", root / "bundle")]) == 0
    artist.rename(mount)
    rule = {"source_path_format": "POSIX", "source_path": str(artist), "destination_path": str(mount)}
    rules = {"version": "pathmapping-1.0", "path_mapping_rules": [rule]}
    (root / "rules.json").write_text(json.dumps(rules))
    return Farm(root / "bundle", mount / "shot", without_qt(root / "bin"), root / "rules.json")


def without_qt(folder: Path) -> Path:
    """A `paircat` for which there is no Qt."""
    folder.mkdir()
    for name in ("PySide6", "NodeGraphQt", "pyqtgraph", "Qt"):
        (folder / f"{name}.py").write_text(
            f"open({str(folder / 'qt was imported')!r}, 'w').close()\nraise ImportError('there is no Qt here')\n"
        )
    program = folder / "paircat"
    real = Path(sys.executable).with_name("paircat")
    program.write_text(f"#!/bin/sh\nexport PYTHONPATH='{folder}' OMP_NUM_THREADS=1\nexec '{real}' \"$@\"\n")
    program.chmod(0o755)
    return program


def kill_worker(scheduler: subprocess.Popen[str], when: Callable[[], bool]) -> str:
    """End the scheduler's task with no warning as soon as something is true. Returns what was said."""
    end = time.monotonic() + PATIENCE
    while not when():
        assert time.monotonic() < end and scheduler.poll() is None, scheduler.communicate()[0]
        time.sleep(0.02)
    workers = [child for child in psutil.Process(scheduler.pid).children(recursive=True) if is_paircat(child)]
    assert workers
    for worker in workers:
        worker.kill()
    output, _ = scheduler.communicate(timeout=PATIENCE)
    assert scheduler.returncode != 0
    return output


def is_paircat(process: psutil.Process) -> bool:
    try:
        return "--task" in process.cmdline() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_the_template_passes_the_schedulers_check(farm: Farm) -> None:
    """And its summary knows both of its steps."""
    check = subprocess.run([openjd(), "check", farm.bundle / "template.json"], capture_output=True, text=True)
    assert (check.returncode, "passes validation" in check.stdout) == (0, True), check.stdout + check.stderr
    words = ["-p", f"file://{farm.bundle / 'openjd_parameters.json'}"]
    summary = subprocess.run(
        [openjd(), "summary", farm.bundle / "template.json", *words], capture_output=True, text=True, check=True
    )
    assert re.search(r"Total steps: 2\b", summary.stdout), summary.stdout


def test_a_training_that_was_killed_goes_on_when_it_is_tried_again(farm: Farm) -> None:
    """Under the same name, from its last checkpoint; tried once more when all is done, it is left alone."""
    runs = farm.shot / "runs"
    kill_worker(farm.start("--step", "CopyCat1"), lambda: any(runs.glob("night.*.ost")))
    assert DataDirectory(runs).run("night").state == RunState.INTERRUPTED

    status, output = farm.run("--step", "CopyCat1")
    assert status == 0, output
    start = re.search(r"openjd_status: Training starts at step (\d+)\.", output)
    assert start and 4 <= int(start[1]) < STEPS
    assert "openjd_progress: 100.0" in output
    (run,) = DataDirectory(runs).runs()
    assert (run.state, list(run.read_summary().step)) == (RunState.FINISHED, list(range(1, STEPS + 1)))

    status, output = farm.run("--step", "CopyCat1")
    assert (status, "'night' is finished already" in output) == (0, True), output
    assert [run.name for run in DataDirectory(runs).runs()] == ["night"]


def test_a_part_of_the_frames_that_was_killed_is_written_when_it_is_tried_again(farm: Farm) -> None:
    """Sixty frames in two parts with the network of the run; a machine that dies leaves whole frames only."""
    plate = farm.shot / "plate.1040.exr"
    plate.rename(farm.shot / "kept")
    os.mkfifo(plate)  # a drive that hangs
    output = kill_worker(farm.start("--step", "Write1", "-p", "FramesPerTask=30"), lambda: 1039 in farm.frames())
    plate.unlink()
    (farm.shot / "kept").rename(plate)
    assert "Frames(CHUNK[INT]) = 1001-1030" in output
    assert farm.frames() == list(range(1001, 1040))

    status, output = farm.run("--step", "Write1", "-tp", "Frames=1031-1060")
    assert status == 0, output
    assert (farm.frames(), "openjd_progress: 100.0" in output) == (list(FRAMES), True)
    for frame in (1001, 1035, 1040, 1060):
        off = np.abs(read_image(farm.shot / "out" / f"warm.{frame}.exr").pixels - shots.plate(frame, SIZE) * shots.WARM)
        assert off.mean() < 0.05, frame  # the plate as it was is 0.17 off


def test_other_frames_can_be_asked_for_at_submission(farm: Farm) -> None:
    """As `-p Frames=`; every second one is one task as well as a row is."""
    for path in (farm.shot / "out").iterdir():
        path.unlink()
    status, output = farm.run("--step", "Write1", "-p", "Frames=1001-1005:2,1010")
    assert status == 0, output
    assert farm.frames() == [1001, 1003, 1005, 1010]


def test_a_task_that_fails_says_why_in_one_sentence(farm: Farm) -> None:
    """On the line that a scheduler shows as the reason; nothing else is said of it."""
    status, output = farm.run("--step", "Write1", "-p", "Frames=2001")
    assert status != 0
    (reason,) = re.findall(r"openjd_fail: (.*)", output)
    assert "2001" in reason and "plate" in reason and str(farm.shot) in reason
    assert output.count(reason) == 1


def test_no_task_has_asked_for_qt(farm: Farm) -> None:
    """The machine that did all of this has none; the window is what would have noticed."""
    assert farm.frames()
    assert not farm.mark.exists()
    subprocess.run([farm.program, farm.bundle / "shot.pcat"], capture_output=True, timeout=PATIENCE)
    assert farm.mark.exists()
