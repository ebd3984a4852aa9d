"""Layer releases from the internal node to tiles on the map (图层发布与瓦片)."""
