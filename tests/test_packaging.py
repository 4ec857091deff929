"""Every way of installing PairCat, tried for real, each into an environment of its own.

The environments see the libraries that are installed already, through a .pth file, so nothing is downloaded.
"""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES = PROJECT["tool"]["setuptools"]["packages"]
BUILD = [sys.executable, "-m", "build", "--no-isolation", "--outdir"]


def run(*command: str | Path, cwd: Path) -> str:
    """A command's output; what it said is in the failure when it fails."""
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run([str(part) for part in command], cwd=cwd, env=clean, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources as a clone has them, in a folder with a space in its name."""
    leave_out = shutil.ignore_patterns(
        ".*", "build", "dist", "*.egg-info", "__pycache__", "demo_out", "demo_data", "bench_data", "weights_data"
    )
    return shutil.copytree(ROOT, tmp_path_factory.mktemp("copy") / "a clone", ignore=leave_out)


@pytest.fixture(scope="module")
def archives(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The source archive, and the wheel that is built from what it holds."""
    out = tmp_path_factory.mktemp("dist")
    run(*BUILD, out, checkout, cwd=out)
    return {"sdist": next(out.glob("*.tar.gz")), "wheel": next(out.glob("*.whl"))}


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """The folder of a new environment's programs."""
    folder = tmp_path / "env"
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    scheme = sysconfig.get_preferred_scheme("prefix")
    paths = sysconfig.get_paths(scheme, vars={"base": str(folder), "platbase": str(folder)})
    shared = {sysconfig.get_paths()[key] for key in ("purelib", "platlib")}
    (Path(paths["purelib"]) / "shared.pth").write_text("".join(f"{place}\n" for place in sorted(shared)))
    return Path(paths["scripts"])


@pytest.mark.parametrize("way", ["folder", "editable", "wheel", "sdist"])
def test_every_way_of_installing_works(
    way: str, checkout: Path, archives: dict[str, Path], environment: Path, tmp_path: Path
) -> None:
    """However it was installed, `paircat --help` answers and the package comes from that installation."""
    what = {"folder": [checkout], "editable": ["--editable", checkout]}.get(way) or [archives[way]]
    pip = [sys.executable, "-m", "pip", "--python", environment / "python", "install", "--no-index", "--no-deps"]
    run(*pip, "--no-build-isolation", "--ignore-installed", *what, cwd=tmp_path)

    assert "paircat train" in run(environment / "paircat", "--help", cwd=tmp_path)
    assert "paircat train" in run(environment / "python", "-m", "paircat", "--help", cwd=tmp_path)
    show = "import paircat, paircat.engine.runs, paircat.nodes; print(paircat.__file__)"
    place = run(environment / "python", "-c", show, cwd=tmp_path).strip()
    assert Path(place).is_relative_to(checkout if way == "editable" else environment.parent)


def test_the_wheel_holds_the_packages_and_nothing_else(checkout: Path, archives: dict[str, Path]) -> None:
    """No test, tool or stray file of the root ships: only the listed packages' modules, all of them."""
    names = [name for name in zipfile.ZipFile(archives["wheel"]).namelist() if not name.endswith("/")]
    shipped = {name for name in names if ".dist-info/" not in name}
    modules = [path for package in PACKAGES for path in folder_of(checkout, package).glob("*.py")]
    expected = {f"paircat/{path.relative_to(checkout).as_posix()}" for path in modules}
    data = {name for name in shipped if not name.endswith(".py")}
    assert shipped - data == expected
    assert data == declared_data(checkout)
    assert any(name.endswith("licenses/LICENSE") for name in names)


def folder_of(root: Path, package: str) -> Path:
    return root.joinpath(*package.split(".")[1:])


def declared_data(root: Path) -> set[str]:
    """Files that pyproject.toml's package-data names."""
    found = set()
    for package, patterns in PROJECT["tool"]["setuptools"].get("package-data", {}).items():
        for pattern in patterns:
            found |= {f"paircat/{path.relative_to(root).as_posix()}" for path in folder_of(root, package).glob(pattern)}
    return found


def test_every_package_is_listed() -> None:
    """A folder with an __init__.py in a shipped room is in pyproject.toml, or an installation would lack it."""
    rooms = ("cli", "engine", "farm", "nodes", "ui")
    found = {path.parent.relative_to(ROOT) for room in rooms for path in (ROOT / room).rglob("__init__.py")}
    found.add(Path("weights"))  # what is in it ships; how it is made, weights/recipes, does not
    assert {"paircat"} | {".".join(("paircat", *folder.parts)) for folder in found} == set(PACKAGES)


def test_the_source_archive_can_be_tested(archives: dict[str, Path]) -> None:
    """It holds the tests, the pinned versions and what `make test` needs."""
    with tarfile.open(archives["sdist"]) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    needed = {"Makefile", "constraints.txt", "tools/set_up.sh", "tests/conftest.py", "LICENSE", "__init__.py"}
    assert needed <= names
    assert not any(name.startswith(("build/", "dist/", ".venv/")) for name in names)


def test_every_dependency_is_pinned() -> None:
    """Each library that pyproject.toml names has its tested version in constraints.txt."""
    pinned = set(re.findall(r"^([\w.-]+)==\S+$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE))
    extras = PROJECT["project"]["optional-dependencies"].values()
    wanted = PROJECT["project"]["dependencies"] + [line for lines in extras for line in lines]
    names = {normal(re.split(r"[<>=!\[; ]", line)[0]) for line in wanted} - {"paircat"}
    assert names <= {normal(name) for name in pinned}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
