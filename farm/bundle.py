"""Bundle: a folder that a scheduler takes as it is: template, values, assets and the script as it was submitted.

template.json            the job; names no path of the submitter's machine
parameter_values.json    the values of its PATH parameters, as AWS Deadline Cloud reads them
asset_references.json    the files that are read and the folders that are written
openjd_parameters.json   the same values, as `openjd run --job-param file://...` reads them
SCRIPT.pcat              the graph, which can be changed elsewhere without changing what was submitted
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from paircat.engine import atomic
from paircat.engine.errors import PairCatError
from paircat.farm.assets import Assets
from paircat.farm.submission import Submission
from paircat.farm.template import Choices, template
from paircat.farm.template_names import TemplateNames

TEMPLATE = "template.json"


def write_bundle(submission: Submission, folder: Path, choices: Choices, replace: bool = False) -> list[Path]:
    """Write a bundle.

    Args:
        replace: whether it may take the place of an earlier one in the same folder, which a farm may still work from.

    Returns:
        The files.

    Raises:
        PairCatError: something is missing, or the folder holds other things or cannot be written.
    """
    job = template(submission, submission.path.name, choices)
    values = {"ScriptFolder": str(submission.path.parent)}
    outputs = TemplateNames.of(submission).outputs
    values |= {outputs[step.node]: step.output for step in submission.renderings if step.output}
    contents = {
        TEMPLATE: job,
        "parameter_values.json": {"parameterValues": [{"name": name, "value": values[name]} for name in values]},
        "asset_references.json": _references(Assets.of(submission)),
        "openjd_parameters.json": values,
    }
    folder = folder.absolute()
    make_folder(folder, TEMPLATE, replace)
    written = [copy_script(submission, folder)]
    for name, content in contents.items():
        atomic.write_text(folder / name, as_text(content))
        written.append(folder / name)
    return sorted(written)


def make_folder(folder: Path, mark: str, replace: bool) -> None:
    """Make a folder to write into. One that is there must be empty.

    Args:
        replace: whether it may also hold an earlier submission, which the file `mark` tells.

    Raises:
        PairCatError: it holds other things, or cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        earlier = (folder / mark).is_file()
        if earlier and not replace:
            raise PairCatError(
                f"The folder '{folder}' holds an earlier job; name a new or an empty one with --out, or add --replace "
                "to write over it."
            )
        if any(folder.iterdir()) and not earlier:
            raise PairCatError(f"The folder '{folder}' holds other files; name a new or an empty one with --out.")
    except OSError as error:
        raise PairCatError(
            f"The folder '{folder}' cannot be made ({error.strerror}); name another one with --out."
        ) from error


def copy_script(submission: Submission, folder: Path) -> Path:
    """The script's file as it is now, byte for byte, in another folder.

    Raises:
        PairCatError: it cannot be read or written.
    """
    copy = folder / submission.path.name
    try:
        content = submission.path.read_bytes()
    except OSError as error:
        raise PairCatError(f"The script '{submission.path}' cannot be read: {error.strerror}.") from error
    atomic.write_bytes(copy, content)
    return copy


def as_text(content: Any) -> str:
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _references(assets: Assets) -> dict[str, Any]:
    inputs = {"filenames": list(assets.files), "directories": []}
    return {"assetReferences": {"inputs": inputs, "outputs": {"directories": list(assets.folders)}}}
