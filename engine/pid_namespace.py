"""PidNamespace: where a process number means something: on this host, and of containers only within the same one.

Two containers of one machine may share its host name; neither sees the other's processes.
"""

from __future__ import annotations

import hashlib
import socket
from pathlib import Path


def pid_namespace() -> str:
    """The kernel's name of the namespace of this process's number, `pid:[4026531836]`; empty where there is none."""
    try:
        return str(Path("/proc/self/ns/pid").readlink())
    except OSError:
        return ""


def numbers_hold(host: str, namespace: str) -> bool:
    """Whether a process of that host and namespace can be looked for here by its number."""
    return (host, namespace) == (socket.gethostname(), pid_namespace())


def digest() -> str:
    """This host and namespace in eight letters, for the names of files."""
    return hashlib.blake2b((socket.gethostname() + pid_namespace()).encode(), digest_size=4).hexdigest()
