"""Pictures: frames, sequences, files, operations on images and their cache. Imports neither torch nor Qt."""
