"""The window, and the only folder that imports Qt. What it shows is computed by engine/ and nodes/."""
