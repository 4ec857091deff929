"""Benchmark: how fast PairCat learns beside a plain baseline and its open peer, and how well it holds on unseen frames."""
