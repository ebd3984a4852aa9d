"""Maps and legends as PNG, for pages without WebGL and for sharing."""
