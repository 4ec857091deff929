"""Commands as a farm calls them: tried again, ended, and told where things are."""

import functools
import json
import os
import re
import signal
import socket
import threading
import time
from pathlib import Path

import pytest

from paircat.engine.runs import lock
from paircat.engine.runs.checkpoint import load_ost, save_ost
from paircat.engine.runs.data_directory import DataDirectory
from paircat.engine.runs.run import Run, RunState


@pytest.fixture
def task(training: tuple[object, ...]) -> tuple[object, ...]:
    """The words of a training of a run `look` as a farm's task."""
    return (*training, "--task", "--name", "look")


def state(folder: str = "runs") -> tuple[RunState, int]:
    info = DataDirectory(folder).run("look").info
    return info.state, info.steps


def once(wanted, then) -> threading.Thread:
    """Do something on another thread as soon as something else is true."""

    def watch() -> None:
        while not wanted():
            time.sleep(0.01)
        then()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


def test_a_task_that_a_signal_ended_has_failed_and_goes_on_when_tried_again(paircat, footage: Path, task) -> None:
    """What was learnt is saved; a scheduler must not take it for the whole."""
    run = Run("look", footage / "runs")
    words = (*task, "--steps", 20)
    watch = once(lambda: run.summary.exists() and run.holder(), lambda: os.kill(os.getpid(), signal.SIGTERM))
    answer = paircat(*words)
    watch.join()
    assert answer.status == 128 + signal.SIGTERM
    stopped, steps = state()
    assert (stopped, 0 < steps < 20) == (RunState.STOPPED, True)
    assert paircat(*words).status == 0
    assert state() == (RunState.FINISHED, 20)


def test_a_training_that_somebody_asked_to_stop_is_done(paircat, footage: Path, task) -> None:
    """`paircat stop` means: good enough. What waits for it goes on."""
    run = Run("look", footage / "runs")
    watch = once(lambda: run.summary.exists() and run.holder(), run.ask_to_stop)
    assert paircat(*task, "--steps", 40).status == 0
    watch.join()
    assert state()[0] == RunState.STOPPED


def test_a_task_makes_its_data_directory(paircat, footage: Path, task) -> None:
    """A farm's machine may have an empty disk. Tried again when all is done, it says so, as an object where asked."""
    words = ["new/runs" if word == "runs" else word for word in task]
    assert paircat(*words, "--steps", 1).status == 0
    assert state("new/runs") == (RunState.FINISHED, 1)
    answer = paircat(*words, "--steps", 1, "--json")
    assert json.loads(answer.out) == {
        "event": "Notice",
        "text": "'look' is finished already; it stays as it is.",
        "files": [],
    }


def test_a_finished_run_goes_on_as_far_as_a_task_asks(paircat, footage: Path, task) -> None:
    """In steps or epochs; a task that is tried again, or asks for less, leaves it as it is."""
    assert paircat(*task, "--steps", 2).status == 0
    for words, done in ((("--steps", 4), 4), (("--epochs", 3), 6), (("--steps", 7), 7)):
        answer = paircat(*task, *words)
        assert (answer.status, answer.err, state()) == (0, "", (RunState.FINISHED, done))
    summary = footage / "runs" / "look.summary"
    kept = summary.read_bytes()
    for words in (("--steps", 7), ("--steps", 3), ("--epochs", 3), ("--epochs", 1)):
        answer = paircat(*task, *words)
        assert (answer.status, "'look' is finished already" in answer.out) == (0, True)
    assert summary.read_bytes() == kept


def test_what_minutes_ended_stays_as_it_is_for_a_task_of_minutes(paircat, footage: Path, task) -> None:
    """All its tries share them; a run that its steps ended uses the rest of them first, and further steps go on."""
    assert paircat(*task, "--steps", 2).status == 0
    summary, newest = footage / "runs" / "look.summary", footage / "runs" / "look.2.ost"
    save_ost(newest, {**load_ost(newest), "seconds": 59.99})
    assert paircat(*task, "--minutes", 1).status == 0
    assert summary.read_text().endswith("# finished minutes\n") and state()[1] > 2
    kept = summary.read_bytes()
    answer = paircat(*task, "--minutes", 1)
    assert (answer.status, "'look' is finished already" in answer.out) == (0, True)
    assert summary.read_bytes() == kept
    further = state()[1] + 1
    assert (paircat(*task, "--steps", further).status, state()) == (0, (RunState.FINISHED, further))


def test_a_finished_run_without_states_fails_a_task_that_asks_for_more(paircat, footage: Path, task) -> None:
    """What waits for it must not take the shorter training for what was asked."""
    assert paircat(*task, "--steps", 2).status == 0
    (footage / "runs" / "look.2.ost").unlink()
    assert paircat(*task, "--steps", 2).status == 0
    answer = paircat(*task, "--steps", 3)
    assert (answer.status, "'look' cannot be resumed, since it has no .ost file here" in answer.err) == (2, True)


def test_a_task_waits_for_a_machine_that_may_be_dead(paircat, footage: Path, task, monkeypatch) -> None:
    """A lock of another machine ends with its heartbeat; one that lives on is told, with who holds it."""
    holder = {"host": f"not-{socket.gethostname()}", "pid": 4711, "started": 0.0}
    file = footage / "runs" / "look.lock"
    file.write_text(json.dumps(holder))
    last = time.time() - lock.STALE_SECONDS + 1
    os.utime(file, (last, last))
    answer = paircat(*task, "--steps", 1)
    assert (answer.status, "Waiting for not-" in answer.out) == (0, True)

    monkeypatch.setattr(lock, "STALE_SECONDS", 0.0)
    monkeypatch.setattr(lock, "BEAT_SECONDS", 0.0)
    file.write_text(json.dumps(holder))
    os.utime(file, (time.time() + 3600,) * 2)
    answer = paircat(*task, "--steps", 2)
    assert (answer.status, f"'look' is being trained on {holder['host']} (process 4711)" in answer.err) == (2, True)


def test_a_task_needs_a_name_to_be_tried_again_under(paircat, training) -> None:
    """A run that is named after the time would be another one each time."""
    answer = paircat(*training, "--task", "--steps", 1)
    assert (answer.status, "add --name" in answer.err) == (2, True)


def test_minutes_of_a_task_count_over_all_its_tries(paircat, footage: Path, task) -> None:
    """A training of a minute that had a minute already is soon done."""
    assert paircat(*task, "--steps", 2).status == 0
    newest, summary = footage / "runs" / "look.2.ost", footage / "runs" / "look.summary"
    save_ost(newest, {**load_ost(newest), "seconds": 59.9})
    summary.write_text(summary.read_text().replace("# finished done\n", ""))  # as a killed process leaves it
    answer = paircat(*task, "--minutes", 1, "--progress", "openjd")
    assert answer.status == 0
    assert "openjd_status: Training ended with its time" in answer.out


def test_relative_paths_start_where_the_script_was(paircat, script: Path, footage: Path, tmp_path: Path) -> None:
    """The copy in a bundle means the same files as the script itself did."""
    (tmp_path / "bundle").mkdir()
    copy = tmp_path / "bundle" / "graph.pcat"
    copy.write_text(script.read_text())
    words = ("train", copy, "-X", "CopyCat1", "--task", "--name", "look", "--steps", 1, "--threads", 1)
    answer = paircat(*words)
    assert (answer.status, str(tmp_path / "bundle" / "in.####.exr") in answer.err) == (2, True)
    assert paircat(*words, "--script-folder", footage).status == 0
    assert state() == (RunState.FINISHED, 1)


def test_a_rendering_takes_the_network_of_a_run(paircat, script: Path, task) -> None:
    """By the names of node and run; one that is not there yet is told. Frames come in a scheduler's notation."""
    words = ("render", script, "-X", "Write1", "--task", "--frames", "1-3:2", "--threads", 1)
    words = (*words, "--run", "CopyCat1=look", "--network", "Inference1=CopyCat1")
    assert "CopyCat1 has no network" in paircat(*words).err
    assert paircat(*task, "--steps", 1).status == 0
    assert paircat(*words).status == 0
    assert sorted(path.name for path in Path("out").iterdir()) == ["a.0001.exr", "a.0003.exr"]


def test_frames_that_are_there_can_be_left_out(paircat, footage: Path, script: Path) -> None:
    """Only on request: by default a frame is written again."""
    from paircat.nodes.script import Script

    loaded = Script.load(script)
    loaded.connect("Read1", "Write1")
    loaded.save()
    assert paircat("render", script, "--frames", "2").status == 0
    kept = Path("out/a.0002.exr").stat().st_mtime_ns
    answer = paircat("render", script, "--frames", "1-3", "--skip-existing", "--progress", "openjd")
    assert "openjd_status: [Frame:2/2] 3" in answer.out
    assert Path("out/a.0002.exr").stat().st_mtime_ns == kept
    assert "The frames 1-3 are there already." in paircat("render", script, "--frames", "1-3", "--skip-existing").out
    answer = paircat("render", script, "--frames", "1-3", "--skip-existing", "--json")
    assert json.loads(answer.out)["frames"] == ""
    assert paircat("render", script, "--frames", "2").status == 0
    assert Path("out/a.0002.exr").stat().st_mtime_ns > kept
    Path("out/a.0003.exr").write_bytes(b"")
    answer = paircat("render", script, "--frames", "1-3", "--skip-existing", "--json")
    assert json.loads(answer.out.splitlines()[-1])["frames"] == "3" and Path("out/a.0003.exr").stat().st_size


def test_a_fault_and_a_mistake_are_reported_to_the_scheduler(paircat, script: Path, monkeypatch) -> None:
    """Each on one line of its own, and with the exit status that it always has."""
    answer = paircat("render", script, "--progress", "openjd")
    assert (answer.status, answer.err) == (2, "")
    assert answer.out.startswith("openjd_fail: Inference1 has no Model File")
    monkeypatch.setattr("paircat.cli.rendering.form_of", lambda given: 1 / 0)
    answer = paircat("render", script, "--progress", "openjd")
    assert (answer.status, answer.out.count("\n")) == (1, 1)
    assert answer.out.startswith("openjd_fail: This is a fault of PairCat itself")
    assert "must be one of auto, lines" in paircat("train", script, "--progress", "xml").err


def test_a_rendering_that_a_signal_ended_has_failed(paircat, script: Path) -> None:
    """A farm's task or not: frames are missing, and the last line says how to make the rest."""
    from paircat.nodes.script import Script

    loaded = Script.load(script)
    loaded.connect("Read1", "Write1")
    loaded.node("Read1").set("missing", "hold")
    loaded.save()
    for words, number in ((("--task",), signal.SIGTERM), ((), signal.SIGHUP), ((), signal.SIGINT)):
        for file in Path("out").glob("*"):
            file.unlink()
        watch = once(Path("out/a.0002.exr").exists, functools.partial(os.kill, os.getpid(), number))
        answer = paircat("render", script, "--frames", "1-2000", *words)
        watch.join()
        assert answer.status == 128 + number
        assert re.search(r"Stopped; the frames 1-\d+ are written, \d+-2000 are not\..*--skip-existing", answer.out)
        assert 2 <= len(list(Path("out").iterdir())) < 2000


def test_a_run_of_another_machine_goes_on_here(paircat, footage: Path, task, tmp_path_factory) -> None:
    """Its job names the plates as that machine had them; rules say where they are."""
    assert paircat(*task, "--steps", 1).status == 0
    here = tmp_path_factory.mktemp("here")
    footage.rename(here / "shot")
    words = ("resume", here / "shot" / "runs", "look", "--steps", 2)
    answer = paircat(*words)
    assert (answer.status, str(footage) in answer.err) == (2, True)
    rule = {"source_path_format": "POSIX", "source_path": str(footage), "destination_path": str(here / "shot")}
    rules = here / "rules.json"
    rules.write_text(json.dumps({"version": "pathmapping-1.0", "path_mapping_rules": [rule]}))
    assert paircat(*words, "--path-mapping", rules).status == 0
    assert state(str(here / "shot" / "runs")) == (RunState.FINISHED, 2)


@pytest.mark.parametrize(
    "words", [("--path-mapping", "rules.json"), ("--script-folder", "x"), ("--run", "A=b"), ("--network", "A=B")]
)
def test_what_is_for_scripts_is_refused_without_one(paircat, footage: Path, words: tuple[str, str]) -> None:
    """Both commands that also take files by themselves name the option, instead of passing it over."""
    files = ("--input", "in.####.exr")
    for command in (
        ("infer", *files, "--model", "x.cat", "--output", "o.####.exr"),
        ("train", *files, "--groundtruth", "gt.####.exr", "--data-dir", "runs"),
    ):
        answer = paircat(*command, *words)
        assert (answer.status, answer.out) == (2, "")
        assert answer.err == f"{words[0]} is for a script, and none is given; leave it out, or give a SCRIPT.pcat.\n"
