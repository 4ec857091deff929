"""Options: how the command line spells settings, and their PAIRCAT_ variables. All of it follows from CopyCat's knobs.

A value is taken from the command line; if it is not there, from the environment; if not there either, from the script.
"""

from __future__ import annotations

import argparse
import difflib
import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from paircat.engine.errors import PairCatError
from paircat.engine.path_kind import is_file, is_folder
from paircat.nodes.copycat_knobs import KNOBS
from paircat.nodes.knobs import Bool, Float, Int, Knob

PREFIX = "PAIRCAT_"

# Knobs that the command line spells in another way than in-words-with-dashes.
_FLAGS = {"dataDirectory": "--data-dir", "runName": "--name"}
# Knobs that another option sets along with its own, and one that means nothing here.
_NOT_OPTIONS = ("checkpointFile", "batchSizeType")
_METAVARS = {
    "batchSize": "N|auto",
    "initialWeights": "none|deblur|upscale|human-matting|FILE.cat",
    "device": "cpu|cuda[:N]|cuda:all|mps",
    "frames": "RANGE",
    "dataDirectory": "DIR",
    "runName": "RUN",
}
# Knobs that mean nothing unless another one is set, too.
_SWITCHED_BY = {"batchSize": ("batchSizeType", "Manual"), "checkpointFile": ("initialWeights", "Checkpoint")}
_IT_CANNOT = "it cannot"
"""How the refusal of a value begins, before it is known how its option was spelt."""


def whole_number(text: str) -> int:
    """What an option with a whole number takes, for argparse."""
    if not re.fullmatch(r"-?\d+", text):
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number")
    return int(text)


def thread_number(text: str) -> int:
    """What --threads takes, for argparse: a whole number, or auto, which is 0."""
    return 0 if text.lower() == "auto" else whole_number(text)


def _positive(text: str) -> int:
    number = int(text) if re.fullmatch(r"\d+", text) else 0
    if number < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is not a whole number above 0")
    return number


def _positive_float(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number above 0")
    return number


# Settings of a training that no knob shows, with what they mean.
_SETTINGS: dict[str, tuple[Any, str]] = {
    "steps": (whole_number, "Train to this step, whatever the epochs."),
    "minutes": (_positive_float, "Train for this many minutes; starting up is not counted."),
    "view_transform": (str, "How contact sheets and previews are looked at, such as sRGB; auto decides by the files."),
    "cache_megabytes": (whole_number, "Memory for decoded pairs."),
    "disk_cache_megabytes": (whole_number, "Room in the cache folder for decoded pairs that the memory does not hold."),
    "preview_frame": (
        whole_number,
        "The frame of the Preview input to show; without it, one far from every trained frame.",
    ),
}
LENGTHS = ("epochs", "steps", "minutes")
"""Options that each say how long to train; only one of them can be given."""


@dataclass(frozen=True)
class Option:
    """One option: its flag, the name of its value, and the environment variables that stand for it."""

    flag: str
    dest: str
    variables: tuple[str, ...]
    knob: Knob | None = None

    @classmethod
    def of_knob(cls, knob: Knob) -> Option:
        text = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", knob.name).lower()
        flag = _FLAGS.get(knob.name, f"--{text}")
        return cls(flag, _dest(flag), tuple(dict.fromkeys((_variable(flag), _variable(text)))), knob)

    @classmethod
    def named(cls, name: str) -> Option:
        flag = f"--{name.replace('_', '-')}"
        return cls(flag, _dest(flag), (_variable(flag),))


def _dest(flag: str) -> str:
    return flag.removeprefix("--").replace("-", "_")


def _variable(text: str) -> str:
    return PREFIX + text.removeprefix("--").replace("-", "_").upper()


KNOB_OPTIONS = tuple(Option.of_knob(knob) for knob in KNOBS if knob.name not in _NOT_OPTIONS and knob.tab != "Progress")
SETTING_OPTIONS = tuple(Option.named(name) for name in _SETTINGS)
JSON = Option.named("json")
PROGRESS = Option.named("progress")


class Parser(argparse.ArgumentParser):
    """A parser that answers a wrong option with one sentence, and knows which options the environment may give."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False, **settings)
        self.from_environment: list[Option] = []
        self._actions_by_dest: dict[str, argparse.Action] = {}

    def error(self, message: str) -> NoReturn:
        message = re.sub(r"\bargument (?=-)", "", message)
        message = message.replace(f": {_IT_CANNOT}", " cannot", 1)
        message = re.sub(r"^argument : invalid choice: ('.*?').*", r"there is no command \1", message)
        message = message.replace("the following arguments are required", "this is missing")
        with_dash = r"\1 needs a value; write \1=-5-9 for one that begins with a dash"
        message = re.sub(r"^(--[\w-]+): expected one argument$", with_dash, message)
        self.exit(2, f"{message[:1].upper()}{message[1:].rstrip('.')}; see '{self.prog} --help'.\n")

    def refuse(self, word: str) -> NoReturn:
        """End with what is to be said about a word that nothing was asked for."""
        if not word.startswith("-"):
            self.error(f"'{word}' is one word too many")
        flag = word.partition("=")[0]
        near = difflib.get_close_matches(flag, self._option_string_actions, 1)
        self.error(f"there is no option '{flag}'" + (f", but {near[0]}" if near else ""))

    def offer(self, option: Option, group: Any = None, **settings: Any) -> None:
        """Add an option that a variable can stand for."""
        self._actions_by_dest[option.dest] = (group or self).add_argument(
            option.flag, dest=option.dest, default=None, **settings
        )
        self.from_environment.append(option)

    def offer_knobs(self, names: Iterable[str] | None = None) -> None:
        """Add the options of these CopyCat knobs, or of all, but for the lengths."""
        wanted = None if names is None else set(names)
        for option in KNOB_OPTIONS:
            knob = option.knob
            assert knob is not None
            if option.dest in LENGTHS or (wanted is not None and knob.name not in wanted):
                continue
            text = _help(knob.tooltip + (_default(knob) if wanted is None else ""))
            if isinstance(knob, Bool):
                self.offer(option, action=argparse.BooleanOptionalAction, help=text)
            else:
                metavar = _METAVARS.get(knob.name) or "|".join(map(str, getattr(knob, "options", ())))
                metavar = metavar or ("N" if isinstance(knob, (Int, Float)) else "VALUE")
                kind = functools.partial(_checked, knob)
                self.offer(option, type=kind, metavar=metavar, help=text)

    def offer_settings(self) -> None:
        """Add the settings that no knob shows, but for the lengths."""
        for option in SETTING_OPTIONS:
            if option.dest not in LENGTHS:
                kind, text = _SETTINGS[option.dest]
                self.offer(option, type=kind, metavar="N" if kind is whole_number else "VALUE", help=_help(text))

    def offer_length(self) -> None:
        """Add --epochs, --steps and --minutes, of which only one can be given."""
        group = self.add_mutually_exclusive_group()
        for option in (*KNOB_OPTIONS, *SETTING_OPTIONS):
            if option.dest in LENGTHS:
                text = option.knob.tooltip if option.knob else _SETTINGS[option.dest][1]
                kind = _positive_float if option.dest == "minutes" else _positive
                self.offer(option, group, type=kind, metavar="M" if option.dest == "minutes" else "N", help=_help(text))

    def offer_json(self) -> None:
        self.offer(JSON, action=argparse.BooleanOptionalAction, help="Print one JSON object a line.")

    def offer_progress(self) -> None:
        """Add --json and --progress."""
        self.offer_json()
        text = "How progress is told: a bar or lines, or in the words of Open Job Description schedulers."
        self.offer(PROGRESS, metavar="auto|lines|json|openjd", help=text)

    def read_environment(self, given: argparse.Namespace, environment: Mapping[str, str]) -> argparse.Namespace:
        """What variables say about options that the command line left open.

        Raises:
            PairCatError: a variable's value is not one that the option takes, or two of them contradict each other.
        """
        length_given = any(getattr(given, name, None) is not None for name in LENGTHS)
        told = {JSON.dest, PROGRESS.dest} if any(getattr(given, one.dest, None) for one in (JSON, PROGRESS)) else set()
        found_values, lengths = argparse.Namespace(), []
        for option in self.from_environment:
            found = next((name for name in option.variables if environment.get(name)), None)
            if found is None or getattr(given, option.dest) is not None or (option.dest in LENGTHS and length_given):
                continue
            if option.dest in told:  # how progress is told is said here already, in one way or the other
                continue
            setattr(found_values, option.dest, self._converted(option, found, environment[found]))
            if option.dest in LENGTHS:
                lengths.append(found)
        if len(lengths) > 1:
            raise PairCatError(f"{' and '.join(lengths)} are both set; unset all but one of them.")
        if _device_contradicts(getattr(found_values, "use_gpu", None), getattr(found_values, "device", None)):
            raise PairCatError(
                f"{PREFIX}USE_GPU is {'on' if found_values.use_gpu else 'off'} and {PREFIX}DEVICE is "
                f"'{found_values.device}', which contradict each other; unset one of them."
            )
        return found_values

    def environment_help(self) -> str:
        """The variables of this parser's options, for its help."""
        names = ", ".join(dict.fromkeys(name for option in self.from_environment for name in option.variables))
        return f"Environment, for what is not given here: {names}."

    def _converted(self, option: Option, variable: str, text: str) -> Any:
        action = self._actions_by_dest[option.dest]
        if isinstance(action, argparse.BooleanOptionalAction):
            kind: Any = _truth
        else:
            kind = action.type or str
        try:
            return kind(text)
        except (ValueError, argparse.ArgumentTypeError) as error:
            why = f"cannot be '{text}': {error}"
            if str(error).startswith(_IT_CANNOT):
                why = str(error).removeprefix("it ")
            raise PairCatError(f"The environment variable {variable} {why.rstrip('.')}.") from None


def knob_values(given: argparse.Namespace) -> dict[str, Any]:
    """What the options say, as values of CopyCat's knobs; those that were not given are left out.

    Raises:
        PairCatError: two of them contradict each other.
    """
    use_gpu, device = getattr(given, "use_gpu", None), getattr(given, "device", None)
    if _device_contradicts(use_gpu, device):
        flag = "--use-gpu" if use_gpu else "--no-use-gpu"
        raise PairCatError(f"{flag} and --device {device} contradict each other; leave one of them out.")
    values: dict[str, Any] = {}
    for option in KNOB_OPTIONS:
        value = getattr(given, option.dest, None)
        if value is not None and option.knob is not None:
            values.update(_knobs_of(option.knob, value))
    if use_gpu is not None:
        values["useGPU"] = use_gpu  # a device of any kind, auto, leaves it as it was said
    return values


def _device_contradicts(use_gpu: bool | None, device: str | None) -> bool:
    """Whether a GPU is asked for by its name and none is to be used, or the other way round."""
    if use_gpu is None or device is None or device.lower() == "auto":
        return False
    return use_gpu != (device.lower() != "cpu")


def setting_values(given: argparse.Namespace) -> dict[str, Any]:
    """Those of a training's settings that no knob shows, as far as they were given."""
    names = [option.dest for option in SETTING_OPTIONS]
    return {name: value for name in names if (value := getattr(given, name, None)) is not None}


def set_values(pairs: Iterable[str]) -> dict[str, str]:
    """What `--set KNOB=VALUE` says, with the knobs that have to be switched over for it to count.

    Raises:
        PairCatError: there is no = in it.
    """
    values = {}
    for pair in pairs:
        name, found, value = pair.partition("=")
        if not found:
            raise PairCatError(f"'--set {pair}' has no value; write --set KNOB=VALUE, for example --set cropSize=128.")
        values[name.strip()] = value
    for name, (switch, position) in _SWITCHED_BY.items():
        if name in values:
            values.setdefault(switch, position)
    return values


def _knobs_of(knob: Knob, value: Any) -> dict[str, Any]:
    """The knobs that one option sets: mostly its own."""
    if knob.name == "batchSize":
        if str(value).lower() == "auto":
            return {"batchSizeType": "Auto"}
        return {"batchSizeType": "Manual", "batchSize": value}
    if knob.name == "device":
        return {"device": value, "useGPU": str(value).lower() != "cpu"}
    if knob.name == "initialWeights":
        text = str(value).replace("-", " ")
        if text.casefold() in (option.casefold() for option in getattr(knob, "options", ())):
            return {"initialWeights": text}
        return {"initialWeights": "Checkpoint", "checkpointFile": value}
    return {knob.name: value}


def _checked(knob: Knob, text: str) -> str:
    """The text as it is, once the knob has agreed to it: an option is refused by its own name, not by the knob's.

    Raises:
        argparse.ArgumentTypeError: the knob does not take it.
    """
    if knob.name == "batchSize" and text.lower() == "auto":
        return text
    if knob.name == "initialWeights":
        _check_weights(knob, text)
        return text
    try:
        knob.check(text)
    except PairCatError as error:
        allowed = ", or auto" if knob.name == "batchSize" else ""
        text = str(error).replace(f"The knob '{knob.name}'", "it", 1)
        raise argparse.ArgumentTypeError(text.rstrip(".") + allowed) from None
    return text


def _check_weights(knob: Knob, text: str) -> None:
    """A word that is no set and no file is a slip of the keys, not a path to look for."""
    sets = [str(option).lower().replace(" ", "-") for option in getattr(knob, "options", ())]
    sets.remove("checkpoint")
    path = Path(text)
    a_path = path.suffix or path.name != text or text.startswith("$") or is_file(path) or is_folder(path)
    if text.lower().replace(" ", "-") not in sets and not a_path:
        raise argparse.ArgumentTypeError(
            f"{_IT_CANNOT} be '{text}'; it must be one of {', '.join(sets)}, or a .cat file"
        )


def _truth(text: str) -> bool:
    try:
        return Bool("", "", "").check(text)
    except PairCatError:
        raise ValueError("it must be true or false") from None


def _default(knob: Knob) -> str:
    """What holds without an option, as a sentence; nothing where its own words say that."""
    if isinstance(knob, Bool):
        return f" Without it: {'on' if knob.default else 'off'}."
    if knob.name == "batchSize":
        return " Without it: auto."
    shown = getattr(knob, "zero", "") if knob.default == 0 else knob.default
    return f" Without it: {shown}." if shown not in ("", None) else ""


def _help(text: str) -> str:
    return text.replace("%", "%%")
