"""Hosts: network namespaces of this machine as computers of their own, with cables that can be pulled."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self

WIRE = Path(__file__).with_name("slow_wire.py")


class UnavailableError(Exception):
    """Why this machine cannot play several."""


class Hosts:
    """`count` computers, 10.77.0.1 and fd77::1 and up. Nothing of this machine's own network is touched.

    With `delay`, in seconds one way, two computers are joined by a wire that holds every frame back for so long: by the
    kernel's netem where it has one, else by a process between two TAP devices.
    """

    def __init__(self, count: int, delay: float = 0.0) -> None:
        self.count = count
        self._delay = delay
        self._prefix = f"paircat-{os.getpid()}"
        self._wire: subprocess.Popen[bytes] | None = None
        self.delayed_by = ""

    def __enter__(self) -> Self:
        why = why_not()
        if why:
            raise UnavailableError(why)
        try:
            for number in range(self.count):
                _ip("netns", "add", self.name(number))
                _ip("-n", self.name(number), "link", "set", "lo", "up")
            if self._delay:
                self._lay_wire()
            else:
                self._build_switch()
            for number in range(self.count):
                self._set_address(number)
        except BaseException:
            self._clear()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._clear()

    def name(self, number: int) -> str:
        return f"{self._prefix}-{number}"

    @staticmethod
    def address(number: int, version: int = 4) -> str:
        return f"10.77.0.{number + 1}" if version == 4 else f"fd77::{number + 1}"

    def start(self, number: int, command: list[str], **environment: str) -> subprocess.Popen[str]:
        """Run a command on a computer."""
        return subprocess.Popen(
            ["ip", "netns", "exec", self.name(number), *command],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def unplug(self, number: int) -> None:
        """Pull a computer's cable; nobody is told."""
        _ip("-n", self._switch, "link", "set", f"port{number}", "down")

    def plug(self, number: int) -> None:
        _ip("-n", self._switch, "link", "set", f"port{number}", "up")

    @property
    def _switch(self) -> str:
        return f"{self._prefix}-switch"

    def _build_switch(self) -> None:
        _ip("netns", "add", self._switch)
        _ip("-n", self._switch, "link", "add", "switch", "type", "bridge", "forward_delay", "0")
        _ip("-n", self._switch, "link", "set", "switch", "up")
        for number in range(self.count):
            far = ["peer", "name", "eth0", "netns", self.name(number)]
            _ip("-n", self._switch, "link", "add", f"port{number}", "type", "veth", *far)
            _ip("-n", self._switch, "link", "set", f"port{number}", "master", "switch", "up")

    def _lay_wire(self) -> None:
        """Two computers, joined without a switch."""
        here, there = self.name(0), self.name(1)
        _ip("-n", here, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", there)
        netem = ["qdisc", "add", "dev", "eth0", "root", "netem", "delay", f"{self._delay * 1000:.0f}ms"]
        ends = [["tc", "-n", name, *netem, "limit", "100000"] for name in (here, there)]
        if not any(subprocess.run(end, capture_output=True).returncode for end in ends):
            self.delayed_by = "the kernel's netem"
            return
        _ip("-n", here, "link", "del", "eth0")
        wire = [sys.executable, str(WIRE), here, there, str(self._delay)]
        self._wire = subprocess.Popen(wire, stdout=subprocess.PIPE)
        assert self._wire.stdout is not None
        if self._wire.stdout.readline() != b"ready\n":
            raise UnavailableError("The kernel has neither netem nor TAP devices, so no wire can be slow here.")
        self.delayed_by = "a process between two TAP devices, since this kernel has no netem"

    def _set_address(self, number: int) -> None:
        name = self.name(number)
        _ip("-n", name, "addr", "add", f"{self.address(number)}/24", "dev", "eth0")
        with contextlib.suppress(subprocess.CalledProcessError):  # a kernel without IPv6
            _ip("-n", name, "addr", "add", f"{self.address(number, 6)}/64", "dev", "eth0", "nodad")
        _ip("-n", name, "link", "set", "eth0", "up")

    def _clear(self) -> None:
        if self._wire is not None:
            self._wire.kill()
            self._wire.communicate()
        for name in [self.name(number) for number in range(self.count)] + [self._switch]:
            subprocess.run(["ip", "netns", "del", name], capture_output=True)


def why_not() -> str:
    """Why there can be no namespaces here, as a sentence, or nothing."""
    if not shutil.which("ip"):
        return "The network tests need the 'ip' command of iproute2; install it."
    probe = f"paircat-probe-{os.getpid()}"
    made = subprocess.run(["ip", "netns", "add", probe], capture_output=True, text=True)
    if made.returncode:
        return f"The network tests need network namespaces, which root may make ({made.stderr.strip()})."
    try:
        link = ["ip", "-n", probe, "link", "add", "name", "near", "type", "veth", "peer", "name", "far"]
        paired = subprocess.run(link, capture_output=True, text=True)
        return f"The network tests need veth devices ({paired.stderr.strip()})." if paired.returncode else ""
    finally:
        subprocess.run(["ip", "netns", "del", probe], capture_output=True)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True)
