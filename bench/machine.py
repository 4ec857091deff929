"""Machine: what a measurement was made on and of: processor, memory, versions, commit. No names of hosts or people."""

from __future__ import annotations

import hashlib
import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parent.parent
_LIBRARIES = ("torch", "numpy", "OpenImageIO", "scikit-image", "PySide6-Essentials")


def facts() -> dict[str, Any]:
    """As JSON values."""
    return {
        "cpu": _cpu(),
        "matrix_units": _matrix_units(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{name: found for name in _LIBRARIES if (found := _version(name))},
    }


def _cpu() -> str:
    """The model, and for processors that hide their name the family and model numbers."""
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return platform.processor() or platform.machine()
    lines = (line.partition(":") for line in info.read_text().splitlines())
    found = {key.strip(): value.strip() for key, _, value in lines}
    name = found.get("model name", platform.machine())
    numbers = [found[key] for key in ("cpu family", "model") if key in found]
    return f"{name} (family {' model '.join(numbers)})" if len(numbers) == 2 else name


def _matrix_units() -> str:
    """Units that multiply matrices of bfloat16, for which PairCat's Adaptive precision trains in it."""
    info = Path("/proc/cpuinfo")
    if not info.exists():
        return "unknown"
    flags = next((line.split() for line in info.read_text().splitlines() if line.startswith("flags")), [])
    return "AMX bfloat16" if "amx_bf16" in flags else "none"


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""


def commit(folder: Path = ROOT) -> str:
    """Short hash of the checkout; 'unknown' outside of git.

    Where tracked files differ from it, '-changed-' and a digest of the difference follow, so that an interrupted run
    never goes on with other code. The benchmark's own results do not count.
    """
    hashed = _git(folder, "rev-parse", "--short=10", "HEAD")
    if not hashed:
        return "unknown"
    changes = _git(folder, "diff", "--binary", "HEAD", "--", ".", ":!bench/results")
    return f"{hashed}-changed-{hashlib.blake2b(changes.encode(), digest_size=3).hexdigest()}" if changes else hashed


def _git(folder: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, text=True, errors="replace", check=False
        )
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
