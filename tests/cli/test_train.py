"""Training from the command line, in both forms."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from paircat.cli import train
from paircat.cli.options import Parser, knob_values
from paircat.engine.runs.job import Job
from paircat.engine.settings import ModelSize


def job_of(*words: object, environment: dict[str, str] | None = None) -> Job:
    """The job that the words make, without training it."""
    parser = Parser(prog="paircat train")
    train.configure(parser)
    given = parser.parse_args([str(word) for word in words])
    found = parser.read_environment(given, environment or {})
    given.knobs, given.knobs_of_environment = knob_values(given), knob_values(found)
    vars(given).update(vars(found))
    return train.job(given)


def test_files_train_to_the_end(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """Two sequences become a run with its checkpoint; farm tools find every step's line, the last one always."""
    answer = paircat(*training, "--steps", 12, "--name", "look")
    assert (answer.status, answer.err) == (0, "")
    lines = re.findall(r"^\[Step:(\d+)/12\] Loss:\d+\.\d{6}$", answer.out, re.MULTILINE)
    assert lines[-1] == "12"
    for name in ("look.12.cat", "look.12.ost", "look.12.png", "look.summary", "look.job"):
        assert (footage / "runs" / name).stat().st_size
    assert f"Wrote {footage / 'runs' / 'look.12.cat'}" in answer.out
    assert "paircat infer --model" in answer.out


def test_json_is_one_object_a_line(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """Every event is an object with its name, and every step is among them."""
    answer = paircat(*training, "--steps", 5, "--json")
    assert answer.status == 0
    events = [json.loads(line) for line in answer.out.splitlines()]
    assert [event["step"] for event in events if event["event"] == "StepDone"] == [1, 2, 3, 4, 5]
    assert (events[0]["event"], events[-1]["event"], events[-1]["reason"]) == ("Started", "Finished", "done")
    saved = [file for event in events for file in event["files"]]
    assert any(file.endswith(".5.cat") for file in saved)


def test_a_script_trains_its_copycat(paircat, script: Path) -> None:
    """The saved graph gives pairs, folder and settings; `--set` and options change what they name."""
    answer = paircat("train", script, "-X", "CopyCat1", "--set", "seed=3", "--steps", 4, "--threads", 1, "--name", "s")
    assert (answer.status, answer.err) == (0, "")
    job = Job.load(script.parent / "runs" / "s.job")
    assert (job.settings.seed, job.settings.steps, job.settings.crop_size) == (3, 4, 32)
    assert job.settings.model_size is ModelSize.SMALL


def test_the_same_options_mean_the_same_in_both_forms(footage: Path, script: Path) -> None:
    """Files named one by one, and a graph of the same files, make the same settings."""
    options = (
        "--crop-size",
        64,
        "--batch-size",
        "auto",
        "--learning-rate",
        0.002,
        "--channels-out",
        "rgb",
        "--steps",
        9,
    )
    of_files = job_of("--input", "in.####.exr", "--groundtruth", "gt.####.exr", "--data-dir", "runs", *options)
    of_script = job_of(script, "--model-size", "medium", "--use-gpu", *options)
    assert of_files.settings == of_script.settings
    assert of_files.input == of_script.input
    assert of_files.data_directory == of_script.data_directory == str(footage / "runs")


def test_command_line_before_environment_before_script(script: Path) -> None:
    """A value is taken from the nearest place that has it; an option goes before `--set`."""
    environment = {"PAIRCAT_SEED": "5", "PAIRCAT_EPOCHS": "50", "PAIRCAT_CROP_SIZE": "128"}
    words = ("--set", "seed=6", "--set", "cropSize=64", "--crop-size", 256)
    settings = job_of(script, *words, environment=environment).settings
    assert (settings.seed, settings.epochs, settings.crop_size) == (6, 50, 256)
    assert job_of(script).settings.crop_size == 32


def test_paths_on_the_command_line_start_at_the_current_folder(
    script: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those in the script start at the script's folder."""
    (tmp_path / "elsewhere" / "mine").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert job_of(script).data_directory == str(script.parent / "runs")
    for words in (("--data-dir", "mine"), ("--set", "dataDirectory=mine")):
        assert job_of(script, *words).data_directory == str(tmp_path / "elsewhere" / "mine")


def test_unnamed_runs_are_called_after_the_time(script: Path) -> None:
    """As CopyCat calls them; a name that is given is taken as it is."""
    assert re.fullmatch(r"Training_\d{6}_\d{6}", job_of(script).run)
    assert job_of(script, "--name", "shot.v2").run == "shot.v2"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--set", "cropsize=64"], r"no knob 'cropsize'; it has .*cropSize"),
        (["--set", "cropSize=65"], r"cropSize.*65.*32, 64, 128"),
        (["--model-size", "huge"], r"--model-size cannot be 'huge'; it must be one of Small, Medium, Large"),
        (["--set", "modelSize=huge"], r"CopyCat1: The knob 'modelSize' cannot be 'huge'"),
        (
            ["--initial-weights", "debur"],
            r"'debur'; it must be one of none, deblur, upscale, human-matting, or a \.cat",
        ),
        (["--initial-weights", "debur.cat"], r"no checkpoint file .*debur\.cat"),
        (["--batch-size", "many"], r"--batch-size cannot be 'many'; it must be a whole number, at least 1, or auto"),
        (["--batch-size", "0"], r"--batch-size cannot be '0'; it must be a whole number, at least 1, or auto"),
        (["--cache-megabytes", "1.5"], r"--cache-megabytes: '1.5' is not a whole number; see 'paircat train --help'"),
        (["-X", "Read1"], r"'Read1' .* is a Read, not a CopyCat; .* CopyCat1"),
        (["-X", "CopyCat7"], r"no node 'CopyCat7'.*CopyCat1"),
        (["--input", "in.####.exr"], r"either a script or --input"),
        (["--data-dir", "nowhere"], r"nowhere' does not exist; create it"),
        (["--frames", "4-x"], r"frame range"),
        (["--frames", "-5-5"], r"--frames needs a value; write --frames=-5-9 for one that begins with a dash"),
        (["--batch-size", "9", "--threads", "1"], r"4 pairs, fewer than the batch size 9"),
        (["--set", "cropSize=64"], r"Crop size 64 is larger than the pairs"),
        (["--crop-size", "256"], r"Crop size 256 is larger than the pairs"),
        (["--seed", "99999999999999999999999"], r"--seed cannot be '9{23}'; .* from 0 to 9223372036854775807"),
        (["--preview-frame", "3"], r"--preview-frame is 3, but there is no Preview"),
        (["--device", "abacus"], r"abacus"),
    ],
)
def test_a_mistake_is_one_sentence(paircat, script: Path, words: list[str], sentence: str) -> None:
    """Status 2 and a line that names what is wrong; nothing is left in the Data Directory."""
    answer = paircat("train", script, "--steps", 2, *words)
    assert answer.status == 2
    assert re.search(sentence, answer.err)
    assert not list((script.parent / "runs").glob("*"))


def test_the_largest_seed_trains(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """To the last digit, which a float would round up."""
    assert paircat(*training, "--steps", 1, "--name", "a", "--seed", 2**63 - 1).status == 0
    assert Job.load(footage / "runs" / "a.job").settings.seed == 2**63 - 1


def test_two_copycats_need_a_choice(paircat, script: Path) -> None:
    """Without -X the only one is meant; of several, the sentence lists them."""
    from paircat.nodes.script import Script

    loaded = Script.load(script)
    loaded.add("CopyCat", "CopyCat2")
    loaded.save()
    answer = paircat("train", script)
    assert answer.status == 2
    assert "2 CopyCat nodes (CopyCat1, CopyCat2); choose one with -X" in answer.err


def test_a_name_in_use_is_refused(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """The run that is there stays as it was."""
    assert paircat(*training, "--steps", 2, "--name", "one").status == 0
    before = (footage / "runs" / "one.2.cat").read_bytes()
    answer = paircat(*training, "--steps", 3, "--name", "one")
    assert answer.status == 2
    assert "'one' is in use" in answer.err
    assert (footage / "runs" / "one.2.cat").read_bytes() == before


def test_ctrl_c_saves_and_says_how_to_go_on(footage: Path, training: tuple[object, ...]) -> None:
    """An interrupted process finishes its step, writes a checkpoint, prints the command to resume, and ends with 0."""
    command = [sys.executable, "-m", "paircat", *map(str, training), "--steps", "100000", "--name", "long"]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("[Step:"):
            break
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "Stopping after this step; once more ends it at once.\n")
    assert f"paircat resume {footage / 'runs'} long" in out
    (cat,) = (footage / "runs").glob("long.*.cat")
    step = int(cat.suffixes[-2][1:])
    assert 1 <= step < 100000
    assert cat.with_suffix(".ost").exists()


def test_ctrl_c_while_it_loads_leaves_no_run(
    paircat, footage: Path, training: tuple[object, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says so, names nothing to go on with, and ends as a process that Ctrl-C has ended."""
    from paircat.engine import train

    original = train.data_set_of

    def while_it_loads(job: Job) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return original(job)

    monkeypatch.setattr(train, "data_set_of", while_it_loads)
    answer = paircat(*training, "--steps", 3)
    assert answer.status == 130
    assert "Stopped before the first step, so there is no run." in answer.out and "resume" not in answer.out
    assert list((footage / "runs").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux plays a full disk")
def test_pairs_without_a_difference_are_reported(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """By their values, whatever the files are called; one pair that differs is enough for silence."""
    for frame in range(1, 5):
        shutil.copy(footage / f"in.{frame:04d}.exr", footage / f"same.{frame:04d}.exr")
    words = ["same.####.exr" if word == "gt.####.exr" else word for word in training]
    message = "Input and GroundTruth are the same in every pair looked at, so there is nothing to learn;"
    assert message in paircat(*words, "--steps", 1, "--name", "a").out
    shutil.copy(footage / "gt.0004.exr", footage / "same.0004.exr")
    answer = paircat(*words, "--steps", 1, "--name", "b")
    assert (answer.status, message in answer.out) == (0, False)


def test_a_full_disk_behind_its_words_costs_nothing_of_a_training(footage: Path, training: tuple[object, ...]) -> None:
    """It goes on in silence, saves as ever, and ends with 0."""
    command = [sys.executable, "-m", "paircat", *map(str, training), "--steps", "3", "--name", "quiet", "--json"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert (footage / "runs" / "quiet.3.cat").exists() and (footage / "runs" / "quiet.3.ost").exists()


def test_missing_frames_are_taken_as_asked(footage: Path, script: Path) -> None:
    """In both forms; without the option they are an error."""
    files = ("--input", "in.####.exr", "--groundtruth", "gt.####.exr", "--data-dir", "runs")
    for words in (files, (script,)):
        for more, policy in (((), "error"), (("--missing", "hold"), "hold")):
            found = job_of(*words, *more)
            assert (found.input.missing, found.ground_truth.missing) == (policy, policy)
