"""PairCat: show a network a few before/after frames of a shot, watch it learn, apply it to the whole sequence."""

__version__ = "0.1.0"
