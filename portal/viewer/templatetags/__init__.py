"""Template tags of the map viewer."""
