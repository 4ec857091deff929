"""The initial weights that ship with PairCat: `<set>_<size>.cat`, and beside them a card `<set>.md` for each set."""
