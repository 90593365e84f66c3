"""Two installations, paired: each with a tracker of its own, over real HTTP."""
