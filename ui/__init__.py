"""The window. The only folder that imports Qt; all it shows is computed by engine/ and nodes/, or read from a run's files."""
