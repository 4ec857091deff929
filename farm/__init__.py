"""Jobs for a render farm: what nodes of a script come to as tasks, in the terms of schedulers. No Qt, no torch."""
