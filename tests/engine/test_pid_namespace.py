"""Pid namespaces: where a process can be looked for by its number."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from paircat.engine import pid_namespace


def test_numbers_hold_on_this_host_in_this_namespace(monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere, or in another container of this host, the same number is another process; files there differ."""
    here, mine = pid_namespace.pid_namespace(), pid_namespace.digest()
    assert pid_namespace.numbers_hold(socket.gethostname(), here)
    assert not pid_namespace.numbers_hold("elsewhere", here)
    assert not pid_namespace.numbers_hold(socket.gethostname(), "pid:[1]")
    monkeypatch.setattr(pid_namespace, "pid_namespace", lambda: "pid:[1]")
    assert pid_namespace.digest() != mine and len(mine) == 8


def test_a_system_without_namespaces_has_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows and macOS: the host alone counts there."""

    def missing(path: Path) -> Path:
        raise FileNotFoundError(path)

    monkeypatch.setattr(Path, "readlink", missing)
    assert pid_namespace.pid_namespace() == "" and pid_namespace.numbers_hold(socket.gethostname(), "")
