"""The infer command: apply a trained network, a .cat, to a sequence."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from paircat.cli import graphs, rendering, task
from paircat.cli.options import Parser, set_values
from paircat.engine.errors import PairCatError

if TYPE_CHECKING:
    from paircat.nodes.script import Script

# Option -> knob: those of the Inference, and those of the Write behind it.
_INFERENCE_KNOBS = {
    "model": "modelFile",
    "tile_size": "tileSize",
    "overlap": "overlap",
    "memory": "memoryMegabytes",
    "half": "optimizeForSpeedAndMemory",
}
_WRITE_KNOBS = {
    "output": "file",
    "channels": "channels",
    "data_type": "dataType",
    "compression": "compression",
    "colorspace": "colorspace",
    "fps": "fps",
}


def configure(parser: Parser) -> None:
    parser.usage = (
        "paircat infer --model FILE.cat --input 'src.####.exr' --output 'out.####.exr' [options]\n"
        "       paircat infer SCRIPT.pcat [-X Inference1] --output 'out.####.exr' [options]"
    )
    parser.add_argument("script", nargs="?", metavar="SCRIPT.pcat", help="a saved graph with an Inference in it")
    parser.add_argument("-X", dest="node", metavar="NODE", help="the Inference to apply, where there are several")
    parser.add_argument("--model", metavar="FILE.cat", help="the trained network")
    parser.add_argument("--input", metavar="FILES", help="the sequence, movie or picture to work on")
    parser.add_argument("--missing", metavar="error|hold|black", help="what to take for frames without a file")
    parser.add_argument("--output", metavar="FILES", help="where to write, such as 'out.####.exr' or out.mov")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KNOB=VALUE",
        help="set a knob of the Inference; may be repeated",
    )
    parser.add_argument("--tile-size", metavar="Automatic|None|1024|...", help="edge of the tiles that it works in")
    parser.add_argument("--overlap", metavar="N", help="pixels by which tiles overlap")
    parser.add_argument("--memory", metavar="MB", help="what automatic tiles may use")
    parser.add_argument("--half", action="store_true", default=None, help="half precision on a GPU")
    parser.add_argument("--channels", metavar="CHANNELS", help="the channels to write, such as rgb; without it all")
    parser.add_argument("--data-type", metavar="TYPE", help="how values are stored, such as half, float, uint16")
    parser.add_argument("--compression", metavar="NAME", help="such as zip, piz or dwaa for EXR")
    parser.add_argument(
        "--colorspace",
        metavar="NAME",
        help="what to encode the values in; without it as they are, light in a movie as sRGB",
    )
    parser.add_argument("--fps", metavar="N", help="frames a second of a movie")
    rendering.configure(parser)


def run(given: argparse.Namespace) -> int:
    script = _script(given)
    graphs.set_missing(script, given.missing)
    inference = graphs.pick(script, "Inference", given.node)
    graphs.set_knobs(inference, set_values(given.set))
    graphs.set_knobs(inference, _chosen(given, _INFERENCE_KNOBS), _flags(_INFERENCE_KNOBS))
    write, name = _write_behind(script, inference.name)
    if not given.output and not name:
        raise PairCatError("There is no --output; say where to write, for example --output 'out.####.exr'.")
    graphs.set_knobs(script.node(write), _chosen(given, _WRITE_KNOBS), _flags(_WRITE_KNOBS))
    _refuse_to_lose_all(script, inference.name, write)
    return rendering.render_here(script, write, given)


def _refuse_to_lose_all(script: Script, inference: str, write: str) -> None:
    """Nothing is worth working out where the file has no place for any channel that the network makes.

    What is wrong otherwise, such as frames that are missing, is left to the render to say.
    """
    from paircat.engine.picture.channels import placed
    from paircat.engine.picture.output import written_channels
    from paircat.engine.runs.checkpoint import read_header
    from paircat.nodes.inference import Inference
    from paircat.nodes.write import Write

    graph = script.graph()
    node, target = script.node(inference), script.node(write)
    assert isinstance(node, Inference) and isinstance(target, Write)
    try:
        source, settings = graph.input(node, "Input"), target.write_settings(graph)
        header = source.header(source.frame_range().first)
        made = placed(read_header(node.model_path(graph)).channels_out, header.channels)
        written = written_channels(settings, header.with_added(made))
    except PairCatError:
        return
    if not settings.channels and not set(made) & set(written):
        raise PairCatError(
            f"'{settings.file}' would be written without {', '.join(made)}, which is all that the network makes; write "
            "a kind of file that has a place for it, such as EXR or PNG, or choose what to write with --channels."
        )


def _chosen(given: argparse.Namespace, knobs: dict[str, str]) -> dict[str, object]:
    values = {knob: getattr(given, option) for option, knob in knobs.items()}
    return {knob: value for knob, value in values.items() if value is not None}


def _flags(knobs: dict[str, str]) -> dict[str, str]:
    return {knob: f"--{option.replace('_', '-')}" for option, knob in knobs.items()}


def _write_behind(script: Script, source: str) -> tuple[str, str]:
    """The only Write that stands right behind a node, or a new one. Returns its name and the file it writes to."""
    found = script.graph().nodes_behind(source, "Write")
    if len(found) == 1:
        return found[0].name, found[0].value("file")
    write = script.add("Write")
    script.connect(source, write.name)
    return write.name, ""


def _script(given: argparse.Namespace) -> Script:
    """The script that was named, or one made around the files that were."""
    if given.script:
        if given.input:
            raise PairCatError("Give either a script or --input, not both.")
        return task.load(given)
    if not (given.model and given.input and given.output):
        raise PairCatError("Inference needs a script, or --model, --input and --output; see 'paircat infer --help'.")
    task.refuse_without_script(given)
    from paircat.nodes.script import Script

    script = Script()
    inference = script.add("Inference", "Inference1")
    script.connect(graphs.read_node(script, "Input", given.input), inference.name)
    return script
