"""What PairCat runs when this folder is in PAIRCAT_PATH: it puts the node into the menus and gives it a key."""

import high_pass  # noqa: F401  (registers the node)

from paircat.ui import menus

menus.node("Filter/HighPass", "HighPass", "Shift+H")
menus.default("HighPass", "size", 2.0)
menus.command("Help/About HighPass", lambda window: window.say("HighPass keeps the fine detail."))
