"""Tile matrix sets, generalising, encoding, PMTiles archives."""
