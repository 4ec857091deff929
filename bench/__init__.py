"""Benchmark: how fast PairCat learns and how well that holds, beside a plain baseline and its open peer."""
