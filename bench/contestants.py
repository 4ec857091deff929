"""Contestants: the names of those who learn, and what PairCat's say about its settings."""

from __future__ import annotations

SIZES = ("small", "medium", "large")
FLOAT32 = "-fp32"
"""What a name ends with where mixed precision is disabled; the others have PairCat's default, Adaptive."""
PRODUCT = (*SIZES, *(f"{size}{FLOAT32}" for size in SIZES))
RULER = "probe"
PEERS = ("tunet", "tunet-best")
ORDER = (*PRODUCT, RULER, *PEERS)
"""As tables and legends list them."""
