"""The command line, one file a command. Everything it prints is computed by engine/ and nodes/."""
