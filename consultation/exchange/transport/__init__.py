"""Send only: over a UDP diode, or into a folder that a vendor's gap device empties."""
