"""A demo page: the tiles of the national grid drawn by OpenLayers."""
