"""The info command: what a .cat says about itself."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, Any

from paircat.cli.options import Parser
from paircat.engine.home_folder import typed_path

if TYPE_CHECKING:
    from paircat.engine.runs.checkpoint import CatHeader


def configure(parser: Parser) -> None:
    parser.add_argument("model", metavar="FILE.cat", help="the trained network")
    parser.offer_json()


def run(given: argparse.Namespace) -> int:
    from paircat.engine.runs.checkpoint import read_header

    header = read_header(typed_path(given.model))
    if given.json:
        print(json.dumps(_finite(header.to_json())))
    else:
        print("\n".join(f"{title:<14}{text}" for title, text in lines(header) if text))
    return 0


def lines(header: CatHeader) -> list[tuple[str, str]]:
    """Title and text of each line."""
    of = f" of {header.total_steps}" if header.total_steps else ""
    data_set = header.data_set
    return [
        ("Run", header.run),
        ("Steps", f"{header.step}{of}"),
        ("Last loss", f"{header.loss:.6f}" if header.loss == header.loss else ""),
        ("Model size", header.model_size),
        ("Channels in", ", ".join(header.channels_in)),
        ("Channels out", ", ".join(header.channels_out)),
        ("Object sizes", _sizes(header.object_sizes)),
        *((name.replace("_", " ").capitalize(), str(data_set[name])) for name in data_set if _short(data_set[name])),
        ("Created", header.created),
        ("Made with", ", ".join(f"{name} {version}" for name, version in header.versions.items())),
        *(("Note", note) for note in header.notes),
    ]


def _sizes(sizes: tuple[int, ...]) -> str:
    """How frames are shown to the network; nothing where they are shown as they are."""
    return f"{sizes[0]} to {sizes[1]} pixels: frames are shown reduced, so that theirs are" if sizes else ""


def _short(value: Any) -> bool:
    """Whether it fits a line: what does not is in the JSON."""
    return isinstance(value, (str, int, float)) and len(str(value)) < 100


def _finite(value: Any) -> Any:
    """JSON has no NaN and no infinity: null stands for them."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if isinstance(value, dict):
        return {name: _finite(item) for name, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, (list, tuple)) else value
