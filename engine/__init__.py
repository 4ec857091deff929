"""Pictures, learning and runs. Nothing below this folder imports Qt, the nodes or the window."""

import os

# How long a thread of torch's looks for more work before it sleeps; read when torch is loaded, so it is said here. The
# library's own 300,000 turns take the processor from other programs, and from the threads that are waited for: beside
# one busy program on two processors a step took four times as long as with this, and none longer with nothing beside.
os.environ.setdefault("GOMP_SPINCOUNT", "30000")
