"""Administrative divisions and the nodes of the network (行政区划)."""
