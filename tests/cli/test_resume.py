"""Going on with a run."""

import re
import shutil
from pathlib import Path

import numpy as np

from paircat.engine.runs.checkpoint import load_cat
from paircat.engine.runs.job import Job
from paircat.engine.runs.summary import Summary


def test_a_resumed_run_ends_where_an_unbroken_one_does(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """What a kill after six of twelve steps leaves, resumed: weights and losses are the same, bit for bit."""
    assert paircat(*training, "--steps", 12, "--checkpoint-interval", 6, "--name", "whole").status == 0
    killed = footage / "killed"
    killed.mkdir()
    for name in ("whole.6.cat", "whole.6.ost", "whole.job"):
        shutil.copy(footage / "runs" / name, killed)
    lines = (footage / "runs" / "whole.summary").read_text().splitlines(keepends=True)
    until = next(place for place, line in enumerate(lines) if line.startswith("7"))
    (killed / "whole.summary").write_text("".join(lines[:until]))
    answer = paircat("resume", "killed")
    assert (answer.status, answer.err) == (0, "")
    steps = re.findall(r"^\[Step:(\d+)/12\]", answer.out, re.MULTILINE)
    assert (steps[0], steps[-1]) == ("7", "12")
    whole, resumed = (Summary.read(footage / folder / "whole.summary") for folder in ("runs", "killed"))
    assert np.array_equal(resumed.loss, whole.loss)
    unbroken, weights = (load_cat(footage / folder / "whole.12.cat")[1] for folder in ("runs", "killed"))
    assert all(np.array_equal(weights[name], unbroken[name]) for name in unbroken)


def test_without_a_name_the_newest_goes_on_by_what_its_job_says(
    paircat, footage: Path, training: tuple[object, ...]
) -> None:
    """A finished run needs to be told how far; more epochs make it longer."""
    assert paircat(*training, "--epochs", 2, "--name", "a").status == 0
    answer = paircat("resume", "runs")
    assert answer.status == 2
    assert "'a' has done all its 4 steps" in answer.err
    assert paircat("resume", "runs", "--epochs", 3).status == 0
    assert (footage / "runs" / "a.6.cat").exists()


def test_a_run_with_a_damaged_summary_goes_on_with_a_new_one(
    paircat, footage: Path, training: tuple[object, ...]
) -> None:
    """It is put aside, which the log says, and the table shows the run as it is: also where nothing was left to do."""
    assert paircat(*training, "--steps", 4, "--name", "a").status == 0
    summary, aside = footage / "runs" / "a.summary", footage / "runs" / "a.summary.damaged"
    whole = Summary.read(summary)
    junk = np.random.default_rng(0).bytes(summary.stat().st_size)
    for name, words, steps in (("", (), "4/4"), (".2", ("--steps", 6), "6/6")):
        summary.write_bytes(junk)
        assert "interrupted" in paircat("runs", "runs").out
        answer = paircat("resume", "runs", "a", *words)
        assert (answer.status, answer.err) == (0, "")
        assert f"a.summary' could not be read and was put aside as '{aside}{name}'" in answer.out
        assert paircat("runs", "runs").out.splitlines()[1].split()[:3] == ["a", "finished", steps]
        assert Path(f"{aside}{name}").read_bytes() == junk
    assert np.array_equal(Summary.read(summary).loss[:4], whole.loss)


def test_a_request_to_stop_from_before_is_not_meant(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """Whoever resumes wants it to go on, however short a time ago somebody asked it to stop."""
    assert paircat(*training, "--steps", 2, "--name", "one").status == 0
    (footage / "runs" / "one.stop").write_text("stop\n")
    answer = paircat("resume", footage / "runs", "one", "--steps", 4)
    assert answer.status == 0 and "stopped as asked" not in answer.out
    assert (footage / "runs" / "one.4.cat").exists()


def test_minutes_count_from_now(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """A finished run goes on for a while, whatever steps it was to have."""
    assert paircat(*training, "--steps", 2, "--name", "a").status == 0
    answer = paircat("resume", "runs", "--minutes", 0.01)
    assert (answer.status, answer.err) == (0, "")
    assert "Its 0.01 minutes count from here." in answer.out
    assert Summary.read(footage / "runs" / "a.summary").last_step > 2
    since = Job.load(footage / "runs" / "a.job").timed_from
    assert since is not None and since > 0
    answer = paircat("resume", "runs")
    assert (answer.status, "'a' has used all its 0.01 minutes; to go on" in answer.err) == (2, True)
    assert paircat("resume", "runs", "--minutes", 0.01).status == 0


def test_a_run_of_minutes_that_was_stopped_has_the_rest_of_them(
    paircat, footage: Path, training: tuple[object, ...]
) -> None:
    """Without a new length it goes on with its time and its schedule."""
    assert paircat(*training, "--minutes", 0.02, "--checkpoint-interval", 1, "--name", "a").status == 0
    summary = footage / "runs" / "a.summary"
    summary.write_text(summary.read_text().replace("# finished minutes\n", ""))  # as a killed process leaves it
    for state in sorted((footage / "runs").glob("a.*.ost"), key=lambda path: int(path.name.split(".")[1]))[1:]:
        state.unlink()
    answer = paircat("resume", "runs")
    assert (answer.status, answer.err) == (0, "")
    assert "Goes on with what is left of its 0.02 minutes: 0.0." in answer.out
    assert "Training ended with its time" in answer.out


def test_fewer_steps_than_done_are_refused(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """The sentence says how far the run is."""
    assert paircat(*training, "--steps", 3, "--name", "a").status == 0
    answer = paircat("resume", "runs", "a", "--steps", 2)
    assert answer.status == 2
    assert "'a' has done 3 steps already" in answer.err


def test_a_run_that_was_cut_off_before_its_last_checkpoint_is_brought_to_its_end(
    paircat, footage: Path, training: tuple[object, ...]
) -> None:
    """All its steps are done, but not saved: they are done again from the checkpoint before."""
    assert paircat(*training, "--steps", 4, "--checkpoint-interval", 2, "--name", "a").status == 0
    runs = footage / "runs"
    for name in ("a.4.cat", "a.4.ost"):
        (runs / name).unlink()
    summary = (runs / "a.summary").read_text().splitlines(keepends=True)
    kept = [line for line in summary if not line.startswith(("# finished", "# checkpoint 4"))]
    (runs / "a.summary").write_text("".join(kept))
    answer = paircat("resume", "runs", "a", "--steps", 2)
    assert (answer.status, "'a' has done 2 steps already" in answer.err) == (2, True)
    assert paircat("resume", "runs", "a").status == 0
    assert (runs / "a.4.cat").exists()


def test_settings_that_may_change_are_kept_for_the_next_time(
    paircat, footage: Path, training: tuple[object, ...]
) -> None:
    """A lower learning rate and another interval go into the run's job."""
    assert paircat(*training, "--steps", 2, "--name", "a").status == 0
    words = ("--steps", 4, "--learning-rate", "0.0002", "--checkpoint-interval", 1, "--batch-size", 1)
    assert paircat("resume", "runs", "a", *words).status == 0
    settings = Job.load(footage / "runs" / "a.job").settings
    assert (settings.learning_rate, settings.checkpoint_interval, settings.batch_size) == (0.0002, 1, 1)
    assert (footage / "runs" / "a.3.cat").exists()


def test_without_its_states_a_run_does_not_begin_again(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """Its networks and sheets stay what they are; the sentence says what the last of them is good for."""
    assert paircat(*training, "--steps", 4, "--checkpoint-interval", 2, "--name", "a").status == 0
    summary = footage / "runs" / "a.summary"
    summary.write_text(summary.read_text().replace("# finished done\n", ""))  # as a kill leaves it
    for state in (footage / "runs").glob("*.ost"):
        state.unlink()
    before = {path: path.stat().st_mtime_ns for path in (footage / "runs").iterdir()}
    for words in (("resume", "runs", "--steps", 6), (*training, "--task", "--name", "a", "--steps", 6)):
        answer = paircat(*words)
        assert answer.status == 2
        assert "'a' cannot be resumed, since it has no .ost file here" in answer.err
        assert f"--initial-weights {footage / 'runs' / 'a.4.cat'}" in answer.err
    after = {path: path.stat().st_mtime_ns for path in (footage / "runs").iterdir()}
    assert after == before


def test_without_its_job_a_run_does_not_go_on(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """Nothing else says which pairs it trains on; torn or gone, the sentence says what to do."""
    assert paircat(*training, "--steps", 2, "--name", "a").status == 0
    job = footage / "runs" / "a.job"
    job.write_text("{")
    assert f"'{job}' is damaged; copy it back, or begin a new run" in paircat("resume", "runs", "--steps", 3).err
    job.unlink()
    answer = paircat("resume", "runs", "--steps", 3)
    assert answer.status == 2
    assert f"There is no job file '{job}', which says what the run trains on; copy it back" in answer.err


def test_a_damaged_state_is_passed_over_and_reported(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """The run goes on from the state before; only where none can be read it cannot go on."""
    assert paircat(*training, "--steps", 4, "--checkpoint-interval", 2, "--name", "a").status == 0
    newest = footage / "runs" / "a.4.ost"
    newest.write_bytes(newest.read_bytes()[:1000])
    answer = paircat("resume", "runs", "--steps", 5)
    assert (answer.status, answer.err) == (0, "")
    assert f"'{newest}' cannot be read, so the run goes on from step 2" in answer.out
    assert (footage / "runs" / "a.5.ost").exists()
    for state in (footage / "runs").glob("*.ost"):
        state.write_bytes(b"")
    answer = paircat("resume", "runs", "--steps", 6)
    assert answer.status == 2
    assert f"'{newest}' and '" in answer.err and "cannot be read" in answer.err and "--initial-weights" in answer.err


def test_there_has_to_be_a_run(paircat, footage: Path) -> None:
    """An empty folder, and a name that is not there, are said apart."""
    assert "There is no run in" in paircat("resume", "runs").err
    (footage / "runs" / "b.summary").write_text("0,0.5,10,0.4,")
    assert "no run 'a'" in paircat("resume", "runs", "a").err
    answer = paircat("resume", "runs", "b", "--steps", 20)
    assert answer.status == 2
    assert "cannot be resumed" in answer.err


def test_frames_that_were_painted_since_are_learnt_too(paircat, footage: Path, training: tuple[object, ...]) -> None:
    """A run goes on with other frames where they are given, and with its own where not."""
    assert paircat(*training, "--steps", 2, "--frames", "1,2", "--name", "a").status == 0
    assert paircat("resume", "runs", "--steps", 4, "--frames", "1-3").status == 0
    assert load_cat(footage / "runs" / "a.4.cat")[0].data_set["frames"] == "1-3"
    assert paircat("resume", "runs", "--steps", 6).status == 0
    assert load_cat(footage / "runs" / "a.6.cat")[0].data_set["frames"] == "1-3"
