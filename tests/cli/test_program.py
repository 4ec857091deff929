"""From words to a command, and from what went wrong to an exit status."""

import os
import re
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from paircat.cli import info, render
from paircat.cli.program import COMMANDS, main, parser


def test_help_lists_every_command(paircat) -> None:
    """`paircat --help` names all commands, each with a few words."""
    answer = paircat("--help")
    assert answer.status == 0
    for name in COMMANDS:
        assert re.search(rf"^    {name} +\w+", answer.out, re.MULTILINE)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(paircat, name: str) -> None:
    """`paircat COMMAND --help` begins with how to call it."""
    answer = paircat(name, "--help")
    assert answer.status == 0
    assert answer.out.startswith(f"usage: paircat {name}")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["frobnicate"], "There is no command 'frobnicate'"),
        (["runs"], "DIR"),
        (
            ["train", "--crop-sise", "64"],
            "There is no option '--crop-sise', but --crop-size; see 'paircat train --help'",
        ),
        (["--verson"], "There is no option '--verson', but --version; see 'paircat --help'"),
        (["--json", "trian", "x"], "There is no command 'trian'; see 'paircat --help'"),
        (["runs", "x", "--yes=1"], "There is no option '--yes'; see 'paircat runs --help'"),
        (["runs", "x", "y"], "'y' is one word too many; see 'paircat runs --help'"),
        (["resume", "x", "--minutes", "soon"], "--minutes: 'soon' is not a number above 0"),
        (["resume", "x", "--steps", "many"], "'many' is not a whole number above 0"),
        (["resume", "x", "--steps", "5", "--epochs", "2"], "--epochs: not allowed with --steps;"),
    ],
)
def test_wrong_words_end_with_one_sentence_and_status_2(paircat, words: list[str], sentence: str) -> None:
    """A mistake is said in one line on stderr, which names what was wrong; nothing is printed on stdout."""
    answer = paircat(*words)
    assert (answer.status, answer.out) == (2, "")
    assert sentence in answer.err
    assert answer.err.count("\n") == 1 and "rgument" not in answer.err


def test_without_a_window_paircat_says_so(paircat, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the window's room is missing, `paircat` and `paircat SCRIPT.pcat` say so instead of failing."""
    monkeypatch.setitem(sys.modules, "paircat.ui.app", None)
    for words in ([], ["shot.pcat"]):
        answer = paircat(*words)
        assert answer.status == 2
        assert "has no window" in answer.err


def test_without_a_display_paircat_says_so(paircat, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a server Qt would end the program with advice about its installation, and status 134."""
    pytest.importorskip("PySide6")
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    answer = paircat()
    assert answer.status == 2 and answer.err.count("\n") == 1
    assert "There is no display for the window" in answer.err and "paircat train" in answer.err


def test_a_fault_is_distinguished_from_a_mistake(paircat, monkeypatch: pytest.MonkeyPatch) -> None:
    """An error that is no PairCatError ends with status 1, in a sentence; PAIRCAT_DEBUG shows where it was."""

    def broken(given: object) -> int:
        raise KeyError("nobody expected this")

    monkeypatch.setattr(info, "run", broken)
    answer = paircat("info", "x.cat")
    assert answer.status == 1
    assert answer.err.count("\n") == 1
    assert "nobody expected this" in answer.err and "PAIRCAT_DEBUG" in answer.err
    monkeypatch.setenv("PAIRCAT_DEBUG", "1")
    assert "Traceback" in paircat("info", "x.cat").err


def test_a_scheduler_gets_faults_as_the_terminal_does(paircat, monkeypatch: pytest.MonkeyPatch) -> None:
    """One line of its own kind for a fault; with PAIRCAT_DEBUG the traceback stands beside it."""

    def broken(given: object) -> int:
        raise KeyError("nobody expected this")

    monkeypatch.setattr(render, "run", broken)
    words = "render", "x.pcat", "--progress", "openjd"
    answer = paircat(*words)
    assert (answer.status, answer.err) == (1, "")
    assert answer.out.startswith("openjd_fail: ") and "PAIRCAT_DEBUG" in answer.out
    monkeypatch.setenv("PAIRCAT_DEBUG", "1")
    answer = paircat(*words)
    assert answer.status == 1 and "Traceback" in answer.err and answer.out.startswith("openjd_fail: ")


@pytest.mark.parametrize("form", ["auto", "openjd"])
def test_a_graph_that_is_too_deep_is_a_mistake_wherever_it_is_reported(
    paircat, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    """What to do about it is said with status 2, in the terminal and to a scheduler."""

    def deep(given: object) -> int:
        raise RecursionError

    monkeypatch.setattr(render, "run", deep)
    answer = paircat("render", "x.pcat", "--progress", form)
    assert answer.status == 2
    assert "The graph has more steps one behind another" in (answer.out if form == "openjd" else answer.err)


def test_every_option_that_a_variable_can_give_is_in_the_help(paircat) -> None:
    """The list of variables follows from the options: each one of them has its own, spelt like the option."""
    train = next(action for action in parser()._actions if action.dest == "==SUPPRESS==" or action.choices)
    own = train.choices["train"]
    text = own.format_help()
    for option in own.from_environment:
        assert f"PAIRCAT_{option.flag.removeprefix('--').replace('-', '_').upper()}" in text


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    """`paircat --help | head -0` ends in order, without a word about the broken pipe."""
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "paircat", "train", "--help"]
    with os.fdopen(write, "w") as out:
        done = subprocess.run(command, stdout=out, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux plays a full disk")
@pytest.mark.parametrize("words", [["runs", "."], ["runs", ".", "--json"], ["runs", "empty"]])
def test_an_answer_that_cannot_be_written_is_a_mistake(words: list[str], tmp_path: Path) -> None:
    """A full disk behind stdout is told in a sentence, whether the answer is long or short."""
    for number in range(300):
        (tmp_path / f"run_{number}.summary").write_text("# paircat {}\n1,0.5,60,4\n")
    (tmp_path / "empty").mkdir()
    command = [sys.executable, "-m", "paircat", *words]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=tmp_path, timeout=120)
    assert done.returncode == 2
    assert done.stderr == "The output could not be written: No space left on device. Send it to another place.\n"


@pytest.mark.skipif(os.name == "nt", reason="a shell of Unix closes the streams")
@pytest.mark.parametrize(("closed", "words", "status"), [(">&-", "runs .", 0), ("2>&-", "runs none", 2)])
def test_a_closed_stream_is_silence(closed: str, words: str, status: int, tmp_path: Path) -> None:
    """What it was to say is nowhere, not on the other stream; the exit status is what it always is."""
    command = f"{shlex.quote(sys.executable)} -m paircat {words} {closed}"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, cwd=tmp_path, timeout=120)
    assert (done.returncode, done.stdout, done.stderr) == (status, "", "")


def test_names_in_any_alphabet_are_reported_in_any_encoding(tmp_path: Path) -> None:
    """Letters that the output's encoding lacks are escaped, on either stream."""
    (tmp_path / "größe.summary").write_text("# paircat {}\n1,0.5,60,4\n")
    for words, expected in (
        (["runs", "."], r"gr\xf6\xdfe  interrupted"),
        (["runs", "größe"], r"gr\xf6\xdfe' does not exist"),
    ):
        command = [sys.executable, "-m", "paircat", *words]
        environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=120)
        assert expected in done.stdout + done.stderr
        assert "fault" not in done.stderr


def test_it_can_be_called_in_any_thread_and_leaves_signals_alone() -> None:
    """The handlers of Ctrl-C are the same before and after a command."""
    before = signal.getsignal(signal.SIGINT)
    main(["--version"])
    assert signal.getsignal(signal.SIGINT) is before
