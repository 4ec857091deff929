"""The network tests take root and minutes: `make test-network` runs them, the ordinary suite leaves them out."""

from __future__ import annotations

import os

import pytest
from hosts import why_not

# Read before the fixture that forgets the caller's variables.
_ASKED = os.environ.get("PAIRCAT_NETWORK_TESTS") == "1"


@pytest.fixture(autouse=True, scope="session")
def namespaces() -> None:
    if not _ASKED:
        pytest.skip("several hosts are played by 'make test-network'")
    why = why_not()
    if why:
        pytest.skip(why)
