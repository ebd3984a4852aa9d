"""SpatiaLite, with its metadata prepared so that later migrations work."""
