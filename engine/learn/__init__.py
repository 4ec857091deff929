"""Learning a look from pairs and applying it: data set, network, trainer, inference. torch lives here."""
