"""How the initial weights are made: data from registries, prepared pairs, a training of PairCat's own, a card.

Never shipped with PairCat, and not needed to use the weights.
"""
