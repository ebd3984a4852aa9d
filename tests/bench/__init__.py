"""``python -m tests.bench``: measurements as ratios against a peer, each in one interleaved run.

Nothing here passes or fails: a machine under load is no broken program.
"""
