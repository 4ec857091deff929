"""A cable between two network namespaces that holds every frame back: `python slow_wire.py HERE THERE SECONDS`.

For kernels without netem. It is a TAP device in each namespace, and this process between them.
"""

from __future__ import annotations

import collections
import contextlib
import ctypes
import fcntl
import os
import selectors
import struct
import sys
import time
from pathlib import Path

_TUNSETIFF, _IFF_TAP, _IFF_NO_PI = 0x400454CA, 0x0002, 0x1000
_CLONE_NEWNET = 0x40000000
_LARGEST_FRAME = 1 << 16
_MOST_WAITING = 1 << 27  # bytes in the cable; what comes beyond is lost, as in a real one


def tap_in(namespace: str) -> int:
    """An open TAP device called eth0 in a namespace."""
    libc = ctypes.CDLL(None, use_errno=True)
    with Path(f"/run/netns/{namespace}").open("rb") as file:
        if libc.setns(file.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"cannot enter {namespace}")
    device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(device, _TUNSETIFF, struct.pack("16sH", b"eth0", _IFF_TAP | _IFF_NO_PI))
    return device


def carry(ends: tuple[int, int], delay: float) -> None:
    """Frames from either end to the other, `delay` seconds later, for ever."""
    ready = selectors.DefaultSelector()
    other = {ends[0]: ends[1], ends[1]: ends[0]}
    cable: collections.deque[tuple[float, int, bytes]] = collections.deque()  # the delay is one, so they stay in order
    waiting = 0
    for end in ends:
        ready.register(end, selectors.EVENT_READ)
    while True:
        pause = max(0.0, cable[0][0] - time.monotonic()) if cable else None
        for key, _ in ready.select(pause):
            end = int(key.fd)
            try:
                while waiting < _MOST_WAITING:
                    frame = os.read(end, _LARGEST_FRAME)
                    cable.append((time.monotonic() + delay, other[end], frame))
                    waiting += len(frame)
            except BlockingIOError:
                pass
        while cable and cable[0][0] <= time.monotonic():
            _, end, frame = cable.popleft()
            waiting -= len(frame)
            with contextlib.suppress(OSError):  # the other side is down
                os.write(end, frame)


if __name__ == "__main__":
    both = tap_in(sys.argv[1]), tap_in(sys.argv[2])
    print("ready", flush=True)
    carry(both, float(sys.argv[3]))
