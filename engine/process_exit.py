"""Process exit: how a process ends that may have taken part in distributed training.

Threads of gloo, torch.distributed's backend for the CPU, have been seen to abort the interpreter's shutdown, with all
work done; a farm would take that for a failure and do the task again. Such a process skips that shutdown.
"""

from __future__ import annotations

import os
import sys
from typing import NoReturn

_DISTRIBUTED = "paircat.engine.learn.distributed_group"  # imported only where it is used


def exit_process(status: int) -> NoReturn:
    """End the process, with stdout and stderr flushed. Exit handlers do not run if it was distributed."""
    if _DISTRIBUTED in sys.modules:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
    sys.exit(status)
