"""How the command line spells settings."""

import argparse

import pytest

from paircat.cli import train
from paircat.cli.options import KNOB_OPTIONS, Parser, knob_values, set_values, setting_values
from paircat.engine.errors import PairCatError
from paircat.nodes.copycat_knobs import KNOBS


def parsed(*words: str) -> tuple[Parser, argparse.Namespace]:
    parser = Parser(prog="paircat train")
    train.configure(parser)
    return parser, parser.parse_args(words)


def test_every_knob_has_an_option() -> None:
    """A knob that is declared is an option of `paircat train`, but for those that another option sets."""
    without = {knob.name for knob in KNOBS} - {option.knob.name for option in KNOB_OPTIONS if option.knob}
    assert without == {"checkpointFile", "batchSizeType"} | {knob.name for knob in KNOBS if knob.tab == "Progress"}
    assert {"--data-dir", "--name", "--crop-size", "--multi-resolution"} <= {option.flag for option in KNOB_OPTIONS}


@pytest.mark.parametrize(
    ("words", "knobs"),
    [
        (["--crop-size", "128"], {"cropSize": "128"}),
        (["--no-flips", "--quarter-turns"], {"flips": False, "quarterTurns": True}),
        (["--batch-size", "auto"], {"batchSizeType": "Auto"}),
        (["--batch-size", "4"], {"batchSizeType": "Manual", "batchSize": "4"}),
        (["--initial-weights", "human-matting"], {"initialWeights": "human matting"}),
        (["--initial-weights", "$SETS/a"], {"initialWeights": "Checkpoint", "checkpointFile": "$SETS/a"}),
        (["--initial-weights", "a.cat"], {"initialWeights": "Checkpoint", "checkpointFile": "a.cat"}),
        (["--device", "cuda:1"], {"device": "cuda:1", "useGPU": True}),
        (["--device", "cpu"], {"device": "cpu", "useGPU": False}),
        (["--epochs", "3"], {"epochs": 3}),
        ([], {}),
    ],
)
def test_an_option_sets_the_knobs_it_stands_for(words: list[str], knobs: dict[str, object]) -> None:
    """Only what was given is set, so that a script's own knobs stay."""
    assert knob_values(parsed(*words)[1]) == knobs


def test_settings_without_a_knob_are_options_too() -> None:
    """Steps, minutes and memory are no knobs of the node."""
    given = parsed("--minutes", "1.5", "--cache-megabytes", "64")[1]
    assert setting_values(given) == {"minutes": 1.5, "cache_megabytes": 64}


def test_variables_stand_in_for_options() -> None:
    """Each by the option's name, or by the knob's, in the option's own type."""
    environment = {
        "PAIRCAT_CROP_SIZE": "64",
        "PAIRCAT_DATA_DIRECTORY": "/runs",
        "PAIRCAT_STEPS": "7",
        "PAIRCAT_FLIPS": "yes",
        "PAIRCAT_JSON": "off",
        "PAIRCAT_UNKNOWN": "x",
    }
    parser, given = parsed()
    found = parser.read_environment(given, environment)
    assert vars(found) == {"crop_size": "64", "data_dir": "/runs", "steps": 7, "flips": True, "json": False}


def test_the_command_line_goes_before_variables() -> None:
    """What was given is not taken from the environment; of the three lengths one given puts all of them aside."""
    parser, given = parsed("--seed", "3", "--steps", "5")
    assert (
        vars(parser.read_environment(given, {"PAIRCAT_SEED": "9", "PAIRCAT_EPOCHS": "2", "PAIRCAT_MINUTES": "1"})) == {}
    )


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"PAIRCAT_STEPS": "many"}, "PAIRCAT_STEPS cannot be 'many'"),
        ({"PAIRCAT_FLIPS": "perhaps"}, "PAIRCAT_FLIPS cannot be 'perhaps': it must be true or false"),
        (
            {"PAIRCAT_MODEL_SIZE": "huge"},
            "variable PAIRCAT_MODEL_SIZE cannot be 'huge'; it must be one of Small, Medium",
        ),
        ({"PAIRCAT_FRAMES": "1-x"}, "variable PAIRCAT_FRAMES cannot be used: '1-x' is not a frame range"),
        ({"PAIRCAT_STEPS": "5", "PAIRCAT_EPOCHS": "2"}, "PAIRCAT_EPOCHS and PAIRCAT_STEPS are both set"),
        ({"PAIRCAT_USE_GPU": "no", "PAIRCAT_DEVICE": "cuda"}, "PAIRCAT_USE_GPU is off and PAIRCAT_DEVICE is 'cuda'"),
    ],
)
def test_a_wrong_variable_is_named(environment: dict[str, str], sentence: str) -> None:
    """Nobody sees the variable on the command line, so the sentence names it."""
    parser, given = parsed()
    with pytest.raises(PairCatError, match=sentence):
        parser.read_environment(given, environment)


def test_set_switches_over_what_its_knob_depends_on() -> None:
    """A batch size counts only in the Manual position, so setting one turns it there; said otherwise, it stays."""
    assert set_values(["batchSize=4"]) == {"batchSize": "4", "batchSizeType": "Manual"}
    assert set_values(["batchSize=4", "batchSizeType=Auto"]) == {"batchSize": "4", "batchSizeType": "Auto"}


def test_set_needs_a_value() -> None:
    """The sentence shows how it is written."""
    with pytest.raises(PairCatError, match="--set KNOB=VALUE"):
        set_values(["cropSize"])


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--no-use-gpu", "--device", "cuda"], "--no-use-gpu and --device cuda contradict each other"),
        (["--device", "mps", "--no-use-gpu"], "--no-use-gpu and --device mps contradict each other"),
        (["--use-gpu", "--device", "cpu"], "--use-gpu and --device cpu contradict each other"),
    ],
)
def test_a_device_that_use_gpu_rules_out_is_a_contradiction(words: list[str], sentence: str) -> None:
    """Neither is quietly taken for the other."""
    with pytest.raises(PairCatError, match=sentence):
        knob_values(parsed(*words)[1])


def test_use_gpu_and_a_device_that_agree_are_taken() -> None:
    """In either order; auto leaves it to --use-gpu whether a GPU is looked for."""
    assert knob_values(parsed("--no-use-gpu", "--device", "cpu")[1]) == {"device": "cpu", "useGPU": False}
    assert knob_values(parsed("--use-gpu", "--device", "cuda:1")[1]) == {"device": "cuda:1", "useGPU": True}
    assert knob_values(parsed("--device", "auto", "--no-use-gpu")[1]) == {"device": "auto", "useGPU": False}
