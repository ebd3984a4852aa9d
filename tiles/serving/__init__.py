"""The tile endpoint, TileJSON and the map style."""
