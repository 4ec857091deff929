"""Submitting to a farm from the command line."""

import json
import shlex
import subprocess
from pathlib import Path

import pytest


def test_a_training_and_its_rendering_become_a_bundle(paircat, script: Path) -> None:
    """It says what was written, what each step will do, and how to go on."""
    answer = paircat("farm", script, "-X", "CopyCat1", "-X", "Write1", "--out", "job", "--chunk", 2, "--minutes", 30)
    assert (answer.status, answer.err) == (0, "")
    assert "CopyCat1 trains the run 'Training_" in answer.out
    assert "Write1 renders the frames 1-4, after CopyCat1." in answer.out
    assert "openjd run" in answer.out and "deadline bundle submit" in answer.out
    data = json.loads(Path("job/template.json").read_text())
    args = data["steps"][0]["script"]["actions"]["onRun"]["args"]
    assert args[args.index("--minutes") + 1] == "30.0"


def test_without_a_node_the_only_write_is_rendered(paircat, script: Path) -> None:
    """As `paircat render` does; here its Inference lacks a network, and the sentence says so."""
    answer = paircat("farm", script, "--out", "job")
    assert answer.status == 2
    assert answer.err.startswith("Inference1 has no Model File")
    assert not Path("job").exists()


def test_copycats_that_nobody_named_are_said_to_be_left_out(paircat, script: Path) -> None:
    """Where no node is named, only the Write is done; of a CopyCat that is switched off nothing is said."""
    from paircat.nodes.script import Script

    loaded = Script.load(script)
    loaded.connect("Read1", "Write1")
    loaded.add("CopyCat", "CopyCat2").disabled = True
    loaded.save()
    sentence = "CopyCat1 is not trained by this job; name it with -X, as in -X CopyCat1 -X Write1.\n"
    for words in ((), ("--as", "commands")):
        answer = paircat("farm", script, "--out", f"job{len(words)}", *words)
        assert (answer.status, sentence in answer.out, "CopyCat2" in answer.out) == (0, True, False)
    answer = paircat("farm", script, "-X", "Write1", "--out", "named")
    assert (answer.status, "is not trained" in answer.out) == (0, False)
    usage = " ".join(paircat("farm", "--help").out.split())
    assert usage.startswith("usage: paircat farm SCRIPT.pcat [-X NODE ...] --out FOLDER [options]")


def test_plain_commands_are_another_form_of_the_same(paircat, script: Path) -> None:
    """For OpenCue and others."""
    words = ("farm", script, "-X", "CopyCat1", "-X", "Write1", "--out", "job", "--as", "commands", "--skip-existing")
    assert paircat(*words).status == 0
    steps = json.loads(Path("job/commands.json").read_text())["steps"]
    assert [step["name"] for step in steps] == ["CopyCat1", "Write1"]
    assert "--skip-existing" in steps[1]["commands"][0]


def test_plain_commands_run_one_after_the_other_end_with_the_one_that_fails(paircat, script: Path) -> None:
    """By the line that the command prints: what waits for a training is not rendered with an older network."""
    program = script.parent / "as paircat"
    program.write_text('#!/bin/sh\necho "$1" >> called\ntest "$1" = render\n')
    program.chmod(0o755)
    words = ("farm", script, "-X", "CopyCat1", "-X", "Write1", "--out", "a job", "--as", "commands")
    answer = paircat(*words, "--paircat", program)
    (line,) = [line for line in answer.out.splitlines() if line.startswith("Do it all here: ")]
    command = shlex.split(line.partition(": ")[2])
    assert command[0] == "sh" and Path(command[-1]) == Path("a job/commands.txt").absolute()
    assert subprocess.run(command).returncode == 1
    assert Path("called").read_text() == "train\n"


def test_a_run_that_is_there_is_gone_on_with_only_when_it_is_named(paircat, script: Path) -> None:
    """A run name that stays on the CopyCat would otherwise find a finished run, and train nothing."""
    from paircat.nodes.script import Script

    loaded = Script.load(script)
    loaded.node("CopyCat1").set("runName", "look")
    loaded.save()
    assert paircat("farm", script, "-X", "CopyCat1", "--out", "job").status == 0
    Path("runs/look.summary").write_text("1,0.5,0.1,1\n")
    answer = paircat("farm", script, "-X", "CopyCat1", "--out", "job")
    assert (answer.status, "has a run 'look' already; say --run CopyCat1=look" in answer.err) == (2, True)
    words = ("farm", script, "-X", "CopyCat1", "--out", "job", "--run", "CopyCat1=look")
    assert paircat(*words, "--replace").status == 0
    answer = paircat(*words)
    assert (answer.status, "holds an earlier job" in answer.err) == (2, True)


def test_a_length_without_a_training_is_refused(paircat, script: Path) -> None:
    """It would be left out without a word."""
    answer = paircat("farm", script, "-X", "Write1", "--out", "job", "--minutes", 5)
    assert (answer.status, answer.err.partition(";")[0]) == (
        2,
        "--minutes is for a training, and no CopyCat is chosen",
    )


def test_jobs_of_one_second_train_runs_of_two_names(paircat, script: Path) -> None:
    """Long before either of them is there to be seen by the other."""
    names = set()
    for job in ("one", "two"):
        answer = paircat("farm", script, "-X", "CopyCat1", "--out", job)
        names.add(answer.out.partition("trains the run '")[2].partition("'")[0])
    assert len(names) == 2 and all(name.startswith("Training_") for name in names)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--as", "tractor"], "--as cannot be 'tractor'; it must be one of openjd, commands"),
        (["--chunk", "0"], "--chunk cannot be 0"),
        (["--gpus", "-1"], "--gpus cannot be -1"),
        (["--run", "CopyCat2=a"], "--run names CopyCat2, which is not trained here"),
        (["--run", "CopyCat1"], "'--run CopyCat1' says nothing"),
        (["--run", "CopyCat1=a/b"], "a/b"),
        (["-X", "Read1"], "Read1 is a Read, which is no work for a farm"),
        (["--steps", "4", "--minutes", "1"], "not allowed with"),
        (["--frames", "1"], "--frames is for what is rendered, and only trainings are chosen"),
        (["--skip-existing"], "--skip-existing is for what is rendered"),
        (["-X", "Write1", "--output", "else.####.exr"], "--output is for an Inference, and none is chosen"),
    ],
)
def test_a_mistake_is_one_sentence(paircat, script: Path, words: list[str], sentence: str) -> None:
    """And nothing is written."""
    answer = paircat("farm", script, "-X", "CopyCat1", "--out", "job", *words)
    assert answer.status == 2
    assert sentence in answer.err and answer.err.count("\n") == 1
    assert not Path("job").exists()
