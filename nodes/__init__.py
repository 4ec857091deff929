"""What can stand on the canvas: declared knobs and inputs, and the Op a node means right now. No Qt here."""
