"""Jobs for a render farm: what nodes of a script come to as tasks, in the words of schedulers. No Qt, no torch."""
