"""Pictures, learning and runs. Nothing below this folder imports Qt, the nodes or the window."""
