"""The planning map and what applies at a place (规划一张图)."""
