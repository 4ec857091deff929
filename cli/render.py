"""The render command: write the frames of a script's Write node."""

from __future__ import annotations

import argparse

from paircat.cli import graphs, rendering, task
from paircat.cli.options import Parser, set_values


def configure(parser: Parser) -> None:
    parser.add_argument("script", metavar="SCRIPT.pcat", help="a saved graph with a Write in it")
    parser.add_argument("-X", dest="node", metavar="NODE", help="the Write to render, where there are several")
    parser.add_argument(
        "--set", action="append", default=[], metavar="KNOB=VALUE", help="set a knob of the Write; may be repeated"
    )
    rendering.configure(parser)


def run(given: argparse.Namespace) -> int:
    script = task.load(given)
    node = graphs.pick(script, "Write", given.node)
    graphs.set_knobs(node, set_values(given.set))
    return rendering.render_here(script, node.name, given)
