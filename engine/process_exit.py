"""Leaving: how a process ends that may have learnt together with others.

Threads of gloo, torch.distributed's transport on the processor, have been seen to abort the end of the interpreter,
with all work done; a farm would take that for a failure and do the task again. Such a process ends without that end.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

_LEARNT_TOGETHER = "paircat.engine.learn.distributed_group"  # loaded only where it is


def leave(status: int) -> NoReturn:
    """End the process with an exit status; what was written is flushed. Exit handlers run where it learnt alone."""
    if _LEARNT_TOGETHER in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
