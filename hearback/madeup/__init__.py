"""One invented trust for the demo and for tests: its places, 18 months of answers, planted stories.

Nothing in it is real, and every row says so (`source` is "made_up"). Knows no page.
"""
